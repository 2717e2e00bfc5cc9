import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { asText } from "../chat/transcript";
import type { Ways } from "../chat/carryOn";
import { remark, type Session, useSession } from "../session";
import { useStore } from "../store";
import { channelNames } from "../words";
import { askWaysOn } from "./CarryOn";
import { IconButton } from "./IconButton";

export interface Props {
  onStartOver: () => void;
  onCarryOn: (ways: Ways) => void;
}

/** What is needed now and then: a button that shows more buttons. */
export function Menu({ onStartOver, onCarryOn }: Props) {
  const session = useSession();
  const { lines, limits, goesOnIn, speaking } = useStore(session.conversation.chat);
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const opener = () => menu.current?.querySelector<HTMLElement>("button");
  useClosedByLeaving(menu, open, () => setOpen(false));
  const { language } = session;
  const { strings } = language;
  const item = (title: string, act: () => void, staysHere = true) => (
    <button
      type="button"
      disabled={lines.length === 0}
      onClick={() => {
        setOpen(false);
        if (staysHere) opener()?.focus();
        act();
      }}
    >
      {title}
    </button>
  );
  const closeByEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    setOpen(false);
    opener()?.focus();
  };
  return (
    <div class="menu" ref={menu} onKeyDown={closeByEscape}>
      <IconButton icon="more" label={strings.more} expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <div class="menu-items">
          {item(strings.copy, () => void copy(session))}
          {limits && item(strings.mail, () => void mail(session))}
          {/* Who has a person, or waits for one, would leave them behind. */}
          {goesOnIn.length > 0 &&
            speaking === "assistant" &&
            item(strings.carryOn(channelNames(goesOnIn, language.tag)), () => void askWaysOn(session, onCarryOn))}
          {item(strings.startOver, onStartOver, false)}
        </div>
      )}
    </div>
  );
}

async function copy(session: Session): Promise<void> {
  const { strings } = session.language;
  try {
    await navigator.clipboard.writeText(asText(session.conversation.chat.value.lines, strings, session.locale));
    remark(session, strings.copied);
  } catch {
    remark(session, strings.copyFailed); // no secure page, or the host forbids it
  }
}

async function mail(session: Session): Promise<void> {
  const { strings } = session.language;
  const { sent, why } = await session.conversation.mailTranscript();
  remark(session, why ?? (sent ? strings.mailed : strings.mailFailed));
}

function useClosedByLeaving(menu: { current: HTMLElement | null }, open: boolean, close: () => void): void {
  useLayoutEffect(() => {
    // Before the next event: an effect after the painting misses a focus that goes on at once.
    if (!open) return;
    const leave = (event: Event) => {
      if (!event.composedPath().includes(menu.current!)) close();
    };
    const ending = new AbortController();
    addEventListener("pointerdown", leave, ending);
    menu.current?.getRootNode().addEventListener("focusin", leave, ending);
    return () => ending.abort();
  }, [open]);
}
