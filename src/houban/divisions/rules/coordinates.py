"""Longitude and latitude as Chinese maps give them, made plain, and as people type them, read.

GCJ-02 and BD-09 by the formulas that were published with `eviltransform` (https://github.com/googollee/eviltransform)
and in Baidu's own samples; neither has an official text. The way back is found by iteration. Everything works on whole
arrays. WGS 84 and CGCS2000 differ by centimetres and are taken as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]
AXIS, FLATTENING = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, squared eccentricity
BAIDU = np.pi * 3000 / 180
ROUNDS, CLOSE = 30, 1e-9  # a ten-thousandth of a metre
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
PART = r"(\d{1,2}(?:\.\d+)?)"
MINUTES = re.compile(rf"""^([+-]?\d{{1,3}})[°度](?:{PART}[′'分])?(?:{PART}[″"秒])?$""")
PLAIN = re.compile(r"^[+-]?\d{1,3}(?:\.\d+)?$")
BEFORE = {"东经": 1, "西经": -1, "北纬": 1, "南纬": -1}
SIDES = {"E": 1, "W": -1, "N": 1, "S": -1}


def in_china(points: Degrees) -> NDArray[np.bool_]:
    """Tell which points lie in the box within which Chinese maps are shifted."""
    x, y = points[:, 0], points[:, 1]
    return (x >= WEST) & (x <= EAST) & (y >= SOUTH) & (y <= NORTH)


def to_gcj02(points: Degrees) -> Degrees:
    """Shift CGCS2000 points as Chinese maps do; points outside China stay."""
    return np.where(in_china(points)[:, None], points + _shift(points), points)


def from_gcj02(points: Degrees) -> Degrees:
    """Take the shift of Chinese maps back; points outside China stay."""
    return np.where(in_china(points)[:, None], _solve(points, lambda guess: guess + _shift(guess)), points)


def to_bd09(points: Degrees) -> Degrees:
    """Shift GCJ-02 points as Baidu's maps do; points outside China stay."""
    return np.where(in_china(points)[:, None], _baidu(points), points)


def from_bd09(points: Degrees) -> Degrees:
    """Take Baidu's shift back, which leaves GCJ-02; points outside China stay."""
    return np.where(in_china(points)[:, None], _solve(points, _baidu), points)


def from_baidu(points: Degrees) -> Degrees:
    """Turn points of Baidu's maps into CGCS2000."""
    return from_gcj02(from_bd09(points))


def _solve(wanted: Degrees, forwards: Callable[[Degrees], Degrees]) -> Degrees:
    guess = wanted.astype(np.float64, copy=True)
    for _ in range(ROUNDS):
        error = wanted - forwards(guess)
        guess += error
        if not error.size or np.abs(error).max() < CLOSE:
            break
    return guess


def _shift(points: Degrees) -> Degrees:
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    waves = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    latitude = np.radians(points[:, 1])
    bend = 1 - FLATTENING * np.sin(latitude) ** 2
    metres_north = AXIS * (1 - FLATTENING) / (bend * np.sqrt(bend))
    metres_east = AXIS / np.sqrt(bend) * np.cos(latitude)
    return np.column_stack([np.degrees(east / metres_east), np.degrees(north / metres_north)])


def _baidu(points: Degrees) -> Degrees:
    x, y = points[:, 0], points[:, 1]
    far = np.hypot(x, y) + 0.00002 * np.sin(y * BAIDU)
    turned = np.arctan2(y, x) + 0.000003 * np.cos(x * BAIDU)
    return np.column_stack([far * np.cos(turned) + 0.0065, far * np.sin(turned) + 0.006])


def written(longitude: float, latitude: float) -> str:
    """Write a point with six decimals, a tenth of a metre, longitude first."""
    return f"{longitude:.6f}, {latitude:.6f}"


def parse(text: str) -> float | None:
    """Read degrees as people type them: 104.776071, 东经104°46′33.9″, 29°22'N; None where it is neither."""
    plain = text.strip().translate(str.maketrans("０１２３４５６７８９．’”＇＂", "0123456789.'\"'\"")).replace(" ", "")
    sign = 1
    for word, side in BEFORE.items():
        if plain.startswith(word):
            plain, sign = plain[len(word) :], side
    if plain[-1:].upper() in SIDES:
        plain, sign = plain[:-1], SIDES[plain[-1:].upper()]
    if PLAIN.match(plain):
        return sign * float(plain)
    return _sexagesimal(plain, sign)


def _sexagesimal(text: str, sign: int) -> float | None:
    found = MINUTES.match(text)
    if found is None:
        return None
    degrees, minutes, seconds = float(found[1]), float(found[2] or 0), float(found[3] or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    size = abs(degrees) + minutes / 60 + seconds / 3600
    return sign * (-size if found[1].startswith("-") else size)
