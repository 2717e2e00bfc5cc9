import type { Button, Card } from "../chat/contract";
import { sayByButton, useSession } from "../session";
import { unbroken } from "../words";
import type { CardProps } from ".";

interface Order {
  order_id: string;
  service: string;
  region: string;
  plan: string;
  amount: string;
  bought: string;
}

export interface Orders extends Card {
  orders: Order[];
}

/** The order that a button chooses: its title names the number. */
export function orderOf(card: Orders, button: Button): Order | undefined {
  return card.orders.find((order) => button.title.includes(order.order_id));
}

export function OrdersCard({ card, line, isLive }: CardProps<Orders>) {
  const session = useSession();
  if (!isLive) return null; // the customer's answer says which it was
  return (
    <ul class="orders">
      {line.buttons
        .map((button) => ({ button, order: orderOf(card, button) }))
        .map(
          ({ button, order }) =>
            order && (
              <li key={button.id}>
                <button
                  type="button"
                  class="order"
                  onClick={() => sayByButton(session, (conversation) => conversation.choose(button))}
                >
                  <OrderFace order={order} />
                </button>
              </li>
            ),
        )}
    </ul>
  );
}

function OrderFace({ order }: { order: Order }) {
  const { bought } = useSession().language.strings;
  return (
    <>
      <strong dir="auto">{order.plan || order.service}</strong>
      <span class="money">{order.amount}</span>
      <small>
        <span>{[order.order_id, order.service, order.region].filter(Boolean).join(" · ")}</span>
        {order.bought && <span>{unbroken(bought(order.bought))}</span>}
      </small>
    </>
  );
}
