/** The conversation as the view uses it: its state to show, and what a customer can do in it. */

import { Store } from "../store";
import { Connection, type Identity } from "./connection";
import type { FileShown, Message, Wish } from "./contract";
import * as state from "./state";

const TYPING_AGAIN_MS = 3000;
/** A sign that somebody writes holds so long unless it is given again: its end may be lost on the way. */
const TYPING_HOLDS_MS = 7000;

export interface Place {
  server: string;
  locale: string;
  identity: Identity;
}

export class Conversation {
  readonly chat = new Store<state.Chat>(state.NOTHING_SAID);
  readonly server: string;
  /** Told what the customer should know once: a refusal, in the server's words. */
  onRemark: (words: string) => void = () => {};
  #connection: Connection;
  #typedAt = 0;
  #typingEnds = 0;

  constructor({ server, locale, identity }: Place) {
    this.server = server;
    const change = (how: (chat: state.Chat) => Partial<state.Chat>) => this.chat.change(how(this.chat.value));
    this.#connection = new Connection(server, identity, locale, {
      connecting: () => this.chat.change({ connection: "connecting" }),
      welcome: (welcome) => change((chat) => state.welcomed(chat, welcome, this.#connection.unsent, now())),
      lines: (lines) => change((chat) => state.grown(chat, lines)),
      typing: ({ on, who }) => this.#showTyping(on, who ?? "assistant"),
      speaking: ({ owner, agent }) => this.chat.change({ speaking: owner, agent: agent ?? null }),
      read: ({ number }) => change((chat) => state.readUpTo(chat, number)),
      refused: ({ why }) => this.onRemark(why),
      lost: (why) => this.chat.change({ connection: "lost", refusal: why, typing: null }),
      received: (id) => change((chat) => state.received(chat, id)),
      held: (id, why) => change((chat) => ({ unsent: { ...chat.unsent, [id]: why } })),
      refusedForGood: (id, why) => {
        change((chat) => state.refusedForGood(chat, id));
        this.onRemark(why);
      },
    });
  }

  get token(): string | null {
    return this.#connection.token;
  }

  connect(): void {
    this.#connection.connect();
  }

  /** Takes up a conversation of before, for the count of what came meanwhile; a stranger costs no connection. */
  async connectIfKnown(): Promise<void> {
    if (await this.#connection.isKnown()) this.connect();
  }

  say(text: string, files: FileShown[] = []): void {
    this.#say({ id: newId(), text, ...(files.length && { files: files.map((file) => file.id) }) }, files);
  }

  choose({ title, id }: { title: string; id: string }): void {
    this.#say({ id: newId(), text: title, button: id });
  }

  /** By a button of the widget's own: the words are for reading, the wish is what counts. */
  wish(text: string, wish: Wish): void {
    this.#say({ id: newId(), text, wish });
  }

  /** An agent sees that the customer writes; the assistant has no use for it. */
  typing(): void {
    if (this.chat.value.speaking !== "agent" || Date.now() - this.#typedAt < TYPING_AGAIN_MS) return;
    this.#typedAt = Date.now();
    this.#connection.tell("typing", { on: true });
  }

  /** Everything up to here was before the customer's eyes. */
  markRead(): void {
    const chat = this.chat.value;
    const number = state.lastNumber(chat);
    if (state.unreadCount(chat) === 0 || number === null) return;
    this.chat.change({ seen: chat.lines.length });
    this.#connection.tell("read", { number });
  }

  async mailTranscript(): Promise<{ sent: boolean; why?: string }> {
    return this.#connection.mailTranscript().catch(() => ({ sent: false }));
  }

  /** The lines of now stay until the new conversation is there: starting over may be refused. */
  startOver(): void {
    this.chat.change({ unsent: {} });
    this.#connection.startOver();
  }

  identify(identity: Identity): void {
    this.chat.change({ lines: [], fresh: [], seen: 0, unsent: {} });
    this.#connection.identify(identity);
  }

  end(): void {
    this.#connection.end();
  }

  #showTyping(on: boolean, who: "assistant" | "agent"): void {
    this.chat.change(state.typing(this.chat.value, on, who));
    if (who !== "agent") return;
    clearTimeout(this.#typingEnds);
    if (on) this.#typingEnds = window.setTimeout(() => this.#showTyping(false, "agent"), TYPING_HOLDS_MS);
  }

  #say(message: Message, files: FileShown[] = []): void {
    this.chat.change(state.said(this.chat.value, message, now(), files));
    this.#connection.say(message);
  }
}

const now = () => new Date().toISOString();

// crypto.randomUUID is missing on a page that came over plain http from another machine.
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
