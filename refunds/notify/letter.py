"""A mail's content, as plain text and as HTML of the same sentences."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's subject and its text; paragraphs are parted by an empty line."""

    subject: str
    text: str

    @property
    def html(self) -> str:
        """The same text as HTML, with nothing in it that could be markup."""
        paragraphs = "".join(f"<p>{escape(part)}</p>".replace("\n", "<br>") for part in self.text.split("\n\n"))
        return f'<!doctype html><html lang="en"><meta charset="utf-8"><body>{paragraphs}</body></html>'
