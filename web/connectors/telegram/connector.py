"""POST /webhooks/telegram: what Telegram tells, checked, stored, and only then acknowledged.

Telegram brings an update again until it is acknowledged; what was stored is known again by the message's own number in
its chat, so that a repeat under another update number is known as well.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from weakref import WeakValueDictionary

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import Update
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from refunds.carry_on import CarryOn
from refunds.chat.admission import Admission
from refunds.chat.channel_events import ChannelEvents
from refunds.chat.message import Incoming, Reply
from refunds.chat.turns import Progress, Turns
from refunds.errors import DatabaseUnavailable, NothingSaid
from refunds.telegram_bot import PATH, OutcomeUnknown
from refunds.words import Words
from web.connectors.fetched_files import FileNotKept
from web.connectors.outgoing import Sender
from web.connectors.telegram.files import TelegramFiles
from web.connectors.telegram.forms import CHOSEN, chosen_keyboard, title_of
from web.connectors.telegram.updates import CHANNEL, Began, Elsewhere, Pressed, Said, read

_log = structlog.get_logger()
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BODY = 1_000_000


@dataclass(frozen=True)
class TelegramRooms:
    """What the connector hands on to."""

    bot: Bot
    admission: Admission
    turns: Turns
    events: ChannelEvents
    carry_on: CarryOn
    words: Words
    files: TelegramFiles
    sender: Sender


class TelegramConnector:
    """One conversation a private chat. ``secret`` is what Telegram shows with each update that it brings."""

    def __init__(self, rooms: TelegramRooms, secret: str | None) -> None:
        self._rooms = rooms
        self._secret = secret
        self._errands: set[asyncio.Task[None]] = set()
        self._in_order: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._chats: dict[str, int] = {}
        rooms.turns.watch(self._on_progress)
        self.router = APIRouter()
        if secret is not None:
            self.router.add_api_route(PATH, self._receive, methods=["POST"], response_model=None)

    async def close(self) -> None:
        """Leave what is no loss; what is not acknowledged comes again."""
        for task in self._errands:
            task.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)

    async def _receive(self, request: Request) -> Response:
        """401 for whoever does not know the secret, 503 for what could not be stored: then it comes again."""
        shown = request.headers.get(SECRET_HEADER, "")
        if self._secret is None or not hmac.compare_digest(shown.encode(), self._secret.encode()):
            return Response(status_code=401)
        length = request.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return Response(status_code=413)
        try:
            update = Update.model_validate_json(await request.body())
        except ValidationError:
            # Acknowledged: what nobody can read now would come for ever, and hold up what is behind it.
            _log.warning("telegram_update_not_read")
            return Response(status_code=200)
        try:
            await self.take(update)
        except DatabaseUnavailable:
            _log.warning("telegram_update_not_stored", update_id=update.update_id)
            return Response(status_code=503)
        return Response(status_code=200)

    async def take(self, update: Update) -> None:
        """Store what an update tells and have it answered. Raises ``DatabaseUnavailable``: it must come again."""
        told = read(update)
        if isinstance(told, Elsewhere):
            self._start(self._leave(told))
        elif told is not None:
            # Those of one chat are stored in the order in which they came.
            async with self._in_order.setdefault(told.address, asyncio.Lock()):
                await self._take(told)

    async def _take(self, told: Said | Began | Pressed) -> None:
        match told:
            case Began():
                await self._begin(told)
            case Pressed():
                await self._press(told)
            case Said(edited=True):
                await self._correct(told)
            case Said():
                await self._say(told)

    async def _begin(self, began: Began) -> None:
        if began.code is not None:
            now = datetime.now(UTC)
            _, conversation_id = await asyncio.to_thread(
                self._rooms.carry_on.use, began.code, CHANNEL, began.address, began.message_id, now
            )
            self._deliver(conversation_id, began.address)
            return
        words = self._rooms.words
        text = words.say("telegram_asks_case", case_id=began.case_id) if began.case_id else words.say("telegram_hello")
        await self._admit(Incoming(CHANNEL, began.address, began.message_id, text, locale=began.locale))

    async def _press(self, press: Pressed) -> None:
        if press.button == CHOSEN:
            self._start(self._acknowledge(press, None))
            return
        incoming = Incoming(CHANNEL, press.address, press.message_id, "", button=press.button, locale=press.locale)
        try:
            await self._admit(incoming)
        except NothingSaid:
            self._start(self._acknowledge(press, self._rooms.words.say("utter_telegram_old_button")))
        else:
            self._start(self._show_choice(press))

    async def _correct(self, said: Said) -> None:
        """New words in the place of old ones: told so, and answered; the old ones stay, as what was said then."""
        if said.wordless is not None:
            return
        await self._tell(said, "utter_telegram_edited" if said.text else "utter_telegram_file_edited")
        if said.text:
            await self._admit_said(said, ())
            note, now = self._rooms.events.note, datetime.now(UTC)
            await asyncio.to_thread(note, CHANNEL, f"edited {said.original}", now)

    async def _say(self, said: Said) -> None:
        if said.wordless is not None:
            await self._tell(said, "utter_telegram_wordless")
            return
        if await asyncio.to_thread(self._rooms.events.knows, CHANNEL, f"edited {said.original}"):
            said = replace(said, text="")  # it was late: new words stand in the place of these already
        files: tuple[str, ...] = ()
        if said.file is not None:
            try:
                files = (await self._rooms.files.keep(said.address, said.file),)
            except FileNotKept as error:
                await self._reply(said, error.reply)
        if files or said.text:
            await self._admit_said(said, files)

    async def _admit_said(self, said: Said, files: tuple[str, ...]) -> None:
        incoming = Incoming(
            CHANNEL, said.address, said.message_id, said.text, locale=said.locale, files=files, album=said.album
        )
        try:
            await self._admit(incoming)
        except NothingSaid:
            await self._tell(said, "utter_nothing_said")

    async def _admit(self, incoming: Incoming) -> None:
        admitted = await asyncio.to_thread(self._rooms.admission.admit, incoming, datetime.now(UTC))
        self._expect(admitted.conversation_id, incoming.address)
        self._rooms.turns.start(admitted.conversation_id)

    async def _tell(self, said: Said, name: str) -> None:
        await self._reply(said, Reply(self._rooms.words.say(name)))

    async def _reply(self, said: Said, reply: Reply) -> None:
        now = datetime.now(UTC)
        # Of several that were sent together the same is said once.
        about = f"{said.album} {sha256(reply.text.encode()).hexdigest()[:16]}" if said.album else said.message_id
        event_id = f"told {about}"
        told = await asyncio.to_thread(self._rooms.events.tell, CHANNEL, said.address, event_id, [reply], now)
        if told is not None:
            self._deliver(told, said.address)

    def _deliver(self, conversation_id: str, address: str) -> None:
        self._expect(conversation_id, address)
        self._rooms.sender.start(conversation_id)

    def _expect(self, conversation_id: str, address: str) -> None:
        self._rooms.sender.expect(conversation_id)
        self._chats[conversation_id] = int(address)
        if len(self._chats) > 10_000:
            del self._chats[next(iter(self._chats))]

    def _on_progress(self, conversation_id: str, progress: Progress) -> None:
        """Telegram shows that somebody writes, for five seconds or until the answer comes."""
        self._rooms.sender.on_progress(conversation_id, progress)
        if progress in (Progress.THINKING, Progress.AGENT_WRITES) and conversation_id in self._chats:
            self._start(self._show_typing(self._chats[conversation_id]))

    async def _show_typing(self, chat_id: int) -> None:
        await self._rooms.bot.send_chat_action(chat_id, "typing")

    async def _show_choice(self, press: Pressed) -> None:
        """End the press's waiting sign, and put what was chosen in the place of the choices."""
        await self._acknowledge(press, None)
        title = title_of(press.shown_in.reply_markup, press.button) if press.shown_in else None
        if press.shown_in is not None and title is not None:
            await self._rooms.bot.edit_message_reply_markup(
                chat_id=press.shown_in.chat.id,
                message_id=press.shown_in.message_id,
                reply_markup=chosen_keyboard(title),
            )

    async def _acknowledge(self, press: Pressed, alert: str | None) -> None:
        await self._rooms.bot.answer_callback_query(press.press_id, text=alert, show_alert=alert is not None)

    async def _leave(self, elsewhere: Elsewhere) -> None:
        if not elsewhere.is_channel:
            await self._rooms.bot.send_message(elsewhere.chat_id, self._rooms.words.say("utter_telegram_in_group"))
        await self._rooms.bot.leave_chat(elsewhere.chat_id)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_calmly(work))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


async def _calmly(work: Coroutine[Any, Any, None]) -> None:
    """Work that nobody waits for and that is no loss where it fails."""
    try:
        await work
    except (AiogramError, OutcomeUnknown) as error:
        _log.warning("telegram_errand_left", why=type(error).__name__)
