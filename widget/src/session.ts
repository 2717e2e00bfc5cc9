/** What every part of the view needs: the conversation, the state of the panel, and the words to use. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Conversation } from "./chat/conversation";
import type { FileShown } from "./chat/contract";
import { Store } from "./store";
import type { Language } from "./strings";

export interface Attachment {
  key: number;
  file: File;
  /** Sending it again may help what failed, not what was refused. */
  state: "uploading" | "ready" | "failed" | "refused";
  why: string | null;
  shown: FileShown | null;
}

export interface Panel {
  open: boolean;
  draft: string;
  attachments: Attachment[];
  /** Raised whenever the input should get the focus. */
  focus: number;
  /** One sentence to show and read aloud, until something else happens. */
  remark: string | null;
}

export const CLOSED: Panel = { open: false, draft: "", attachments: [], focus: 0, remark: null };

export interface Session {
  conversation: Conversation;
  panel: Store<Panel>;
  language: Language;
  /** For days and times, which a locale writes in its own way. */
  locale: string;
  title: string;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  return useContext(SessionContext)!;
}

/** What the view's own buttons ask for; in the conversation it stands in the customer's language. */
const WISHES = {
  person: "ask_for_human",
  withdraw: "withdraw_from_contract",
  refund: "request_refund",
  status: "ask_refund_status",
  arrival: "ask_refund_arrival",
} as const;

export function openPanel(session: Session, { focus = true } = {}): void {
  const { value } = session.panel;
  session.panel.change({ open: true, focus: value.focus + (focus ? 1 : 0) });
  session.conversation.connect();
}

export function remark(session: Session, words: string): void {
  session.panel.change({ remark: words });
}

export function wish(session: Session, what: keyof typeof WISHES): void {
  sayByButton(session, (conversation) => conversation.wish(session.language.strings.wishes[what], WISHES[what]));
}

/** Says something by a button of the view; the button may go, so the focus goes to the input. */
export function sayByButton(session: Session, say: (conversation: Conversation) => void): void {
  say(session.conversation);
  session.panel.change({ remark: null, focus: session.panel.value.focus + 1 });
}
