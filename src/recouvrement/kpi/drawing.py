"""Small drawings for notebooks: an SVG that says in words what it shows, beside its table.

Nothing is drawn that the table does not hold; every text is escaped, and nothing is loaded.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Final

from recouvrement.money import Money
from recouvrement.tables import cell_text

WIDTH: Final = 480
BAR: Final = 18
HEIGHT: Final = 120
_LABELS: Final = 96
_MARGIN: Final = 12
_ZERO: Final = Fraction(0)

Figure = Money | Decimal | int


def bars(title: str, figures: Sequence[tuple[str, Figure]]) -> str:
    """Horizontal bars, one for each figure, from a common zero; below zero to its left.

    >>> bars("Ageing", [("1-30", 200), (">120", 50)]).count("<rect")
    2
    """
    sizes = [_size(figure) for _, figure in figures]
    least, most = min([_ZERO, *sizes]), max([_ZERO, *sizes])
    room = Fraction(WIDTH - _LABELS - _MARGIN) / ((most - least) or 1)
    zero = _LABELS - least * room
    shapes = []
    for number, ((label, figure), size) in enumerate(zip(figures, sizes, strict=True)):
        top, start = number * BAR, zero + min(_ZERO, size) * room
        shapes += [
            f'<text x="{_LABELS - 6}" y="{top + 13}" text-anchor="end">{_text(label)}</text>',
            _bar(start, top + 3, abs(size) * room, f"{_text(label)}: {_text(figure)}"),
        ]
    told = "; ".join(f"{label}: {cell_text(figure)}" for label, figure in figures)
    return _drawn(title, told, max(BAR, BAR * len(figures)), shapes)


def line(title: str, figures: Sequence[tuple[str, Figure | None]]) -> str:
    """A line through the figures, in order; it breaks where there is none.

    >>> line("DSO", [("2026-09", 40), ("2026-10", None), ("2026-11", 45)]).count("<circle")
    2
    """
    sizes = [None if figure is None else _size(figure) for _, figure in figures]
    known = [size for size in sizes if size is not None]
    least, most = min([_ZERO, *known]), max([_ZERO, *known])
    tall = Fraction(HEIGHT - 2 * _MARGIN) / ((most - least) or 1)
    wide = Fraction(WIDTH - 2 * _MARGIN, max(1, len(figures) - 1))
    shapes, before = [], ""
    for number, ((label, figure), size) in enumerate(zip(figures, sizes, strict=True)):
        if size is None:
            before = ""
            continue
        x, y = _at(_MARGIN + number * wide), _at(HEIGHT - _MARGIN - (size - least) * tall)
        if before:
            shapes.append(f'<line {before} x2="{x}" y2="{y}" stroke="currentColor"/>')
        shapes.append(
            f'<circle cx="{x}" cy="{y}" r="3">'
            f"<title>{_text(label)}: {_text(figure)}</title></circle>"
        )
        before = f'x1="{x}" y1="{y}"'
    told = "; ".join(
        f"{label}: {'undefined' if figure is None else cell_text(figure)}"
        for label, figure in figures
    )
    return _drawn(title, told, HEIGHT, shapes)


def _bar(x: Fraction, y: int, width: Fraction, told: str) -> str:
    box = f'x="{_at(x)}" y="{y}" width="{_at(width)}" height="{BAR - 6}"'
    return f"<rect {box}><title>{told}</title></rect>"


def _drawn(title: str, told: str, height: int, shapes: Sequence[str]) -> str:
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    look = f'{size} font-size="11" fill="currentColor"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{_text(title)}"'
    head = [f"{opening} {look}>", f"<title>{_text(title)}</title>", f"<desc>{_text(told)}</desc>"]
    return "\n".join([*head, *shapes, "</svg>"])


def _size(figure: Figure) -> Fraction:
    return Fraction(figure.minor) if isinstance(figure, Money) else Fraction(figure)


def _at(place: Fraction | int) -> str:
    """A coordinate to one decimal, without a float."""
    tenths = round(Fraction(place) * 10)
    whole, tenth = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole}.{tenth}"


def _text(value: object) -> str:
    return escape(cell_text(value), quote=True)
