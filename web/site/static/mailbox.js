// Keeps the list of mails fresh. The server writes and escapes it; here it is only exchanged when it changed.

const EVERY_MS = 1500;

const list = document.querySelector("[data-mails]");
let shown = null;

async function refresh() {
  const answer = await fetch("/demo/mails", { signal: AbortSignal.timeout(5000) });
  if (!answer.ok) return;
  const html = await answer.text();
  if (html === shown) return;
  shown = html;
  const read = new DOMParser().parseFromString(html, "text/html");
  list.replaceChildren(...read.body.childNodes);
}

async function keepFresh() {
  if (!document.hidden) await refresh().catch(() => {}); // a server that is away now is asked again
  setTimeout(keepFresh, EVERY_MS);
}

keepFresh();
