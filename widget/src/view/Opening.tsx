import { useSession, wish } from "../session";
import { useStore } from "../store";

const STARTERS = ["refund", "status", "arrival"] as const;

/** How a chat begins: who answers here, before anything was said, and how to start. */
export function Opening() {
  const session = useSession();
  const { lines, connection, speaking } = useStore(session.conversation.chat);
  const { welcome, aiNotice, starters } = session.language.strings;
  if (lines.length) return speaking === "agent" ? null : <p class="ai-notice" dir="auto">{aiNotice}</p>;
  if (connection === "connecting" && session.conversation.token) return null;
  return (
    <div class="opening">
      <h3 dir="auto">{welcome}</h3>
      <p class="ai-notice" dir="auto">{aiNotice}</p>
      <div class="choices">
        {STARTERS.map((starter) => (
          <button
            type="button"
            class="choice"
            key={starter}
            onClick={() => wish(session, starter)}
          >
            {starters[starter]}
          </button>
        ))}
      </div>
    </div>
  );
}
