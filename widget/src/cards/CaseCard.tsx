import type { Card } from "../chat/contract";
import { useSession } from "../session";
import { Icon } from "../view/icons";
import { Facts } from "./Facts";
import { type Days, TimeLine } from "./TimeLine";
import type { CardProps } from ".";

interface Step {
  title: string;
  done: boolean;
  failed?: boolean;
}

export interface Case extends Card {
  case_id: string;
  order_id: string;
  state: string;
  amount: string | null;
  steps: Step[];
  arrival: Days | null;
}

/** A case in its present state. Where it is told of again further down, only its number and state stand here. */
export function CaseCard({ card, line, cases }: CardProps<Case>) {
  const { strings } = useSession().language;
  const newest = cases.get(card.case_id)!;
  const { state } = newest.card as Case;
  const isNewest = newest === line;
  const head = (
    <p class="case-head">
      <span class="case-number">
        {strings.case} <strong>{card.case_id}</strong>
      </span>
      <span class="case-state">{state}</span>
    </p>
  );
  if (!isNewest) {
    return (
      <div class="card case is-older">
        {head}
        <small>{strings.newestBelow}</small>
      </div>
    );
  }
  return (
    <section class="card case" aria-label={`${strings.case} ${card.case_id}`}>
      {head}
      <CaseBody card={card} />
    </section>
  );
}

function CaseBody({ card }: { card: Case }) {
  const { strings } = useSession().language;
  return (
    <>
      <Facts
        rows={[
          [strings.order, card.order_id],
          [strings.amount, card.amount && <span class="money">{card.amount}</span>],
        ]}
      />
      {card.steps?.length > 0 && (
        <ol class="steps">
          {card.steps.map((step) => (
            <StepView step={step} key={step.title} />
          ))}
        </ol>
      )}
      {card.arrival && <TimeLine days={card.arrival} />}
    </>
  );
}

function StepView({ step }: { step: Step }) {
  const { strings } = useSession().language;
  const [standing, told] = step.failed
    ? ["failed", strings.failed]
    : step.done
      ? ["done", strings.done]
      : ["to-come", strings.toCome];
  return (
    <li class={`step is-${standing}`}>
      <span class="step-mark">
        {standing !== "to-come" && <Icon name={standing === "done" ? "check" : "close"} />}
      </span>
      <span class="unseen">{told}: </span>
      {step.title}
    </li>
  );
}
