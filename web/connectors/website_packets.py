"""The chat's packets: text only. Files come by POST /chat/files."""

from __future__ import annotations

from socketio.packet import Packet  # type: ignore[import-untyped]


class TextPacket(Packet):  # type: ignore[misc]
    """A packet without binary parts: those would be kept, however many, until the last of them came."""

    uses_binary_events = False

    def decode(self, encoded_packet: str) -> int:
        """Read a packet; raises ``ValueError`` for one that announces binary parts."""
        if super().decode(encoded_packet):
            raise ValueError("a packet with binary parts")
        return 0
