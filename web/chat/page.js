// The page with nothing but the chat. A mail's link names its conversation, and the case that it is about, behind the #.

const KEPT = `jjsg-refunds ${location.origin} guest` // where the widget keeps a guest's conversation
const named = new URLSearchParams(location.hash.slice(1))
const about = named.get("case") ?? ""
history.replaceState(null, "", location.pathname) // not in the history, for whoever has this browser next
addEventListener("hashchange", () => location.reload()) // another mail's link, in the same tab

function kept() {
  try {
    return localStorage.getItem(KEPT)
  } catch {
    return null // a browser that stores nothing
  }
}

function show(id) {
  document.getElementById(id).hidden = false
}

/** Whether the chat that the link is about is there when the widget looks for it. */
async function reopened(link) {
  try {
    const answer = await fetch("/chat/open", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ link, token: kept() }),
      signal: AbortSignal.timeout(8000),
    })
    if (answer.ok) localStorage.setItem(KEPT, (await answer.json()).token)
    else show(answer.status < 500 ? "too-old" : "not-now")
    return answer.ok
  } catch {
    show("not-now")
    return false
  }
}

function start(isReopened) {
  const chat = window.JJSGRefunds
  // The question is only put in: whoever came by the link sends it and shows who they are.
  if (!isReopened && /^R-[2-9A-HJKMNP-TV-Z]{5}$/.test(about)) chat.suggest(`Where is my refund ${about}?`)
  else chat.open()
  document.getElementById("open").addEventListener("click", () => chat.open())
}

const isReopened = named.has("link") && (await reopened(named.get("link")))
const script = Object.assign(document.createElement("script"), { src: "/widget.js" })
script.onload = () => start(isReopened)
document.head.append(script)
