"""The desk's pages about chats: the queue, one chat, and what agents do there."""

from __future__ import annotations

from fastapi import APIRouter

from refunds.app import App
from refunds.chat.turns import Turns
from web.desk.chats.acts import ChatActs
from web.desk.chats.chat import ChatPages
from web.desk.chats.queue import ChatQueue


def rooms(app: App, turns: Turns) -> list[APIRouter]:
    """The routers of this room; the queue's fixed paths come before those of a chat."""
    pages = ChatPages(app)
    return [ChatQueue(app).router, pages.router, ChatActs(app, turns, pages).router]
