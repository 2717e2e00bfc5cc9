// A simple chat: what is said goes to the connection, what comes goes to the view.

import { Connection } from "./connection.js";
import { ChatView } from "./view.js";

/**
 * Puts a chat into `holder`. `account` keeps the conversations of several customers of one browser apart;
 * `identity` gives a promise of the host site's signed token, or is null for a guest.
 */
export function startChat(holder, { account, identity, open }) {
  const say = (text, button) => {
    const message = connection.say(text, button);
    view.addOwn(message.id, message.text);
  };
  const view = new ChatView(holder, {
    say,
    choose: ({ id, title }) => say(title, id),
    startOver: () => {
      connection.startOver();
      view.clear();
    },
  });
  const connection = new Connection({
    account,
    identity,
    on: {
      welcome: (lines, speaking) => welcome(view, connection, lines, speaking),
      lines: (lines) => view.addAll(lines),
      typing: (on) => view.typing(on),
      lost: () => view.connected(false),
      received: (id) => view.received(id),
      held: (id, why) => view.held(id, why),
    },
  });
  if (open) view.open({ focus: false });
  return { suggest: (text) => view.suggest(text) };
}

function welcome(view, connection, lines, speaking) {
  view.connected(true);
  view.restore(lines);
  view.speaking(speaking);
  for (const { id, text } of connection.unsent) view.addOwn(id, text);
}
