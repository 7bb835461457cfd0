"""What is wrong with a file, said to a person: what, where, how to mend it, and what is unharmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MOST = 100
UNHARMED = "改好后重新导入，其他行不用动。"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place of a file."""

    what: str
    mend: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    @property
    def place(self) -> str:
        """Return where it is: “村级台账.xlsx”的“收入”表第 37 行 C 列."""
        parts = [f"“{self.file}”" if self.file else ""]
        parts.append(f"“{self.sheet}”表" if self.sheet else "")
        parts.append(f"第 {self.row} 行" if self.row else "")
        parts.append(f" {self.column} 列" if self.column else "")
        named = "的".join(filter(None, [parts[0], parts[1]]))
        rest = "".join(parts[2:]).strip()
        return f"{named}的{rest}" if named and rest else named or rest

    def __str__(self) -> str:
        mend = f"，{self.mend}" if self.mend else ""
        gap = " " if self.place[-1:].isascii() else ""
        return f"{self.place}{gap}{'：' if self.place else ''}{self.what}{mend}。"


class Problems(Exception):
    """Everything wrong with a file at once: the first hundred, and how many more there are."""

    def __init__(self, problems: list[Problem], *, more: int = 0) -> None:
        super().__init__(len(problems) + more)
        self.shown = problems[:MOST]
        self.more = more + max(len(problems) - MOST, 0)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.shown]
        if self.more:
            lines.append(f"另有 {self.more} 处同样有误。")
        return "\n".join(["没有导入。", *lines, UNHARMED])


class Collector:
    """Gathers the problems of one file; keeps the first hundred and counts the rest."""

    def __init__(self, *, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []
        self.more = 0

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, *, what: str, mend: str = "", **place: Any) -> None:
        """Add a problem at a place: `sheet`, `row`, `column`."""
        if len(self.found) >= MOST:
            self.more += 1
            return
        self.found.append(Problem(what=what, mend=mend, file=self.file, **place))

    def raise_any(self) -> None:
        """Raise what was found, if anything."""
        if self.found:
            raise Problems(self.found, more=self.more)
