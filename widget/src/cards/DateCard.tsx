import { useState } from "preact/hooks";
import type { Card } from "../chat/contract";
import { sayByButton, useSession } from "../session";
import type { CardProps } from ".";

interface DateQuestion extends Card {
  min?: string;
  max?: string;
}

/** A day and a time to choose; they are said as words, which is what the assistant reads. */
export function DateCard({ card, isLive }: CardProps<DateQuestion>) {
  const session = useSession();
  const { strings } = session.language;
  const [day, setDay] = useState("");
  const [time, setTime] = useState("");
  if (!isLive) return null;
  return (
    <fieldset class="card date">
      <legend>{strings.whenAsk}</legend>
      <label>
        {strings.day}
        <input
          type="date"
          min={card.min?.slice(0, 10)}
          max={card.max?.slice(0, 10)}
          value={day}
          onInput={(event) => setDay(event.currentTarget.value)}
        />
      </label>
      <label>
        {strings.time}
        <input type="time" value={time} onInput={(event) => setTime(event.currentTarget.value)} />
      </label>
      <button
        type="button"
        class="choice is-main"
        disabled={!day || isOutside(day, card)}
        onClick={() => sayByButton(session, (conversation) => conversation.say(time ? `${day} ${time}` : day))}
      >
        {strings.useThis}
      </button>
    </fieldset>
  );
}

function isOutside(day: string, { min, max }: DateQuestion): boolean {
  return (min !== undefined && day < min.slice(0, 10)) || (max !== undefined && day > max.slice(0, 10));
}
