// What stands beside a line: orders to choose from, a summary, a case. The line's text says all of it too,
// so a kind of card that is not known here is simply left out.

import { element, hiddenLabel } from "./dom.js";

const drawn = { orders: orderList, summary: summaryCard, case: caseCard };

/** The card as an element, or null. `choices` are the line's buttons by title; a card takes those it shows itself. */
export function drawCard(card, choices) {
  return card && Object.hasOwn(drawn, card.type) ? drawn[card.type](card, choices) : null;
}

function orderList({ orders }, choices) {
  return element("div", { className: "chat-orders" }, ...orders.map((order) => orderRow(order, choices)));
}

function orderRow(order, choices) {
  const title = [...choices.keys()].find((words) => words.includes(order.order_id));
  const row = title === undefined ? element("div") : choices.get(title);
  choices.delete(title);
  row.classList.add("chat-order");
  const where = [order.order_id, order.region, order.bought && `bought\u00a0${day(order.bought)}`].filter(Boolean);
  row.replaceChildren(
    element("strong", {}, order.plan ?? order.service),
    element("span", { className: "chat-amount" }, money(order.amount)),
    element("small", {}, where.join(" · ")),
  );
  return row;
}

function summaryCard({ order_id, amount, method, arrival, clauses }) {
  if (!amount) return null; // an amount for a person to find: the text says so better than a list of one row
  return element("div", { className: "chat-card" },
    facts({
      Order: order_id,
      Amount: money(amount),
      "Goes back to": method,
      Arrives: arrival && between(arrival),
      Clauses: clauses?.join(", "),
    }));
}

function caseCard({ case_id, order_id, amount, steps, arrival }) {
  return element("div", { className: "chat-card chat-case" },
    element("p", { className: "chat-case-number" }, "Case ", element("strong", {}, case_id)),
    facts({
      Order: order_id,
      Amount: amount && money(amount),
      Arrives: arrival && between(arrival),
      "Usually by": arrival?.typical && day(arrival.typical),
    }),
    steps?.length ? element("ol", { className: "chat-steps" }, ...steps.map(step)) : null);
}

function step({ title, done }) {
  return element("li", { className: done ? "chat-done" : "" }, hiddenLabel(done ? "Done: " : "To come: "), title);
}

function facts(rows) {
  const told = Object.entries(rows).filter(([, value]) => value);
  return element("dl", {}, ...told.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

function between({ earliest, latest }) {
  return earliest === latest ? day(earliest) : `${day(earliest)} to ${day(latest)}`;
}

/** A day of the calendar as the reader writes it, kept on one line; what is no ISO date is already in words. */
function day(value) {
  const date = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  const isDate = /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(date.valueOf());
  const words = isDate
    ? date.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" })
    : value;
  return words.replaceAll(" ", "\u00a0");
}

function money(amount) {
  return typeof amount === "string" ? amount : `${amount.value} ${amount.currency}`;
}
