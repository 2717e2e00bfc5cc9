import type { Card } from "../chat/contract";
import { type Days, TimeLine } from "./TimeLine";
import type { CardProps } from ".";

export function ArrivalCard({ card }: CardProps<Card & Days>) {
  return (
    <section class="card">
      <TimeLine days={card} />
    </section>
  );
}
