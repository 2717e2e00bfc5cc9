// Draws each chart from the table under it: what is drawn and what is read are the same.
"use strict"

const A_BAR = 30
const FRAME = 90
const drawn = []

const wordsOf = (row, count) =>
  [...row.cells].slice(0, count).map(cell => cell.textContent.trim()).join(", ")

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const series = (table, rows, columns) => columns.map((column, place) => ({
  label: table.tHead.rows[0].cells[column].textContent,
  data: rows.map(row => Number(row.cells[column].dataset.value ?? Number.NaN)),
  backgroundColor: colour(`--desk-bar-${place + 1}`),
}))

const axes = (canvas, isShare) => {
  const ink = colour("--bs-body-color")
  const line = colour("--bs-border-color")
  const stacked = "stacked" in canvas.dataset
  const shown = isShare ? { callback: value => `${Math.round(value * 100)} %` } : { precision: 0 }
  const names = { stacked, ticks: { color: ink, autoSkip: "upright" in canvas.dataset }, grid: { display: false } }
  const values = { stacked, beginAtZero: true, ticks: { color: ink, ...shown }, grid: { color: line } }
  if (isShare) values.max = 1
  return "upright" in canvas.dataset ? { x: names, y: values } : { x: values, y: names }
}

const draw = (canvas) => {
  const { chart, columns, namedBy } = canvas.dataset
  const table = document.getElementById(chart)
  const rows = [...table.tBodies[0].rows]
  const places = columns.split(" ").map(Number)
  const isUpright = "upright" in canvas.dataset
  const isShare = table.tHead.rows[0].cells[places[0]].dataset.kind === "share"
  canvas.parentElement.hidden = false
  canvas.parentElement.style.height = isUpright ? "18rem" : `${rows.length * A_BAR + FRAME}px`
  return new Chart(canvas, {
    type: "bar",
    data: { labels: rows.map(row => wordsOf(row, Number(namedBy))), datasets: series(table, rows, places) },
    options: {
      indexAxis: isUpright ? "x" : "y",
      animation: false,
      maintainAspectRatio: false,
      maxBarThickness: A_BAR,
      scales: axes(canvas, isShare),
      plugins: { legend: { display: places.length > 1, labels: { color: colour("--bs-body-color") } } },
    },
  })
}

const drawAll = () => {
  for (const chart of drawn.splice(0)) chart.destroy()
  drawn.push(...[...document.querySelectorAll("canvas[data-chart]")].map(draw))
}

drawAll()
// theme.js turns the colours over first: it asked to be told before this did.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll)
