// Tells the desk that somebody is here: who has touched a page lately. Who goes away for long has their chats taken on.

const EVERY = 30_000
const LATELY = 3 * 60_000
let touched = Date.now()

for (const sign of ["pointermove", "pointerdown", "keydown", "scroll"])
  addEventListener(sign, () => { touched = Date.now() }, { capture: true, passive: true })

function beat() {
  const headers = document.body.getAttribute("hx-headers")
  if (!headers || Date.now() - touched > LATELY) return
  fetch("/desk/people/beat", { method: "POST", headers: JSON.parse(headers), signal: AbortSignal.timeout(10_000) })
    .catch(() => {}) // the next one may get through
}

setInterval(beat, EVERY)
