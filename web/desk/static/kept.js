// What an agent typed outlives a reload: kept in this tab until it is where it should be. Signing out forgets it.
const draft = (scope, id) => `draft ${scope} ${id}`

function read(name, otherwise) {
  return JSON.parse(sessionStorage.getItem(name) ?? "null") ?? otherwise
}

// Fields get back what was typed into them; a form that was sent keeps its words only where the desk refused it.
export function keepDrafts(scope, fields) {
  const sent = read(`sent ${scope}`, [])
  sessionStorage.removeItem(`sent ${scope}`)
  const isRefused = document.querySelector("main > [role=alert]") !== null
  for (const field of fields) {
    const name = draft(scope, field.id)
    if (sent.includes(field.id) && !isRefused) sessionStorage.removeItem(name)
    field.value ||= sessionStorage.getItem(name) ?? ""
    field.addEventListener("input", () => sessionStorage.setItem(name, field.value))
    field.form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return
      sessionStorage.setItem(`sent ${scope}`, JSON.stringify([...read(`sent ${scope}`, []), field.id]))
    })
  }
}

export function forgetDraft(scope, field) {
  sessionStorage.removeItem(draft(scope, field.id))
}

// Lines on their way, by their key: sent again after a reload, which the key makes harmless.
export function linesOnTheWay(scope) {
  return read(`lines ${scope}`, [])
}

export function keepLine(scope, { key, text, files }) {
  const others = linesOnTheWay(scope).filter((line) => line.key !== key)
  sessionStorage.setItem(`lines ${scope}`, JSON.stringify([...others, { key, text, files }]))
}

export function forgetLine(scope, key) {
  const others = linesOnTheWay(scope).filter((line) => line.key !== key)
  sessionStorage.setItem(`lines ${scope}`, JSON.stringify(others))
}
