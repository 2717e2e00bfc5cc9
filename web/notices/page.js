// How a customer hears from us. A mail's link names whose wishes it is about, behind the #.

const link = new URLSearchParams(location.hash.slice(1)).get("link") ?? ""
history.replaceState(null, "", location.pathname) // not in the history, for whoever has this browser next
addEventListener("hashchange", () => location.reload()) // another mail's link, in the same tab

const form = document.getElementById("wishes")
const told = document.getElementById("told")
const opinion = document.getElementById("opinion")
const thanks = document.getElementById("thanks")
const WHY_NOT = {
  404: "This link is too old, or a part of it is missing. You can change it in the chat too: write “notification settings”.",
  422: "Quiet hours need two different times, or none at all. Nothing was changed.",
}

async function asked(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ link, ...body }),
      signal: AbortSignal.timeout(8000),
    })
    if (answer.ok) return answer.status === 204 ? {} : await answer.json()
    told.textContent = WHY_NOT[answer.status] ?? "That didn't work just now. Please try again in a moment."
  } catch {
    told.textContent = "That didn't work just now. Please try again in a moment."
  }
  return null
}

function show(wishes, before = "") {
  if (!wishes) return
  told.textContent = before + wishes.told
  for (const name of ["way", "quiet_from", "quiet_to"]) form.elements[name].value = wishes[name]
  form.hidden = false
  document.getElementById("case").textContent = wishes.asks_about ?? ""
  opinion.hidden = !wishes.asks_about
}

function thank(answer, rating) {
  if (!answer) return
  opinion.hidden = true
  thanks.textContent = rating === "bad"
    ? "Thank you for being frank, and we're sorry it went badly. A person talks it over with you in the chat below."
    : "Thank you for telling us."
  thanks.hidden = false
}

opinion.addEventListener("click", async ({ target }) => {
  if (target instanceof HTMLButtonElement) thank(await asked("/notices/rate", { rating: target.value }), target.value)
})

form.addEventListener("submit", async (event) => {
  event.preventDefault()
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  show(await asked("/notices/keep", { ...Object.fromEntries(new FormData(form)), zone }), "Kept. ")
})
show(await asked("/notices/open", {}))
