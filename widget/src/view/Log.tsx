import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Line } from "../chat/contract";
import { keyOf, openLines, unreadCount } from "../chat/state";
import { newestCases } from "../cards";
import { useSession } from "../session";
import { useStore } from "../store";
import { dayName } from "../words";
import { Icon } from "./icons";
import { LineView } from "./LineView";
import { Opening } from "./Opening";
import { Typing } from "./Typing";

const NEAR_END_PX = 80;

export function Log({ open }: { open: boolean }) {
  const { conversation, language } = useSession();
  const chat = useStore(conversation.chat);
  const { lines, typing } = chat;
  const unread = unreadCount(chat);
  const live = useMemo(() => openLines(lines), [lines]);
  const cases = useMemo(() => newestCases(lines), [lines]);
  const { log, isAtEnd, wasAtEnd, toEnd } = useScroll(open, lines, typing !== null);
  useReading(open, isAtEnd, wasAtEnd);
  return (
    <div class="log-frame">
      <div class="log" role="log" aria-live="off" aria-label={language.strings.conversation} tabIndex={0} ref={log}>
        <Opening />
        {lines.map((line, nth) => (
          <div class="entry" key={keyOf(line)}>
            <DayChange line={line} before={lines[nth - 1]} />
            <LineView line={line} before={lines[nth - 1]} isLive={live.has(keyOf(line))} cases={cases} />
          </div>
        ))}
        <Typing />
      </div>
      {!isAtEnd && (
        <button type="button" class="to-end" aria-label={unread ? undefined : language.strings.toEnd} onClick={toEnd}>
          <Icon name="down" />
          {unread > 0 && language.strings.newest}
        </button>
      )}
    </div>
  );
}

function DayChange({ line, before }: { line: Line; before: Line | undefined }) {
  const { locale } = useSession();
  const day = (at: string) => new Date(at).toDateString();
  if (before && day(before.at) === day(line.at)) return null;
  return <p class="day">{dayName(line.at, locale, new Date())}</p>;
}

/** Follows what is said: an answer longer than the log is shown from its beginning; who reads further up stays there. */
function useScroll(open: boolean, lines: Line[], isTyping: boolean) {
  const log = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const shown = useRef(0);
  const wasAtEnd = useRef(true);
  const toEnd = () => log.current?.scrollTo({ top: log.current.scrollHeight });
  const look = () => {
    const { scrollHeight, scrollTop, clientHeight } = log.current!;
    wasAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    setAtEnd(wasAtEnd.current);
  };
  useEffect(() => {
    log.current?.addEventListener("scroll", look, { passive: true });
    return () => log.current?.removeEventListener("scroll", look);
  }, []);
  // Before anything is painted or taken as read.
  useLayoutEffect(() => {
    if (!open) return;
    const entries = log.current!.querySelectorAll<HTMLElement>(".entry");
    const isOwn = lines.slice(shown.current).some((line) => line.author === "customer");
    const first = shown.current ? entries[shown.current] : undefined;
    if (lines.length < shown.current || (shown.current === 0 && lines.length)) toEnd();
    else if (wasAtEnd.current || isOwn) follow(log.current!, first);
    shown.current = lines.length;
    look();
  }, [open, lines, isTyping]);
  return { log, isAtEnd, wasAtEnd, toEnd };
}

function follow(log: HTMLElement, first: HTMLElement | undefined): void {
  const end = log.scrollHeight - log.clientHeight;
  log.scrollTo({ top: first ? Math.min(end, first.offsetTop - 12) : end });
}

/** What stood in an open panel on a visible page, at its end, was read. */
function useReading(open: boolean, isAtEnd: boolean, wasAtEnd: { current: boolean }): void {
  const { conversation } = useSession();
  const { lines, connection } = useStore(conversation.chat);
  useEffect(() => {
    const read = () => {
      const isSeen = open && wasAtEnd.current && document.visibilityState === "visible";
      if (isSeen && connection === "online") conversation.markRead();
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [open, isAtEnd, lines, connection]);
}
