import { unreadCount } from "../chat/state";
import { openPanel, useSession } from "../session";
import { useStore } from "../store";
import { Icon } from "./icons";

export function Launcher({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const { open } = useStore(session.panel);
  const unread = unreadCount(useStore(session.conversation.chat));
  const { launcher, unread: told, close } = session.language.strings;
  const label = open ? close : unread ? `${launcher}, ${told(unread)}` : launcher;
  return (
    <button
      type="button"
      class="launcher"
      aria-label={label}
      title={label}
      aria-expanded={open}
      onClick={() => (open ? onClose() : openPanel(session))}
    >
      <Icon name={open ? "down" : "chat"} />
      {unread > 0 && !open && <b aria-hidden="true">{unread > 99 ? "99+" : unread}</b>}
    </button>
  );
}
