/** What is known of the conversation, and how each happening changes it. Nothing here draws, sends or waits. */

import type { Channel, Limits, Line, Message, Speaking, Welcome } from "./contract";

export interface Chat {
  connection: "none" | "connecting" | "online" | "lost";
  /** Why the connection was refused, in the server's words. */
  refusal: string | null;
  lines: Line[];
  /** Lines that came just now, to be read aloud; not those of a restored conversation. */
  fresh: Line[];
  /** This many of `lines`, from the first, the customer has seen. */
  seen: number;
  speaking: Speaking;
  agent: string | null;
  typing: "assistant" | "agent" | null;
  /** Ids of own messages that are not acknowledged, with what the server said about it. */
  unsent: Record<string, string | null>;
  limits: Limits | null;
  withdrawal: boolean;
  /** Other channels in which the conversation may go on. */
  goesOnIn: Channel[];
}

export const NOTHING_SAID: Chat = {
  connection: "none",
  refusal: null,
  lines: [],
  fresh: [],
  seen: 0,
  speaking: "assistant",
  agent: null,
  typing: null,
  unsent: {},
  limits: null,
  withdrawal: false,
  goesOnIn: [],
};

type Change = Partial<Chat>;

/** Tells lines apart. Numbers begin anew after a conversation was closed, so the time belongs to it. */
export function keyOf(line: Line): string {
  return line.author === "customer" ? `own ${line.id}` : `${line.number} ${line.at}`;
}

/** The server's lines are the whole of it; only what it has not acknowledged comes on top. */
export function welcomed(chat: Chat, welcome: Welcome, queue: readonly Message[], at: string): Change {
  const arrived = new Set(welcome.lines.map(keyOf));
  const waiting = queue.map((message) => ownLine(message, at)).filter((line) => !arrived.has(keyOf(line)));
  const lines = [...welcome.lines, ...waiting];
  const known = new Set(chat.lines.map(keyOf));
  const isFirst = chat.lines.length === 0;
  return {
    connection: "online",
    refusal: null,
    lines,
    fresh: isFirst ? [] : welcome.lines.filter((line) => line.author !== "customer" && !known.has(keyOf(line))),
    seen: seenUpTo(lines, welcome.read ?? Infinity),
    speaking: welcome.speaking,
    agent: welcome.agent ?? null,
    typing: null,
    limits: welcome.limits ?? null,
    withdrawal: welcome.withdrawal ?? false,
    goesOnIn: welcome.carry_on ?? [],
  };
}

export function grown(chat: Chat, came: Line[]): Change {
  const known = new Set(chat.lines.map(keyOf));
  const fresh = came.filter((line) => !known.has(keyOf(line)));
  const change = { lines: [...chat.lines, ...fresh], fresh: fresh.filter((line) => line.author !== "customer") };
  return fresh.some((line) => line.author === "agent") ? { ...change, ...typing(chat, false, "agent") } : change;
}

/** The end of one's writing is not the end of another's. */
export function typing(chat: Chat, on: boolean, who: "assistant" | "agent"): Change {
  return on ? { typing: who } : chat.typing === who ? { typing: null } : {};
}

export function said(chat: Chat, message: Message, at: string, files: Line["files"]): Change {
  const lines = [...chat.lines, { ...ownLine(message, at), ...(files?.length ? { files } : {}) }];
  return { lines, seen: lines.length, unsent: { ...chat.unsent, [message.id]: null } };
}

export function received(chat: Chat, id: string): Change {
  const { [id]: _, ...unsent } = chat.unsent;
  return { unsent };
}

/** A message that the server will never take: it leaves the log, and the reason is told elsewhere. */
export function refusedForGood(chat: Chat, id: string): Change {
  return { ...received(chat, id), lines: chat.lines.filter((line) => line.id !== id) };
}

export function readUpTo(chat: Chat, number: number): Change {
  return { seen: Math.max(chat.seen, seenUpTo(chat.lines, number)) };
}

export function lastNumber(chat: Chat): number | null {
  return chat.lines.findLast((line) => line.number)?.number ?? null;
}

export function unreadCount(chat: Chat): number {
  return chat.lines.slice(chat.seen).filter((line) => line.author !== "customer").length;
}

/**
 * Lines whose buttons still ask something: back to the last question, and to the customer's last words. A notice is
 * no question, so what was asked before it stays open.
 */
export function openLines(lines: Line[]): Set<string> {
  const open = new Set<string>();
  for (const line of lines.toReversed()) {
    if (line.author === "customer") break;
    open.add(keyOf(line));
    if (line.author !== "notice" && (line.buttons.length || line.card?.type === "date")) break;
  }
  return open;
}

function seenUpTo(lines: Line[], number: number): number {
  return lines.findLastIndex((line) => line.number !== null && line.number <= number) + 1;
}

function ownLine(message: Message, at: string): Line {
  return { number: null, id: message.id, author: "customer", text: message.text, buttons: [], card: null, at };
}
