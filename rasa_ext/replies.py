"""What the assistant says in one turn, collected for the answer of the request."""

from typing import Any, Dict, List

from rasa.core.channels.channel import OutputChannel


class ReplyCollector(OutputChannel):
    """Keeps each response whole: text, buttons and custom data of one reply stay together."""

    def __init__(self) -> None:
        self.replies: List[Dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name in response variations."""
        return "turn"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Adds one reply: `{"text", "buttons": [{"title", "payload"}], "custom"}`; text and custom may be null."""
        buttons = [{"title": b["title"], "payload": b["payload"]} for b in message.get("buttons") or []]
        self.replies.append({"text": message.get("text"), "buttons": buttons, "custom": message.get("custom") or None})
