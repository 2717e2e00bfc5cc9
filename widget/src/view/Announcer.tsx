import { useEffect, useState } from "preact/hooks";
import type { Line } from "../chat/contract";
import { useSession } from "../session";
import { useStore } from "../store";
import type { Strings } from "../strings";
import { authorName } from "../words";

const HEARD_AFTER_MS = 3000;

/** Reads new lines aloud. The log itself is silent: its cards change, and a restored chat would be read from its start. */
export function Announcer() {
  const { conversation, panel, language } = useSession();
  const { fresh } = useStore(conversation.chat);
  const { open } = useStore(panel);
  const [said, say] = useState<string[]>([]);
  useEffect(() => {
    if (!open || !fresh.length) return;
    say(fresh.map((line) => aloud(line, language.strings)));
    const silence = setTimeout(() => say([]), HEARD_AFTER_MS); // else it would be met again behind the launcher
    return () => clearTimeout(silence);
  }, [fresh]);
  return (
    <div class="unseen" aria-live="polite" aria-atomic="true">
      {said.map((words) => (
        <p>{words}</p>
      ))}
    </div>
  );
}

function aloud(line: Line, strings: Strings): string {
  const choices = line.buttons.map((button) => button.title).join(", ");
  return `${authorName(line, strings)}: ${line.text} ${choices}`.trim();
}
