// One box that chooses all cases of the page.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-choose-all]")) return
  for (const box of document.querySelectorAll("input[name=case_ids]")) box.checked = target.checked
})
