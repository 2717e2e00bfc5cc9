/** Pictures as inline SVG: a strict content policy lets nothing else in. */

const PATHS = {
  chat: "M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.6 4.1c-.5.5-1.4.1-1.4-.6V16A2.5 2.5 0 0 1 4 13.5zM8 8h8M8 11.5h5",
  close: "M6 6l12 12M18 6L6 18",
  down: "M5 9l7 7 7-7",
  send: "M12 20V5M5.5 11.5L12 5l6.5 6.5",
  clip: "M19.5 11.5l-7.8 7.8a5 5 0 0 1-7-7l8-8a3.3 3.3 0 0 1 4.700 4.700l-8 8a1.600 1.600 0 0 1-2.300-2.300l7.300-7.300",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.8-3.500 3.800-5.500 7.500-5.500s6.700 2 7.500 5.500",
  check: "M5 12.500l4.500 4.500L19 7.500",
  file: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5",
  save: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  spark: "M12 3.500l1.900 5.100a2.500 2.500 0 0 0 1.500 1.500l5.100 1.900-5.100 1.900a2.500 2.500 0 0 0-1.500 1.500L12 20.500l-1.900-5.100a2.500 2.500 0 0 0-1.500-1.500L3.500 12l5.100-1.900a2.500 2.500 0 0 0 1.500-1.500z",
  bell: "M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15zM10 20.500h4",
};

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
