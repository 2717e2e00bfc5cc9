// The chat as it is seen: launcher, panel, log, input. It knows nothing of the connection.

import { drawCard } from "./cards.js";
import { element, hiddenLabel, icon } from "./dom.js";

const SPEAKING = {
  assistant: "Automated assistant",
  waiting: "Waiting for a person",
  agent: "A person is with you",
  closed: "This chat has ended",
};
const WHO = { customer: "You: ", assistant: "Assistant: ", agent: "Agent: ", notice: "Notice: " };

const iconButton = (name, label) =>
  element("button", { type: "button", className: `chat-${name}`, ariaLabel: label, title: label }, icon(name));

export class ChatView {
  #on;
  #seen = new Set();
  #own = new Map();
  #unread = 0;
  #launcher = element("button", { type: "button", className: "chat-launcher", ariaExpanded: "false" });
  #panel = element("section", { className: "chat-panel", role: "dialog", ariaLabel: "Refund assistant", hidden: true });
  #speaking = element("p", { className: "chat-speaking" }, SPEAKING.assistant);
  #log = element("div", { className: "chat-log", role: "log", ariaLive: "polite", ariaLabel: "Conversation", tabIndex: 0 });
  #hint = element("p", { className: "chat-hint" }, "Tell what went wrong, or ask how refunds work.");
  #typing = element("p", { className: "chat-typing", role: "img", ariaLabel: "The assistant is writing", hidden: true },
    element("i"), element("i"), element("i"));
  #status = element("p", { className: "chat-status", role: "status" });
  #input = element("textarea", { rows: 1, maxLength: 4000, ariaLabel: "Your message", placeholder: "Write a message" });

  /** `on` holds say(text), choose(button) and startOver(). */
  constructor(holder, on) {
    this.#on = on;
    this.#panel.append(this.#head(), this.#log, this.#status, this.#form());
    this.#panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.#launcher.addEventListener("click", () => (this.#panel.hidden ? this.open() : this.close()));
    this.#count(0);
    holder.append(this.#panel, this.#launcher);
    this.clear();
  }

  open({ focus = true } = {}) {
    this.#panel.hidden = false;
    this.#launcher.ariaExpanded = "true";
    this.#count(0);
    this.#scroll();
    if (focus) this.#input.focus();
  }

  close() {
    this.#panel.hidden = true;
    this.#launcher.ariaExpanded = "false";
    this.#launcher.focus();
  }

  suggest(text) {
    this.open();
    this.#input.value = text;
    this.#input.setSelectionRange(text.length, text.length);
  }

  clear() {
    this.#seen.clear();
    this.#own.clear();
    this.#log.replaceChildren(this.#hint, this.#typing);
    this.#hint.hidden = false;
  }

  /** Everything anew, without it being read aloud again. */
  restore(lines) {
    this.#log.ariaLive = "off";
    this.clear();
    for (const line of lines) this.add(line);
    setTimeout(() => (this.#log.ariaLive = "polite"), 100);
  }

  /** Several at once. What is longer than the log is shown from its beginning. */
  addAll(lines) {
    const last = this.#typing.previousElementSibling;
    for (const line of lines) this.add(line);
    const first = last.nextElementSibling;
    if (first !== this.#typing) this.#log.scrollTop = first.offsetTop - this.#log.offsetTop - 16;
  }

  /** One line, once however often it comes. */
  add(line) {
    if (line.author === "customer") {
      this.addOwn(line.id, line.text);
      return;
    }
    const known = `${line.number} ${line.at}`; // numbers begin anew after a conversation was closed
    if (this.#seen.has(known)) return;
    this.#seen.add(known);
    if (line.author === "agent") this.speaking("agent");
    if (line.buttons?.length) this.retireChoices();
    this.#put(this.#bubble(line));
    if (this.#panel.hidden) this.#count(this.#unread + 1);
  }

  addOwn(id, text) {
    if (this.#own.has(id)) return;
    const bubble = this.#bubble({ author: "customer", text });
    this.#own.set(id, bubble);
    this.retireChoices();
    this.#put(bubble);
  }

  received(id) {
    this.#own.get(id)?.querySelector(".chat-held")?.remove();
  }

  held(id, why = "Not received yet. It is kept and sent again.") {
    const bubble = this.#own.get(id);
    this.received(id);
    bubble?.append(element("small", { className: "chat-held" }, why));
    this.#scroll();
  }

  typing(on) {
    this.#typing.hidden = !on;
    if (on) this.#scroll();
  }

  speaking(owner) {
    this.#speaking.textContent = SPEAKING[owner] ?? SPEAKING.assistant;
  }

  connected(yes) {
    this.#status.textContent = yes ? "" : "Reconnecting… What you write is kept and sent then.";
    if (!yes) this.typing(false);
  }

  retireChoices() {
    for (const choice of this.#log.querySelectorAll("button:enabled")) choice.disabled = true;
  }

  #head() {
    const over = element("button", { type: "button", className: "chat-over" }, "Start over");
    const close = iconButton("close", "Close the chat");
    over.addEventListener("click", () => this.#on.startOver());
    close.addEventListener("click", () => this.close());
    const name = element("div", {}, element("h2", {}, "Refund assistant"), this.#speaking);
    return element("div", { className: "chat-head" }, name, over, close);
  }

  #form() {
    const form = element("form", { className: "chat-form" }, this.#input, iconButton("send", "Send"));
    form.querySelector("button").type = "submit";
    form.addEventListener("submit", (event) => this.#submit(event));
    this.#input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
    });
    return form;
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#input.value.trim();
    this.#input.value = "";
    if (text) this.#on.say(text);
  }

  #bubble({ author, text, buttons = [], card = null }) {
    const choices = new Map(buttons.map((button) => [button.title, this.#choice(button)]));
    const drawing = drawCard(card, choices);
    const rest = choices.size ? element("div", { className: "chat-choices" }, ...choices.values()) : null;
    const words = element("p", {}, hiddenLabel(WHO[author] ?? ""), text);
    return element("article", { className: `chat-line chat-by-${author}` }, text ? words : null, drawing, rest);
  }

  #choice(button) {
    const choice = element("button", { type: "button", className: "chat-choice" }, button.title);
    choice.addEventListener("click", () => {
      choice.classList.add("chat-chosen");
      this.#on.choose(button);
      this.#input.focus({ preventScroll: true }); // the button that had the focus is out of use now
    });
    return choice;
  }

  #put(bubble) {
    this.#hint.hidden = true;
    this.#typing.before(bubble);
    this.#scroll();
  }

  #scroll() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #count(unread) {
    this.#unread = unread;
    const label = unread ? `Chat about refunds, ${unread} new` : "Chat about refunds";
    this.#launcher.replaceChildren(icon("chat"), unread ? element("b", {}, String(unread)) : "");
    this.#launcher.ariaLabel = label;
  }
}
