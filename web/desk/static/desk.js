// What every page of the desk does beyond htmx: it says what went wrong, and asks before what cannot be undone.
const notice = () => document.getElementById("desk-notice")

function tell(text) {
  const box = notice()
  box.querySelector("[data-text]").textContent = text
  box.hidden = false
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  const plain = detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/plain")
  tell(plain ? detail.xhr.responseText : "That did not work. Please try again.")
})
document.addEventListener("htmx:sendError", () => tell("The desk does not answer. Nothing was changed; please try again."))
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-close-notice]")) notice().hidden = true
})
document.addEventListener("submit", (event) => {
  const question = event.target.dataset?.sure
  if (question && !confirm(question)) event.preventDefault()
  if (event.target.getAttribute("action") === "/desk/sign-out") sessionStorage.clear()
})
