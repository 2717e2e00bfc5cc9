/**
 * One conversation over socket.io. It is taken up again by its token; what the server has not acknowledged is kept,
 * in order, and sent again under the same id, so that the server can tell a repeat from a new message.
 */

import { io, type Socket } from "socket.io-client";
import type { Heard, Message, Receipt, Told, TranscriptReceipt, Welcome } from "./contract";
import { accountOf, Tokens } from "./tokens";

const ANSWER_WITHIN_MS = 8000;
const LONGEST_PAUSE_MS = 15000;
const SENT_AWAY_PAUSE_MS = 2000;

export type Identity = string | (() => Promise<string | null>) | null;

export interface Handlers extends Heard {
  connecting: () => void;
  /** `why` only where the server refused with a sentence. */
  lost: (why: string | null) => void;
  received: (id: string) => void;
  held: (id: string, why: string | null) => void;
  refusedForGood: (id: string, why: string) => void;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export class Connection {
  token: string | null = null;
  #socket: Socket<Heard, Told>;
  #tokens: Tokens;
  #account = accountOf(null);
  #queue: Message[] = [];
  #sending = false;
  #welcomed = false;
  #greeting = 0;
  #ended = false;

  constructor(
    server: string,
    private identity: Identity,
    private locale: string,
    private on: Handlers,
  ) {
    this.#tokens = new Tokens(server);
    this.#socket = io(server, {
      autoConnect: false,
      forceNew: true,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelayMax: LONGEST_PAUSE_MS / 3,
      auth: (give) => void this.#greet(give),
    });
    for (const event of ["lines", "typing", "speaking", "read", "refused"] as const) {
      this.#socket.on(event, on[event] as never);
    }
    this.#socket.on("welcome", (welcome) => this.#begin(welcome));
    this.#socket.on("disconnect", () => this.#lose(null));
    this.#socket.on("connect_error", (error) => this.#lose(this.#socket.active ? null : error.message));
    addEventListener("online", this.#comeBack);
  }

  get isOn(): boolean {
    return this.#socket.active;
  }

  /** Messages that the server has not acknowledged, the oldest first. */
  get unsent(): readonly Message[] {
    return this.#queue;
  }

  /** Whether this browser has been in a conversation before. */
  async isKnown(): Promise<boolean> {
    return this.#tokens.has(accountOf(await this.#identify()));
  }

  connect(): void {
    if (this.isOn || this.#ended) return;
    this.on.connecting();
    this.#socket.connect();
  }

  say(message: Message): void {
    this.#queue.push(message);
    this.connect();
    void this.#send();
  }

  tell(event: "read", what: { number: number }): void;
  tell(event: "typing", what: { on: boolean }): void;
  tell(event: "read" | "typing", what: never): void {
    if (this.#welcomed) this.#socket.emit(event, what);
  }

  async mailTranscript(): Promise<TranscriptReceipt> {
    return this.#socket.timeout(ANSWER_WITHIN_MS).emitWithAck("transcript", {});
  }

  /** Ends the conversation; a new `welcome` follows. */
  startOver(): void {
    this.#queue = [];
    this.#socket.emit("start_over", {});
  }

  /** Another customer, or nobody: the conversation of before is left. */
  identify(identity: Identity): void {
    this.identity = identity;
    if (identity === null) this.#tokens.forget(this.#account);
    this.#queue = [];
    if (!this.isOn) return;
    this.#socket.disconnect();
    this.connect();
  }

  end(): void {
    this.#ended = true;
    removeEventListener("online", this.#comeBack);
    this.#socket.disconnect();
  }

  async #identify(): Promise<string | null> {
    if (typeof this.identity !== "function") return this.identity;
    return this.identity().catch(() => null);
  }

  async #greet(give: (auth: object) => void): Promise<void> {
    const greeting = ++this.#greeting;
    const identity = await this.#identify();
    if (greeting !== this.#greeting) return;
    this.#account = accountOf(identity);
    give({
      token: this.#tokens.take(this.#account),
      identity: identity ?? undefined,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      locale: this.locale,
    });
  }

  #begin(welcome: Welcome): void {
    this.token = welcome.token;
    this.#tokens.keep(this.#account, welcome.token);
    this.#welcomed = true;
    this.on.welcome(welcome);
    void this.#send();
  }

  #lose(why: string | null): void {
    this.#welcomed = false;
    if (this.#ended) return;
    this.on.lost(why);
    setTimeout(this.#takeUp, SENT_AWAY_PAUSE_MS);
  }

  // socket.io comes back by itself after a lost line, but not after the server refused or ended the connection.
  #takeUp = () => {
    if (!this.isOn && !this.#ended) this.#socket.connect();
  };

  // The pauses between attempts grow; a network that is back needs none.
  #comeBack = () => {
    if (this.isOn && !this.#socket.connected) this.#socket.disconnect().connect();
  };

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let tries = 0; this.#welcomed && this.#queue.length; ) {
      const message = this.#queue[0]!;
      const receipt = await this.#offer(message);
      if (message !== this.#queue[0]) continue; // started over meanwhile
      if (receipt.received || receipt.final) {
        tries = 0;
        this.#queue.shift();
        if (receipt.received) this.on.received(message.id);
        else this.on.refusedForGood(message.id, receipt.why ?? "");
      } else {
        this.on.held(message.id, receipt.why ?? null);
        await pause(receipt.retry_after ? receipt.retry_after * 1000 : Math.min(1000 * 2 ** tries++, LONGEST_PAUSE_MS));
      }
    }
    this.#sending = false;
  }

  #offer(message: Message): Promise<Receipt> {
    return this.#socket
      .timeout(ANSWER_WITHIN_MS)
      .emitWithAck("say", message)
      .catch(() => ({ received: false }));
  }
}
