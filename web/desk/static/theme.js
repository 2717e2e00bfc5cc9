// Light or dark as the system says, before anything is painted.
const dark = matchMedia("(prefers-color-scheme: dark)")
const follow = () => document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light")
follow()
dark.addEventListener("change", follow)
