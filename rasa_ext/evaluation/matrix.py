"""The confusion matrix as a picture: an SVG, one square for each pair of what was meant and what was read."""

from html import escape
from typing import List, Mapping, Tuple

_SQUARE, _MARGIN = 26, 190
_STYLE = "<style>text{font:11px sans-serif;fill:#222}.n{text-anchor:middle;font-size:10px}.l{fill:#fff}</style>"


def matrix_svg(counts: Mapping[Tuple[str, str], int]) -> str:
    """A picture of `counts`, (meant, read) -> how often; a row is shaded by the share of what was meant there."""
    names = sorted({name for pair in counts for name in pair})
    size = _MARGIN + _SQUARE * len(names) + 10
    drawn = [part for row, meant in enumerate(names) for part in _row(row, meant, names, counts)]
    drawn += [_column_name(at, name) for at, name in enumerate(names)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}">'
    title = "<title>Rows: what was meant. Columns: what was read.</title>"
    return "\n".join([head, title, _STYLE, f'<rect width="{size}" height="{size}" fill="#fff"/>', *drawn, "</svg>\n"])


def _row(row: int, meant: str, names: List[str], counts: Mapping[Tuple[str, str], int]) -> List[str]:
    top = _MARGIN + row * _SQUARE
    total = sum(counts.get((meant, read), 0) for read in names)
    parts = [f'<text x="{_MARGIN - 6}" y="{top + 17}" text-anchor="end">{escape(meant)}</text>']
    for column, read in enumerate(names):
        count = counts.get((meant, read), 0)
        parts += _square(_MARGIN + column * _SQUARE, top, count, count / total if total else 0, row == column)
    return parts


def _square(left: int, top: int, count: int, share: float, right: bool) -> List[str]:
    colour = "20,110,90" if right else "190,60,30"
    shade = 0 if not count else 0.12 + 0.88 * (share if right else min(1, share * 4))
    square = f'<rect x="{left}" y="{top}" width="{_SQUARE}" height="{_SQUARE}" fill="rgba({colour},{shade:.2f})"'
    light = " l" if shade > 0.55 else ""
    number = f'<text class="n{light}" x="{left + _SQUARE // 2}" y="{top + 17}">{count}</text>'
    return [f'{square} stroke="#ddd"/>'] + ([number] if count else [])


def _column_name(at: int, name: str) -> str:
    left = _MARGIN + at * _SQUARE + 17
    return f'<text transform="translate({left},{_MARGIN - 6}) rotate(-90)">{escape(name)}</text>'
