import { useSession } from "../session";
import { useStore } from "../store";

/** The one line that tells how the connection is, or what came of what the customer just did. */
export function Status() {
  const { conversation, panel, language } = useSession();
  const { connection, refusal } = useStore(conversation.chat);
  const { remark } = useStore(panel);
  const { connecting, lost } = language.strings;
  const words = connection === "lost" ? (refusal ?? lost) : (remark ?? (connection === "connecting" ? connecting : ""));
  return (
    <p class={connection === "lost" ? "status is-lost" : "status"} role="status" dir="auto">
      {words}
    </p>
  );
}
