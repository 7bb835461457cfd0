"""What people type or paste into a cell: a division by name or code, several of them, a block of a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Collection

BETWEEN = re.compile(r"[、，,；;\n\t]+")
CODE_AFTER_NAME = re.compile(r"^(?P<name>.*?)[\s（(]*(?P<code>\d{6,15})[）)]?$")
CODE_BEFORE_NAME = re.compile(r"^(?P<code>\d{6,15})\s*(?P<name>\D.*)$")


def unit(text: str) -> tuple[str, str]:
    """Split what names a division into its code and its name: 龙凼村 510304104205, or one of both alone."""
    text = text.strip()
    if text.isdigit():
        return text, ""
    found = CODE_AFTER_NAME.match(text) or CODE_BEFORE_NAME.match(text)
    return (found["code"], found["name"].strip()) if found else ("", text)


def units(text: str) -> list[str]:
    """Split a list of divisions, between 、 or lines; one that stands alone comes back alone."""
    return [piece.strip() for piece in BETWEEN.split(text) if piece.strip()]


def written(code: str, name: str) -> str:
    """Write a division as `unit` reads it."""
    return f"{name} {code}".strip()


def block(text: str) -> list[list[str]]:
    """Split a block copied from a spreadsheet into rows of cells; empty rows are left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    rows = [[cell.strip().strip('"') for cell in line.split("\t")] for line in lines]
    return [row for row in rows if any(row)]


def header(row: Collection[str], known: Collection[str]) -> bool:
    """Tell whether a row names columns: all that is written in it are known headers."""
    cells = [cell for cell in row if cell]
    return len(cells) > 1 and all(cell in known for cell in cells)
