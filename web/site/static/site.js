// The page around the chat: starts it for whoever is signed in, and puts sentences to try into it.

import { startChat } from "./chat/chat.js";

const holder = document.getElementById("refund-chat");
const customer = holder.dataset.customer;

async function identity() {
  const address = `/demo/identity?customer_id=${encodeURIComponent(customer)}`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(3000) });
  return (await answer.json()).token;
}

const chat = startChat(holder, {
  account: customer || "guest",
  identity: customer ? identity : null,
  open: matchMedia("(min-width: 1100px)").matches,
});

document.addEventListener("click", ({ target }) => {
  const offered = target.closest("[data-say]");
  if (offered) chat.suggest(offered.dataset.say);
  const who = document.querySelector("details.who");
  if (!who.contains(target)) who.open = false;
});
