import { useEffect, useRef } from "preact/hooks";
import { useSession } from "../session";

/** Asks first, since the chat of now ends. */
export function StartOver({ onDone }: { onDone: () => void }) {
  const { conversation, panel, language } = useSession();
  const { startOverAsk, startOverYes, startOverNo } = language.strings;
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  const leave = () => {
    onDone();
    panel.change({ remark: null, focus: panel.value.focus + 1 });
  };
  const startOver = () => {
    conversation.startOver();
    leave();
  };
  return (
    <div class="ask" role="group" aria-labelledby="start-over-ask">
      <p id="start-over-ask">{startOverAsk}</p>
      <button type="button" class="choice is-main" onClick={startOver}>
        {startOverYes}
      </button>
      <button type="button" class="choice" ref={keep} onClick={leave}>
        {startOverNo}
      </button>
    </div>
  );
}
