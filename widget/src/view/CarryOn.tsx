import { useEffect, useRef } from "preact/hooks";
import { NoWay, type Ways, waysOn } from "../chat/carryOn";
import { remark, type Session, useSession } from "../session";

/** Fetches the ways on, and shows them or why there are none. */
export async function askWaysOn(session: Session, show: (ways: Ways) => void): Promise<void> {
  const { server, token } = session.conversation;
  try {
    show(await waysOn(server, token ?? ""));
  } catch (error) {
    remark(session, (error instanceof NoWay && error.message) || session.language.strings.carryOnFailed);
  }
}

/** How the conversation goes on elsewhere. The one here stays as it is. */
export function CarryOn({ ways, onDone }: { ways: Ways; onDone: () => void }) {
  const { strings } = useSession().language;
  const pane = useRef<HTMLDivElement>(null);
  useEffect(() => pane.current?.querySelector<HTMLElement>("a, button")?.focus(), [ways]);
  return (
    <div class="ask" role="group" aria-labelledby="carry-on-note" ref={pane}>
      <p id="carry-on-note" dir="auto">{strings.carryOnNote(ways.minutes)}</p>
      {ways.telegram && (
        <a class="choice is-main" href={ways.telegram} target="_blank" rel="noopener noreferrer">
          {strings.carryOnTelegram}
          <span class="unseen"> ({strings.opensInNewTab})</span>
        </a>
      )}
      {ways.slack && <Word word={ways.slack} />}
      <button type="button" class="choice" onClick={onDone}>
        {strings.carryOnDone}
      </button>
    </div>
  );
}

/** What to write to the app in Slack: to be read, and to be taken along by a button. */
function Word({ word }: { word: string }) {
  const session = useSession();
  const { carryOnSlack, copyWord, wordCopied, copyFailed } = session.language.strings;
  const copy = () =>
    navigator.clipboard.writeText(word).then(
      () => remark(session, wordCopied),
      () => remark(session, copyFailed),
    );
  return (
    <div class="word">
      <span dir="auto">{carryOnSlack}</span>
      <code dir="ltr">{word}</code>
      <button type="button" class="choice" onClick={() => void copy()}>
        {copyWord}
      </button>
    </div>
  );
}
