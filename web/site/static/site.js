// What a host page does with the chat widget: tells it who is signed in, opens it, and puts sentences into it.

const chat = window.JJSGRefunds;
const { customer } = document.querySelector("[data-customer]").dataset;

async function identity() {
  const address = `/demo/identity?customer_id=${encodeURIComponent(customer)}`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(3000) });
  return (await answer.json()).token;
}

if (customer) chat.setIdentity(identity);
if (matchMedia("(min-width: 1100px)").matches) chat.open({ focus: false });

// A mail's link names a case. The question is only put in: whoever came by the link sends it and shows who they are.
const about = new URLSearchParams(location.search).get("case") ?? "";
if (/^R-[2-9A-HJKMNP-TV-Z]{5}$/.test(about)) chat.suggest(`Where is my refund ${about}?`);

document.addEventListener("click", ({ target }) => {
  const offered = target.closest("[data-say]");
  if (offered) chat.suggest(offered.dataset.say);
  const who = document.querySelector("details.who");
  if (!who.contains(target)) who.open = false;
});
