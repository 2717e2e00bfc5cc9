/** The widget on a host's page, and what that page may do with it: `window.JJSGRefunds`. */

import { render } from "preact";
import { Conversation } from "./chat/conversation";
import type { Identity } from "./chat/connection";
import type { Author, Speaking } from "./chat/contract";
import { unreadCount } from "./chat/state";
import { CLOSED, openPanel, remark, type Session } from "./session";
import { Store } from "./store";
import { languageFor } from "./strings";
import css from "./style/widget.css?inline";
import { App } from "./view/App";

const TAG = "jjsg-refunds";

export interface Options {
  server: string;
  locale: string;
  identity: Identity;
  theme: string | undefined;
  title: string | undefined;
}

export interface Events {
  open: undefined;
  close: undefined;
  unread: number;
  message: { author: Author; text: string };
  speaking: { owner: Speaking; agent: string | null };
}

export class RefundWidget {
  #session: Session;
  #element = document.createElement(TAG);
  #listeners = new Map<string, Set<(told: never) => void>>();

  constructor(options: Options, private onDestroyed: () => void) {
    const language = languageFor(options.locale);
    const conversation = new Conversation(options);
    const panel = new Store(CLOSED);
    const title = options.title ?? language.strings.title;
    this.#session = { conversation, panel, language, locale: options.locale, title };
    conversation.onRemark = (words) => remark(this.#session, words);
    if (options.theme) this.#element.dataset.theme = options.theme;
    this.#watch();
  }

  /** Puts the widget on the page, once, when the page has a body. */
  show(): void {
    if (this.#element.shadowRoot) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const root = this.#element.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    render(<App session={this.#session} />, root);
    document.body.append(this.#element);
    if (!this.#session.panel.value.open) void this.#session.conversation.connectIfKnown();
  }

  open(how?: { focus?: boolean }): void {
    openPanel(this.#session, how);
  }

  close(): void {
    this.#session.panel.change({ open: false });
  }

  /** Says something in the customer's name. */
  say(text: string): void {
    this.#session.conversation.say(text);
  }

  /** Writes something into the input for the customer to send. */
  suggest(text: string): void {
    this.#session.panel.change({ draft: text });
    this.open();
  }

  /** A signed token, or a function that fetches one whenever it is needed; null when the customer signed out. */
  setIdentity(identity: Identity): void {
    this.#session.panel.change({ draft: "", attachments: [], remark: null });
    this.#session.conversation.identify(identity);
  }

  /** Gives back what ends the listening. */
  on<Name extends keyof Events>(event: Name, listener: (told: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  destroy(): void {
    this.#session.conversation.end();
    if (this.#element.shadowRoot) render(null, this.#element.shadowRoot);
    this.#element.remove();
    this.#listeners.clear();
    this.onDestroyed();
  }

  #watch(): void {
    const { conversation, panel } = this.#session;
    let before = { chat: conversation.chat.value, open: panel.value.open };
    panel.watch(({ open }) => {
      if (open !== before.open) this.#tell(open ? "open" : "close", undefined);
      before = { ...before, open };
    });
    conversation.chat.watch((chat) => {
      const { chat: last } = before;
      before = { ...before, chat };
      if (chat.fresh !== last.fresh) for (const { author, text } of chat.fresh) this.#tell("message", { author, text });
      if (unreadCount(chat) !== unreadCount(last)) this.#tell("unread", unreadCount(chat));
      if (chat.speaking !== last.speaking || chat.agent !== last.agent) {
        this.#tell("speaking", { owner: chat.speaking, agent: chat.agent });
      }
    });
  }

  #tell<Name extends keyof Events>(event: Name, told: Events[Name]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(told as never);
  }
}
