"""What the readers of boundary files hand on, and how they say that a file can't be read."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from houban.core.problems import Problem, Problems

MOST_BYTES = 50 * 2**20
MOST_UNPACKED = 200 * 2**20
MOST_SHAPES = 20_000
MOST_POINTS = 5_000_000


@dataclass(frozen=True, slots=True)
class Raw:
    """One shape of a file as it came: where it stands, what is said of it, and its lines; None without any."""

    number: int
    attributes: dict[str, str]
    geometry: BaseGeometry | None


@dataclass(frozen=True)
class RawFile:
    """The shapes of a file, and the coordinate system the file itself names; empty where it names none."""

    shapes: list[Raw]
    system: str


def unreadable(name: str, what: str, mend: str) -> Problems:
    """Say why a file can't be read."""
    return Problems([Problem(file=name, what=what, mend=mend)])


def shown(value: object) -> str:
    """Return an attribute as text; whole numbers lose the point that tables give them."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
