"""Which order it is about: settled from what was told, chosen in words or by a button."""

from __future__ import annotations

import re
from datetime import date

from actions.choosing import chosen_order
from actions.several import queue_up
from actions.steps import payload
from actions.talk import Talk
from refunds.policy.records import Order
from refunds.policy.request import Claim

MOST_BUTTONS = 10
_THE_ONE = re.compile(r"\b(?:it'?s|it is|i meant?|meant|mean|no,?|not that,?|but) the ([\w-]+(?: [\w-]+)? one)\b", re.I)


def find_order(talk: Talk, customer_id: str) -> None:
    """Settle the order from ticket or service where that leaves one; otherwise ask, with the customer's own orders."""
    frame = talk.frame
    if frame.ticket_number:
        frame.order_number = talk.app.enquiries.order_of_ticket(customer_id, frame.ticket_number)
    if frame.order_number:
        return
    orders = talk.app.enquiries.orders_of(customer_id)
    fitting = [order for order in orders if _fits(order, frame.service, frame.region)] or orders
    fitting = [order for order in fitting if order.order_id not in frame.orders_denied] or fitting
    if len(fitting) == 1:
        frame.order_number = fitting[0].order_id
    elif frame.every_order and orders:
        frame.order_number, frame.every_order = fitting[0].order_id, False
        for order in fitting[1:MOST_BUTTONS]:
            queue_up(frame, order.order_id)
    elif frame.orders_named:
        named = [order for order in orders if order.order_id in frame.orders_named]
        ask_order(talk, named or orders, "utter_ask_order_several")
    elif frame.service and not any(order.service == frame.service for order in orders):
        ask_order(talk, orders, "utter_ask_order_no_such_service", service=frame.service)
    else:
        ask_order(talk, fitting, "utter_ask_order")


def choose_in_words(talk: Talk) -> None:
    """Settle the order from words such as "the second one" or "the 240 euro one"."""
    if talk.frame.order_number or talk.is_button or talk.customer_id is None:
        return
    offered = talk.app.enquiries.orders_of(talk.customer_id)[:MOST_BUTTONS]
    offered = [order for order in offered if order.order_id not in talk.frame.orders_denied] or offered
    days = [
        date.fromisoformat(row["value"]["from"][:10])
        for row in talk.details
        if row["entity"] == "time" and row["value"] != "ambiguous"
    ]
    chosen = chosen_order(talk.text, offered, days)
    if chosen:
        talk.frame.order_number = chosen.order_id


def choose_the_one(talk: Talk) -> None:
    """ "Sorry, it's the storage one": another of the customer's orders takes the place of the one talked about."""
    found = None if talk.asked == "narrower_time" else _THE_ONE.search(talk.text)
    if found is None or talk.frame.order_number is None or talk.customer_id is None:
        return
    chosen = chosen_order(found[1], talk.app.enquiries.orders_of(talk.customer_id)[:MOST_BUTTONS])
    if chosen:
        talk.frame.order_number = chosen.order_id


def _fits(order: Order, service: str | None, region: str | None) -> bool:
    return (service is None or order.service == service) and (region is None or order.region == region)


def ask_order(talk: Talk, orders: list[Order], sentence: str, **values: object) -> None:
    """Ask which order, with the customer's own ones as buttons; without any there is nothing to ask."""
    if not orders:
        talk.pending = None
        talk.say("utter_no_orders", [talk.person_button])
        return
    rows = [_order_row(talk, order) for order in orders[:MOST_BUTTONS]]
    buttons = [
        (
            talk.words("order_button", order=row["order_id"], **{k: row[k] for k in ("service", "amount", "bought")}),
            payload("choose_order", order_number=row["order_id"]),
        )
        for row in rows
    ]
    if Claim.WRONG_CHARGE in talk.frame.claims:
        buttons.append(talk.button("button_no_order", "/no_order"))  # a charge may belong to none of them
    talk.ask("order", sentence, buttons, {"type": "orders", "orders": rows}, **values)


def _order_row(talk: Talk, order: Order) -> dict[str, str]:
    return {
        "order_id": order.order_id,
        "service": order.service,
        "region": order.region,
        "plan": order.plan,
        "amount": talk.app.words.money(order.amount, talk.locale),
        "bought": talk.app.words.day(order.purchased_at.astimezone(talk.zone).date(), talk.locale),
    }
