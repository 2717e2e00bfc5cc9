// Chats: a line is shown as sending until the desk says it stands, and is sent again under the same key until then.
import { forgetDraft, forgetLine, keepDrafts, keepLine, linesOnTheWay } from "./kept.js"

const chat = document.querySelector("[data-chat]")
// A restart may take a while: tried for a good minute before the agent is asked.
const TRIES = 20
const SHORTEST_PAUSE = 500
const LONGEST_PAUSE = 4000

function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("")
}

function post(path, form, accept = "application/json") {
  const headers = { "X-CSRF-Token": chat.dataset.csrf, Accept: accept }
  return fetch(chat.dataset.chat + path, { method: "POST", headers, body: form, signal: AbortSignal.timeout(10_000) })
}

const queued = []
let isSending = false

function shownUnsent(text) {
  const item = document.createElement("li")
  item.className = "desk-line desk-agent"
  const words = document.createElement("div")
  words.className = "desk-text"
  words.textContent = text
  const state = document.createElement("div")
  state.className = "small"
  state.textContent = "sending …"
  item.append(words, state)
  document.getElementById("unsent").append(item)
  return { item, state }
}

function failed(line, why, canRetry) {
  line.shown.state.className = "small text-danger-emphasis fw-semibold"
  line.shown.state.textContent = `not sent: ${why} `
  const again = document.createElement("button")
  again.type = "button"
  again.className = "btn btn-sm btn-outline-danger py-0"
  again.textContent = canRetry ? "Try again" : "Put back into the field"
  again.addEventListener("click", () => {
    line.shown.item.remove()
    if (canRetry) return send({ ...line, shown: shownUnsent(line.text), tries: 0 })
    forgetLine(chat.dataset.chat, line.key)
    put(line.text)
  })
  line.shown.state.append(again)
}

function send(line) {
  keepLine(chat.dataset.chat, line)
  queued.push(line)
  if (!isSending) sendQueued()
}

async function sendQueued() {
  isSending = true
  while (queued.length) await sendOne(queued.shift())
  isSending = false
}

async function sendOne(line) {
  const form = new URLSearchParams({ sent_key: line.key, text: line.text })
  for (const file of line.files) form.append("files", file)
  for (line.tries = 0; line.tries < TRIES; line.tries += 1) {
    try {
      const answer = await post("/say", form)
      if (answer.ok && !answer.redirected) {
        line.shown.item.remove()
        forgetLine(chat.dataset.chat, line.key)
        document.body.dispatchEvent(new Event("desk-said"))
        htmx.ajax("GET", `${chat.dataset.chat}/said`, "#said")
        return
      }
      if (answer.status < 500) {
        const { why, detail } = await answer.json().catch(() => ({}))
        failed(line, why ?? detail ?? "reload the page and try again.", false)
        return
      }
    } catch {
      // no answer: it may stand already, and the key makes sending it again harmless
    }
    line.shown.state.textContent = "sending, the desk does not answer yet …"
    await new Promise((done) => setTimeout(done, Math.min(SHORTEST_PAUSE * 2 ** line.tries, LONGEST_PAUSE)))
  }
  failed(line, "the desk does not answer.", true)
}

function put(text) {
  const field = document.getElementById("text")
  field.value = field.value.trim() ? `${field.value.trimEnd()} ${text}` : text
  field.dispatchEvent(new Event("input", { bubbles: true }))
  field.focus()
}

let files = []

function submitLine(event) {
  event.preventDefault()
  const field = document.getElementById("text")
  const text = field.value.trim()
  if (!text && !files.length) return
  send({ key: key(), text, files: files.map((file) => file.id), shown: shownUnsent(text || "(a file)") })
  field.value = ""
  forgetDraft(chat.dataset.chat, field)
  files = []
  document.getElementById("attached").textContent = ""
  field.focus()
}

let toldTyping = 0

function typing() {
  if (Date.now() - toldTyping < 2500) return
  toldTyping = Date.now()
  post("/typing", new URLSearchParams()).catch(() => undefined)
}

async function attach({ target }) {
  const [file] = target.files
  if (!file) return
  const box = document.getElementById("attached")
  box.textContent = "Sending the file …"
  const form = new FormData()
  form.append("file", file)
  try {
    const answer = await post("/files", form)
    const told = await answer.json()
    if (answer.ok) files.push(told)
    box.textContent = answer.ok ? `Goes with your next line: ${files.map((one) => one.name).join(", ")}` : (told.why ?? told.detail)
  } catch {
    box.textContent = "The file was not sent. Please try again."
  }
  target.value = ""
}

function filter() {
  const wanted = document.getElementById("find-answer").value.toLowerCase().split(/\s+/)
  for (const one of document.querySelectorAll("[data-answer]")) {
    one.hidden = !wanted.every((word) => one.textContent.toLowerCase().includes(word))
  }
}

function onKey(event) {
  if (event.altKey && event.key.toLowerCase() === "a") {
    event.preventDefault()
    document.getElementById("find-answer")?.focus()
  } else if (event.target.id === "text" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    document.getElementById("write").requestSubmit()
  } else if (event.target.id === "find-answer" && event.key === "Enter") {
    event.preventDefault()
    const first = [...document.querySelectorAll("[data-answer]")].find((one) => !one.hidden)
    if (first) put(first.dataset.answer)
  }
}

function toEnd() {
  const said = document.getElementById("said")
  if (said) said.scrollTop = said.scrollHeight
}

function follow() {
  const isMine = document.querySelector("#standing [data-mine]")?.dataset.mine === "yes"
  for (const id of ["write", "hand-on"]) {
    const part = document.getElementById(id)
    if (part) part.hidden = !isMine
  }
}

if (chat) {
  document.getElementById("write")?.addEventListener("submit", submitLine)
  document.getElementById("text")?.addEventListener("input", typing)
  document.getElementById("file")?.addEventListener("change", attach)
  document.addEventListener("keydown", onKey)
  document.addEventListener("input", ({ target }) => target.id === "find-answer" && filter())
  document.addEventListener("click", ({ target }) => {
    const answer = target.closest("[data-answer]")
    if (answer) put(answer.dataset.answer)
  })
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    // What an event brings by itself (sse-swap) names no target.
    if (detail.target?.id === "said") toEnd()
    if (detail.target?.id === "standing") follow()
  })
  toEnd()
  keepDrafts(chat.dataset.chat, document.querySelectorAll("#text, #note, #agreed-told"))
  for (const line of linesOnTheWay(chat.dataset.chat)) send({ ...line, shown: shownUnsent(line.text || "(a file)") })
}

// Sound and notice when more wait than before.
const KEPT = "desk-notify"
const notify = document.getElementById("notify")
let waiting = Number(document.querySelector("[data-waiting]")?.dataset.waiting ?? 0)

function sound() {
  const audio = new AudioContext()
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  volume.gain.value = 0.05
  tone.connect(volume).connect(audio.destination)
  tone.frequency.value = 660
  tone.start()
  tone.stop(audio.currentTime + 0.25)
  tone.onended = () => audio.close()
}

if (notify) {
  notify.checked = localStorage.getItem(KEPT) === "yes"
  notify.addEventListener("change", () => {
    localStorage.setItem(KEPT, notify.checked ? "yes" : "no")
    if (notify.checked && "Notification" in window) Notification.requestPermission()
  })
}
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id !== "counts") return
  const now = Number(detail.target.querySelector("[data-waiting]").dataset.waiting)
  if (now > waiting && localStorage.getItem(KEPT) === "yes") {
    sound()
    if ("Notification" in window && Notification.permission === "granted") new Notification("A customer waits for a person")
  }
  waiting = now
})
