// One conversation over socket.io. It is taken up again by its token; what the server has not acknowledged is
// kept, in order, and sent again under the same id, so that the server can tell a repeat from a new message.

import { io } from "../vendor/socket.io-client-4.8.4/socket.io.esm.min.js";

const ANSWER_WITHIN_MS = 8000;
const LONGEST_PAUSE_MS = 15000;
const SENT_AWAY_PAUSE_MS = 2000;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// crypto.randomUUID is missing on a page that came over plain http from another machine.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Connection {
  #socket;
  #storageKey;
  #identity;
  #on;
  #queue = [];
  #sending = false;
  #welcomed = false;
  #greeting = 0;

  /** `identity` gives a fresh signed token or is null; `on` holds welcome, lines, typing, lost, received, held. */
  constructor({ account, identity, on }) {
    this.#storageKey = `refund-chat:${account}`;
    this.#identity = identity;
    this.#on = on;
    this.#socket = io({
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelayMax: LONGEST_PAUSE_MS / 3,
      auth: (give) => this.#greet(give),
    });
    this.#socket.on("welcome", (welcome) => this.#begin(welcome));
    this.#socket.on("lines", (lines) => on.lines(lines));
    this.#socket.on("typing", ({ on: writing }) => on.typing(writing));
    this.#socket.on("disconnect", () => this.#lose());
    this.#socket.on("connect_error", () => this.#lose());
  }

  get unsent() {
    return [...this.#queue];
  }

  say(text, button) {
    const message = { id: newId(), text, ...(button && { button }) };
    this.#queue.push(message);
    this.#send();
    return message;
  }

  startOver() {
    localStorage.removeItem(this.#storageKey);
    this.#queue = [];
    this.#welcomed = false;
    this.#socket.disconnect().connect();
  }

  async #greet(give) {
    const greeting = ++this.#greeting;
    const { timeZone: zone, locale } = Intl.DateTimeFormat().resolvedOptions();
    const identity = (await this.#identity?.().catch(() => null)) ?? undefined;
    const token = localStorage.getItem(this.#storageKey) ?? undefined;
    if (greeting === this.#greeting) give({ token, identity, zone, locale });
  }

  #begin({ token, lines, speaking }) {
    localStorage.setItem(this.#storageKey, token);
    this.#welcomed = true;
    this.#on.welcome(lines, speaking);
    this.#send();
  }

  #lose() {
    this.#welcomed = false;
    this.#on.lost();
    setTimeout(() => this.#takeUp(), SENT_AWAY_PAUSE_MS);
  }

  // socket.io comes back by itself after a lost line, but not after the server refused or ended the connection.
  #takeUp() {
    if (!this.#socket.active) this.#socket.connect();
  }

  async #send() {
    if (this.#sending) return;
    this.#sending = true;
    for (let tries = 0; this.#welcomed && this.#queue.length; ) {
      const message = this.#queue[0];
      const answer = await this.#offer(message);
      if (message !== this.#queue[0]) continue; // started over meanwhile
      if (answer.received) {
        tries = 0;
        this.#queue.shift();
        this.#on.received(message.id);
      } else {
        this.#on.held(message.id, answer.why);
        await pause(Math.min(1000 * 2 ** tries++, LONGEST_PAUSE_MS));
      }
    }
    this.#sending = false;
  }

  #offer(message) {
    return this.#socket.timeout(ANSWER_WITHIN_MS).emitWithAck("say", message).catch(() => ({ received: false }));
  }
}
