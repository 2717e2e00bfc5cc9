"""A mail's content, as plain text and as HTML of the same sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's subject and what it says: paragraphs, a small table of ``facts``, a ``link`` (title, address), the end.

    A paragraph may have several lines. ``footer`` is a link too, in small print below all else.
    """

    subject: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    link: tuple[str, str] | None = None
    closing: tuple[str, ...] = ()
    footer: tuple[str, str] | None = None

    @property
    def text(self) -> str:
        """All of it as plain text; an empty line parts what stands apart."""
        facts = ("\n".join(f"{label}: {value}" for label, value in self.facts),) if self.facts else ()
        link = (f"{self.link[0]}:\n{self.link[1]}",) if self.link else ()
        footer = (f"{self.footer[0]}:\n{self.footer[1]}",) if self.footer else ()
        return "\n\n".join((*self.paragraphs, *facts, *link, *self.closing, *footer))

    @property
    def html(self) -> str:
        """All of it as HTML, with nothing of others in it that could be markup."""
        return _template().render(letter=self)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("letter.html")
