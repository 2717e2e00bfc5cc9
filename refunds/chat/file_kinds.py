"""Files of strangers: known by their content, and only pictures, PDF and plain text. Nothing is stored here.

A picture is decoded and written anew, so that neither metadata nor anything hidden behind it survives. PDF and text
stay as they are.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from refunds.errors import RefundsError

LARGEST_FILE = 5 * 1024 * 1024
# A phone's photo has 12 to 24 million; decoded, each takes 4 bytes. All frames of a moving picture count.
MOST_PIXELS = 25_000_000
MOST_FRAMES = 200
LONGEST_NAME = 100

PDF, TEXT = "application/pdf", "text/plain"
_PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
_ENDINGS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    PDF: (".pdf",),
    TEXT: (".txt", ".log", ".csv", ".md"),
}
KINDS = tuple(_ENDINGS)
_HOW: dict[str, dict[str, Any]] = {
    "image/png": {"format": "PNG", "optimize": False},
    "image/jpeg": {"format": "JPEG", "quality": 90},
    "image/webp": {"format": "WEBP", "quality": 90, "method": 1},
    "image/gif": {"format": "GIF"},
}
_MOVES = frozenset({"image/gif", "image/webp"})
# What Pillow raises on broken pictures, beside errors of its own.
_NOT_READ = (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError, struct.error)
_BROKEN = (*_NOT_READ, zlib.error)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_MARKUP = re.compile(r"\s*<(?:[a-z!?/])", re.I)
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_NOT_IN_NAMES = frozenset('<>:"|?*\\/')


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    KIND = "kind"
    BROKEN = "broken"


class FileRefused(RefundsError):
    """A file that is not taken; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"the file is not taken: {fault}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file fit to be kept: ``name`` to show, ``kind`` (MIME) by its content, ``content``."""

    name: str
    kind: str
    content: bytes


def clean(name: str, content: bytes) -> CleanFile:
    """A stranger's file, fit to be kept; raises ``FileRefused``. A large picture takes seconds of work."""
    if not content:
        raise FileRefused(Fault.EMPTY)
    if len(content) > LARGEST_FILE:
        raise FileRefused(Fault.TOO_LARGE)
    kind, content = _pdf(content) or _picture(content) or _text(content)
    return CleanFile(safe_name(name, kind), kind, content)


def safe_name(name: str, kind: str) -> str:
    """A stranger's name for a file as it may be shown and saved under: no folders, nothing unseen, a fitting ending."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in "\u2028\u2029")
    plain = "".join("_" if sign in _NOT_IN_NAMES else sign for sign in seen).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and f".{ending.lower()}" in _ENDINGS[kind]:
        return f"{stem[:LONGEST_NAME] or 'file'}.{ending.lower()}"
    return f"{plain[:LONGEST_NAME] or 'file'}{_ENDINGS[kind][0]}"


def _pdf(content: bytes) -> tuple[str, bytes] | None:
    if not content.startswith(b"%PDF-"):
        return None
    if b"%%EOF" not in content[-1024:]:
        raise FileRefused(Fault.BROKEN)
    return PDF, content


def _text(content: bytes) -> tuple[str, bytes]:
    """UTF-8 without control characters that does not begin like a page or a drawing."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(Fault.KIND) from None
    if _NOT_IN_TEXT.search(text) or _MARKUP.match(text):
        raise FileRefused(Fault.KIND)
    return TEXT, content


def _picture(content: bytes) -> tuple[str, bytes] | None:
    try:
        picture = Image.open(BytesIO(content), formats=("PNG", "JPEG", "WEBP", "GIF"))
    except UnidentifiedImageError:
        return None
    except _TOO_LARGE:
        raise FileRefused(Fault.TOO_LARGE) from None
    except _BROKEN:
        raise FileRefused(Fault.BROKEN) from None
    kind = _PICTURES[picture.format or ""]
    try:
        return kind, _written_anew(picture, kind)
    except _TOO_LARGE:
        raise FileRefused(Fault.TOO_LARGE) from None
    except _BROKEN:
        raise FileRefused(Fault.BROKEN) from None


def _written_anew(picture: Image.Image, kind: str) -> bytes:
    if picture.width * picture.height > MOST_PIXELS:
        raise Image.DecompressionBombError("more pixels than are taken")
    first, *others = _frames(picture) if kind in _MOVES else [(_bare(ImageOps.exif_transpose(picture)), 0)]
    how = dict(_HOW[kind])
    if others:
        how |= {"save_all": True, "loop": 0, "append_images": [frame for frame, _ in others]}
        how["duration"] = [milliseconds for _, milliseconds in (first, *others)]
    written = BytesIO()
    first[0].save(written, **how)
    return written.getvalue()


def _frames(picture: Image.Image) -> list[tuple[Image.Image, int]]:
    """Frame by frame, with how long each is shown. How many there are is never asked: counting a million takes long."""
    taken: list[tuple[Image.Image, int]] = []
    for frame in ImageSequence.Iterator(picture):
        if len(taken) == MOST_FRAMES or (len(taken) + 1) * frame.width * frame.height > MOST_PIXELS:
            raise Image.DecompressionBombError("more frames than are taken")
        taken.append((_bare(frame), int(frame.info.get("duration") or 100)))
    return taken


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone, as colours with or without transparency."""
    mode = "RGBA" if picture.has_transparency_data else "L" if picture.mode in ("1", "L") else "RGB"
    bare = picture.convert(mode)
    bare.info.clear()
    return bare
