/** Cards by their type. The line's text says all of it too, so what is unknown or broken here is left out. */

import { Component, type ComponentChildren, type FunctionComponent } from "preact";
import type { Button, Card, Line } from "../chat/contract";
import { ArrivalCard } from "./ArrivalCard";
import { CaseCard, type Case } from "./CaseCard";
import { DateCard } from "./DateCard";
import { OrdersCard, orderOf, type Orders } from "./OrdersCard";
import { SummaryCard } from "./SummaryCard";

export interface CardProps<Kind extends Card = Card> {
  card: Kind;
  line: Line;
  isLive: boolean;
  cases: Map<string, Line>;
}

const CARDS: Record<string, FunctionComponent<CardProps<never>>> = {
  arrival: ArrivalCard,
  case: CaseCard,
  date: DateCard,
  orders: OrdersCard,
  summary: SummaryCard,
};

export function CardView(props: CardProps) {
  const Kind = Object.hasOwn(CARDS, props.card.type) ? (CARDS[props.card.type] as FunctionComponent<CardProps>) : null;
  return (
    Kind && (
      <LeftOut>
        <Kind {...props} />
      </LeftOut>
    )
  );
}

/** Whether a card shows that button itself. */
export function takenByCard(card: Card | null, button: Button): boolean {
  return card?.type === "orders" && orderOf(card as Orders, button) !== undefined;
}

/** The last line of each case: its card holds the present state. */
export function newestCases(lines: Line[]): Map<string, Line> {
  const cases = new Map<string, Line>();
  for (const line of lines) if (line.card?.type === "case") cases.set((line.card as Case).case_id, line);
  return cases;
}

class LeftOut extends Component<{ children: ComponentChildren }, { broke: boolean }> {
  override state = { broke: false };

  override componentDidCatch(): void {
    this.setState({ broke: true });
  }

  override render() {
    return this.state.broke ? null : this.props.children;
  }
}
