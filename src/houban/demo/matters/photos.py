"""Photos drawn by the demonstration itself: a road, a pond, a lane, with the thing somebody reported on it."""

from __future__ import annotations

import io
import random
from datetime import datetime

from PIL import Image, ImageDraw

SIZE = (640, 480)
GROUND = {"01": "#7c7f80", "02": "#8a8577", "03": "#6f7a5b", "04": "#93897b", "05": "#9a9184", "06": "#86806c"}


def draw(code: str, at: datetime, chance: random.Random) -> bytes:
    """Return a JPEG of what a type of matter may look like, with the time it was taken."""
    image = Image.new("RGB", SIZE, "#c9d2d8")
    pen = ImageDraw.Draw(image)
    horizon = chance.randrange(150, 220)
    for y in range(horizon):
        shade = 190 + y * 40 // horizon
        pen.line((0, y, SIZE[0], y), fill=(shade - 24, shade - 10, shade))
    _hills(pen, horizon, chance)
    pen.rectangle((0, horizon, *SIZE), fill=GROUND.get(code[:2], "#80807c"))
    _road(pen, horizon, chance)
    THINGS.get(code[:2], _heap)(pen, chance)
    pen.rectangle((0, SIZE[1] - 34, *SIZE), fill="#1c2430")
    pen.text((12, SIZE[1] - 27), f"{at:%Y-%m-%d %H:%M}", fill="#ffffff", font_size=18)
    pen.text((SIZE[0] - 70, SIZE[1] - 27), "DEMO", fill="#e0c36a", font_size=18)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=80)
    return written.getvalue()


def _hills(pen: ImageDraw.ImageDraw, horizon: int, chance: random.Random) -> None:
    for _ in range(4):
        x, wide, high = chance.randrange(-80, 600), chance.randrange(180, 360), chance.randrange(30, 90)
        pen.ellipse((x, horizon - high, x + wide, horizon + high), fill=(96, 120 + chance.randrange(20), 92))


def _road(pen: ImageDraw.ImageDraw, horizon: int, chance: random.Random) -> None:
    middle = chance.randrange(240, 400)
    pen.polygon([(middle - 30, horizon), (middle + 30, horizon), (620, 480), (40, 480)], fill="#5d6062")
    for n in range(5):
        y = horizon + 30 + n * 52
        pen.line((middle, y, middle + 2 * n, y + 18 + 4 * n), fill="#d8d4c4", width=4 + n)


def _cover(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    x, y = chance.randrange(200, 360), chance.randrange(300, 350)
    pen.ellipse((x, y, x + 150, y + 70), fill="#2b2d2f", outline="#8d8f90", width=6)
    pen.chord((x + 16, y + 10, x + 132, y + 60), 20, 160, fill="#4c7a96")


def _heap(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for _ in range(26):
        x, y = chance.randrange(180, 430), chance.randrange(300, 410)
        tone = chance.choice(("#3f4a3a", "#7b6a4e", "#b9b3a2", "#57606b", "#8c3b2f"))
        pen.rectangle((x, y, x + chance.randrange(14, 60), y + chance.randrange(10, 34)), fill=tone)


def _water(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    pen.ellipse((60, 300, 470, 470), fill="#5b7f8d")
    for n in range(4):
        x = 90 + n * 70 + chance.randrange(12)
        pen.rectangle((x, 250, x + 12, 330), fill="#c9c3b1")


def _house(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    x = chance.randrange(60, 200)
    pen.rectangle((x, 210, x + 240, 400), fill="#cfc7b6")
    pen.polygon([(x - 20, 210), (x + 260, 210), (x + 120, 130)], fill="#6d4a3c")
    pen.line([(x + 60, 220), (x + 84, 280), (x + 70, 340), (x + 100, 396)], fill="#3a332c", width=4)


THINGS = {"01": _cover, "02": _heap, "03": _water, "04": _house, "05": _house, "06": _house}
