"""A picture of who held what when: a lane for each seat, a bar for each period, on a true time scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

LEFT, ROW, TOP = 150.0, 28, 26
BESIDE, WHOLE = 820, 1180  # pixels of a sheet beside others, and of one as wide as the page
CHARACTER = 13.0  # pixels of a Chinese character at 12 px, with air
MOST_LABEL = 12
LEAST = timedelta(days=365)


@dataclass(frozen=True)
class Span:
    """Something that lasted: from a day until a day, or still going."""

    start: date
    until: date | None
    label: str
    kind: str = "seat"
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """A span as it is drawn; the label only where it fits."""

    x: float
    width: float
    text: str
    title: str
    kind: str
    url: str

    @property
    def text_x(self) -> float:
        """Return where the label begins."""
        return self.x + 6


@dataclass
class Lane:
    """A line of bars."""

    label: str
    y: int
    bars: list[Bar] = field(default_factory=list)

    @property
    def text_y(self) -> int:
        """Return the base line of the texts."""
        return self.y + 15


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn, in pixels."""

    width: int
    lanes: Sequence[Lane]
    years: Sequence[tuple[int, float]]
    height: int
    today_x: float
    on_x: float | None


def draw(lanes: Sequence[tuple[str, Sequence[Span]]], *, today: date, on: date, width: int = BESIDE) -> Picture | None:
    """Lay the lanes out from the first day that anything began; None where nothing ever did."""
    spans = [span for _, row in lanes for span in row]
    if not spans:
        return None
    first = min([today - LEAST, *(span.start for span in spans)])
    last = max([today, on, *(span.until for span in spans if span.until), *(span.start for span in spans)])
    last += (last - first) / 20

    def x(day: date) -> float:
        return LEFT + (day - first).days / (last - first).days * (width - 10 - LEFT)

    drawn = [
        Lane(_short(label), TOP + number * ROW, [_bar(span, x, last) for span in row])
        for number, (label, row) in enumerate(lanes)
    ]
    years = [(year, x(date(year, 1, 1))) for year in range(first.year + 1, last.year + 1)]
    step = max(1, len(years) // 12 + 1)
    return Picture(width, drawn, years[::step], TOP + len(drawn) * ROW + 4, x(today), x(on) if on != today else None)


def _short(label: str) -> str:
    return label if len(label) <= MOST_LABEL else f"{label[: MOST_LABEL - 1]}…"


def _bar(span: Span, x: Callable[[date], float], last: date) -> Bar:
    until = span.until or last
    start, end = x(span.start), x(min(until, last))
    width = max(end - start - 1, 2.0)
    fits = len(span.label) * CHARACTER + 10 <= width
    title = f"{span.label} {span.start} — {span.until or ''}".rstrip()
    return Bar(start, width, span.label if fits else "", title, span.kind, span.url)
