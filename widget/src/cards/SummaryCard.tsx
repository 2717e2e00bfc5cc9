import type { Card } from "../chat/contract";
import { useSession } from "../session";
import { type Days, TimeLine } from "./TimeLine";
import { Facts } from "./Facts";
import type { CardProps } from ".";

interface Summary extends Card {
  order_id: string;
  amount: string | null;
  method: string;
  arrival: Days | null;
  clauses: string[];
}

export function SummaryCard({ card }: CardProps<Summary>) {
  const { strings } = useSession().language;
  if (!card.amount) return null; // an amount for a person to find: the text says so better than a list of one row
  return (
    <section class="card" aria-label={`${strings.order} ${card.order_id}`}>
      <p class="big-amount">
        <span class="money">{card.amount}</span>
      </p>
      <Facts
        rows={[
          [strings.order, card.order_id],
          [strings.goesBackTo, card.method],
          [strings.clauses, card.clauses?.join(", ")],
        ]}
      />
      {card.arrival && <TimeLine days={card.arrival} />}
    </section>
  );
}
