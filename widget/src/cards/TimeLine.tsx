import { useSession } from "../session";

/** Days in the customer's words; `dates` has them as ISO days, for a line that is to scale. */
export interface Days {
  earliest: string;
  typical: string;
  latest: string;
  dates?: { earliest: string; typical: string; latest: string };
}

/** How far from its ends, in per cent, marks stand on the track. */
const START = 4;

type Mark = "earliest" | "typical" | "latest";

/** The days on which money may arrive, on a small line. */
export function TimeLine({ days }: { days: Days }) {
  const { strings } = useSession().language;
  const places = placesOf(days, new Date());
  const marks = marksOf(days);
  return (
    <div class="time-line" role="group" aria-label={strings.arrival}>
      <p class="time-line-title" aria-hidden="true">
        {strings.arrival}
      </p>
      <div class={places.today === null ? "track" : "track has-now"} aria-hidden="true">
        <i class="span" style={{ insetInlineStart: `${places.earliest}%`, width: `${places.latest - places.earliest}%` }} />
        {marks.map((mark) => (
          <i class={`mark is-${mark}`} key={mark} style={{ insetInlineStart: `${places[mark]}%` }} />
        ))}
        {places.today !== null && (
          <i class={places.today > 60 ? "now is-late" : "now"} style={{ insetInlineStart: `${places.today}%` }}>
            <small>{strings.today}</small>
          </i>
        )}
      </div>
      <dl style={{ paddingInlineStart: `${Math.min(places.earliest - START, marks.length > 2 ? 18 : 45)}%` }}>
        {marks.map((mark) => (
          <div key={mark}>
            <dt>{marks.length > 1 ? strings[mark] : strings.arrives}</dt>
            <dd>{days[mark]}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Each day once: "usually by" says nothing where it is the last day too. */
function marksOf({ earliest, typical, latest }: Days): Mark[] {
  if (earliest === latest) return ["latest"];
  return typical === earliest || typical === latest ? ["earliest", "latest"] : ["earliest", "typical", "latest"];
}

/** Where each mark stands, in per cent of the track; evenly where only words are known. */
function placesOf({ dates, earliest, latest }: Days, now: Date) {
  if (earliest === latest) return { earliest: START, typical: START, latest: START, today: null };
  if (!dates) return { earliest: START, typical: 50, latest: 100 - START, today: null };
  const [from, to] = [Date.parse(dates.earliest), Date.parse(dates.latest)];
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const start = Math.min(from, today);
  const place = (time: number) => START + ((100 - 2 * START) * (time - start)) / Math.max(to - start, 1);
  return {
    earliest: place(from),
    typical: place(Date.parse(dates.typical)),
    latest: place(to),
    today: today <= to ? place(today) : null,
  };
}
