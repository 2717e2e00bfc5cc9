"""Pictures of strangers, drawn anew for an agent's screen: nothing but pixels is left, and not too many. Pure."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image

from refunds.errors import RefundsError

LARGEST_SIDE = 1600
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    LookupError,
    TypeError,
    struct.error,
    zlib.error,
)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class NotDrawn(RefundsError):
    """A file that is no picture, or a broken one."""


def drawn_anew(content: bytes) -> bytes:
    """The first frame as PNG, its longer side at most 1600 pixels; raises ``NotDrawn``."""
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            bare = picture.convert("RGBA")
            bare.info.clear()
            bare.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            written = BytesIO()
            bare.save(written, "PNG")
            return written.getvalue()
    except (*_BROKEN, *_TOO_LARGE) as error:
        raise NotDrawn("the picture cannot be drawn") from error
