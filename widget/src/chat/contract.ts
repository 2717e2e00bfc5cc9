/** What is said over socket.io; the other side is `web/connectors/website.py`. */

export type Author = "assistant" | "agent" | "notice" | "customer";
export type Speaking = "assistant" | "waiting" | "agent" | "closed";

export interface Button {
  title: string;
  id: string;
}

export interface FileShown {
  id: string;
  name: string;
  kind: string;
  bytes: number;
}

/** `type` tells which; the line's text says all of it too, so an unknown kind may be left out. */
export interface Card {
  type: string;
}

/** The customer's own lines have an `id` instead of a number. */
export interface Line {
  number: number | null;
  id?: string;
  author: Author;
  name?: string | null;
  text: string;
  buttons: Button[];
  card: Card | null;
  at: string;
  files?: FileShown[];
}

export interface Limits {
  text: number;
  file_bytes: number;
  file_types: string[];
}

export interface Welcome {
  token: string;
  lines: Line[];
  speaking: Speaking;
  agent?: string | null;
  read?: number;
  limits?: Limits;
  withdrawal?: boolean;
  /** Where the conversation may go on; empty or missing where it can't. */
  carry_on?: Channel[];
}

export type Channel = "telegram" | "slack";

/** What the widget's own buttons ask for, whatever language their words are in. */
export type Wish =
  | "ask_for_human"
  | "withdraw_from_contract"
  | "request_refund"
  | "ask_refund_status"
  | "ask_refund_arrival";

export interface Message {
  id: string;
  text: string;
  wish?: Wish;
  button?: string;
  files?: string[];
}

/** `final`: sending the same again cannot help. `retry_after` counts seconds. */
export interface Receipt {
  received: boolean;
  why?: string;
  final?: boolean;
  retry_after?: number;
}

export interface TranscriptReceipt {
  sent: boolean;
  why?: string;
}

export interface Heard {
  welcome: (welcome: Welcome) => void;
  lines: (lines: Line[]) => void;
  typing: (typing: { on: boolean; who?: "assistant" | "agent" }) => void;
  speaking: (speaking: { owner: Speaking; agent?: string | null }) => void;
  read: (read: { number: number }) => void;
  refused: (refusal: { what: string; why: string; retry_after?: number }) => void;
}

export interface Told {
  say: (message: Message, receipt: (receipt: Receipt) => void) => void;
  read: (read: { number: number }) => void;
  typing: (typing: { on: boolean }) => void;
  start_over: (nothing: Record<string, never>) => void;
  transcript: (nothing: Record<string, never>, receipt: (receipt: TranscriptReceipt) => void) => void;
}
