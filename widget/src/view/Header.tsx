import { useSession } from "../session";
import { useStore } from "../store";
import { IconButton } from "./IconButton";
import { Icon } from "./icons";
import { Menu, type Props as MenuProps } from "./Menu";

interface Props extends MenuProps {
  onClose: () => void;
}

export function Header({ onClose, ...menu }: Props) {
  const session = useSession();
  const { speaking, agent, connection } = useStore(session.conversation.chat);
  const { strings } = session.language;
  const who = speaking === "agent" && agent ? strings.speakingAgent(agent) : strings.speaking[speaking];
  return (
    <div class="header">
      <span class={`avatar by-${speaking === "agent" ? "agent" : "assistant"}`}>
        <Icon name={speaking === "agent" ? "person" : "spark"} />
        <i class={`lamp is-${connection}`} />
      </span>
      <div class="names">
        <h2 dir="auto">{session.title}</h2>
        <p class="speaking" dir="auto">
          {who}
        </p>
      </div>
      <Menu {...menu} />
      <IconButton icon="close" label={strings.close} onClick={onClose} />
    </div>
  );
}
