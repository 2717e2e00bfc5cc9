import { useSession } from "../session";
import { useStore } from "../store";

export function Typing() {
  const { conversation, language } = useSession();
  const { typing } = useStore(conversation.chat);
  if (!typing) return null;
  const { agentWrites, assistantWrites } = language.strings;
  return (
    <p class="typing" role="img" aria-label={typing === "agent" ? agentWrites : assistantWrites}>
      <i />
      <i />
      <i />
    </p>
  );
}
