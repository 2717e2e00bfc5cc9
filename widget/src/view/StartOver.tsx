import { useEffect, useRef } from "preact/hooks";
import { useSession } from "../session";

/** Asks first, since the chat of now ends. */
export function StartOver({ onDone }: { onDone: () => void }) {
  const { conversation, language } = useSession();
  const { startOverAsk, startOverYes, startOverNo } = language.strings;
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  const startOver = () => {
    conversation.startOver();
    onDone();
  };
  return (
    <div class="ask" role="group" aria-labelledby="start-over-ask">
      <p id="start-over-ask" dir="auto">{startOverAsk}</p>
      <button type="button" class="choice is-main" onClick={startOver}>
        {startOverYes}
      </button>
      <button type="button" class="choice" ref={keep} onClick={onDone}>
        {startOverNo}
      </button>
    </div>
  );
}
