import { FileChips } from "./FileChips";
import { Choices } from "./Choices";
import { Markdown } from "./Markdown";
import { CardView, takenByCard } from "../cards";
import type { Line } from "../chat/contract";
import { useSession } from "../session";
import { useStore } from "../store";
import { authorName, clockTime } from "../words";

interface Props {
  line: Line;
  before: Line | undefined;
  isLive: boolean;
  /** The last line that shows a case, by the case's number. */
  cases: Map<string, Line>;
}

export function LineView({ line, before, isLive, cases }: Props) {
  const choices = isLive ? line.buttons.filter((button) => !takenByCard(line.card, button)) : [];
  return (
    <article class={`line by-${line.author}`}>
      <Byline line={line} isRepeated={before?.author === line.author && before.name === line.name} />
      {line.text && <Bubble line={line} />}
      {line.files?.length ? <FileChips files={line.files} /> : null}
      {line.card && <CardView card={line.card} line={line} isLive={isLive} cases={cases} />}
      {choices.length > 0 && <Choices choices={choices} />}
      {line.author === "customer" && <Unsent id={line.id!} />}
    </article>
  );
}

/** Who speaks and when. Shown where the speaker changes; read aloud before every line. */
function Byline({ line, isRepeated }: { line: Line; isRepeated: boolean }) {
  const { language, locale } = useSession();
  return (
    <p class={isRepeated || line.author === "customer" ? "byline unseen" : "byline"}>
      <bdi>{authorName(line, language.strings)}</bdi>{" "}
      <time dateTime={line.at} dir="auto">
        {clockTime(line.at, locale)}
      </time>
    </p>
  );
}

function Bubble({ line }: { line: Line }) {
  return (
    <div class="bubble">{line.author === "customer" ? <p dir="auto">{line.text}</p> : <Markdown text={line.text} />}</div>
  );
}

/** That the server has not acknowledged the message, and why, where it said so. */
function Unsent({ id }: { id: string }) {
  const { conversation, language } = useSession();
  const { unsent, connection } = useStore(conversation.chat);
  if (!Object.hasOwn(unsent, id)) return null;
  const why = unsent[id] ?? (connection === "lost" ? language.strings.waits : null);
  return why && <small class="unsent">{why}</small>;
}
