import { useEffect } from "preact/hooks";

const FULL_SCREEN = "(max-width: 34rem)";
const REACHABLE = "button:enabled, [href], input:enabled:not([hidden]), textarea, [tabindex='0']";

/** On a small screen the panel covers the page, so the Tab key stays inside: elsewhere the focus would be unseen. */
export function useFocusKept(panel: { current: HTMLElement | null }, open: boolean): void {
  useEffect(() => {
    const element = panel.current;
    if (!element || !open) return;
    const turn = (event: KeyboardEvent) => {
      if (event.key !== "Tab" || !matchMedia(FULL_SCREEN).matches) return;
      const stops = [...element.querySelectorAll<HTMLElement>(REACHABLE)].filter((stop) => stop.checkVisibility());
      const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
      if ((element.getRootNode() as ShadowRoot).activeElement !== from) return;
      event.preventDefault();
      to?.focus();
    };
    element.addEventListener("keydown", turn);
    return () => element.removeEventListener("keydown", turn);
  }, [open]);
}
