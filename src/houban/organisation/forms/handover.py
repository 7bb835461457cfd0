"""The form of a hand-over: as many rows as are asked for, of who leaves, who takes over, and whose place moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from houban.organisation.actions.appointments import HandOver, PlaceMove
from houban.organisation.forms.fields import DatedForm, PickField, choice, day, text
from houban.organisation.words import QuotaNature

PARTS = ("leaves", "takes", "moves")
MOST = 12


class HandOverForm(DatedForm):
    """One act: its rows, its day, its document."""

    on_day = day(_("哪一天"), hint=_("当天起新的任职开始，原来的不再算数。"))
    document = text(_("文号"), required=True, hint=_("任免、划转的文件。"))

    def __init__(self, *args: Any, counts: Mapping[str, int], on: date, **more: Any) -> None:
        self.counts = counts
        super().__init__(*args, on=on, **more)
        for n in range(counts["leaves"]):
            self._add(f"leave_{n}", PickField("appointment", label=_("谁离任"), required=False))
        for n in range(counts["takes"]):
            self._add(f"taker_{n}", PickField("person", label=_("谁接任"), required=False))
            self._add(f"post_{n}", PickField("post", label=_("什么岗位"), required=False))
        for n in range(counts["moves"]):
            self._add(f"mover_{n}", PickField("person", label=_("谁的编制"), required=False))
            self._add(f"target_{n}", PickField("organisation", label=_("转到哪个机构"), required=False))
            self._add(f"nature_{n}", choice(_("编制性质"), QuotaNature.choices))
            self._add(f"quota_{n}", forms.BooleanField(label=_("核定数一并划转 1 名"), required=False))

    def _add(self, name: str, one: forms.Field) -> None:
        if isinstance(one, PickField):
            one.of_day(self.on)
        self.fields[name] = one

    def rows(self, *names: str, count: int) -> list[list[BoundField]]:
        """Return the fields row by row."""
        return [[self[f"{name}_{n}"] for name in names] for n in range(count)]

    @property
    def leave_rows(self) -> list[list[BoundField]]:
        """Return who leaves."""
        return self.rows("leave", count=self.counts["leaves"])

    @property
    def take_rows(self) -> list[list[BoundField]]:
        """Return who takes over what."""
        return self.rows("taker", "post", count=self.counts["takes"])

    @property
    def move_rows(self) -> list[list[BoundField]]:
        """Return whose place goes where."""
        return self.rows("mover", "target", "nature", "quota", count=self.counts["moves"])

    def clean(self) -> dict[str, Any]:
        """Demand whole rows, and at least one."""
        cleaned = super().clean() or {}
        for one, other, part in (("taker", "post", "takes"), ("mover", "target", "moves")):
            for n in range(self.counts[part]):
                self._whole(f"{one}_{n}", f"{other}_{n}", cleaned)
        rows = [cleaned.get(name) for name in self.fields if name.startswith(("leave_", "taker_", "mover_"))]
        if not self.errors and not any(rows):
            self.add_error(None, _now("还没有填谁离任、谁接任或谁的编制划转。至少填一行。"))
        return cleaned

    def _whole(self, one: str, other: str, cleaned: Mapping[str, Any]) -> None:
        for here, there in ((one, other), (other, one)):
            if cleaned.get(there) and not cleaned.get(here) and here not in self.errors:
                self.add_error(here, _now("这一行还差一项。"))

    def act(self) -> HandOver:
        """Return the act that the rows describe."""
        get: Callable[[str], Any] = self.cleaned_data.get
        takes, moves = range(self.counts["takes"]), range(self.counts["moves"])
        return HandOver(
            leaves=tuple(found for n in range(self.counts["leaves"]) if (found := get(f"leave_{n}"))),
            takes=tuple((person, get(f"post_{n}")) for n in takes if (person := get(f"taker_{n}"))),
            on=self.cleaned_data["on_day"],
            document=self.cleaned_data["document"],
            moves=tuple(
                PlaceMove(person, get(f"target_{n}"), get(f"nature_{n}"), bool(get(f"quota_{n}")))
                for n in moves
                if (person := get(f"mover_{n}"))
            ),
        )
