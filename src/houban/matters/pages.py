"""What a page shows of one matter: its clock, its steps, and what the one who asks may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from houban.matters import duplicates, mentions, moments, office, places
from houban.matters.actions import stepping
from houban.matters.hands import Hand
from houban.matters.models import Comment, Matter, Party, Step
from houban.matters.rules.table import Row
from houban.matters.words import Verb

KEY_OF = {
    Verb.FILE: "f", Verb.DISPATCH: "d", Verb.ACCEPT: "a", Verb.SUBMIT: "s", Verb.VERIFY: "v", Verb.RETURN: "b",
    Verb.ESCALATE: "u", Verb.EXTEND: "e", Verb.PAUSE: "p", Verb.RESUME: "r", Verb.SUPERVISE: "o", Verb.REOPEN: "r",
    Verb.SEND_BACK: "b", Verb.REJECT: "t", Verb.REPLY: "y", Verb.RECHECK: "v", Verb.ASK: "q", Verb.RESOLVE: "w",
    Verb.CLOSE: "c", Verb.FOLLOW: "w", Verb.RATE: "h", Verb.MERGE: "i", Verb.SPLIT: "l", Verb.RETYPE: "y",
}  # fmt: skip
FIRST = (Verb.FILE, Verb.DISPATCH, Verb.ACCEPT, Verb.SUBMIT, Verb.VERIFY, Verb.RESUME, Verb.RECHECK)


@dataclass(frozen=True)
class Button:
    """A verb somebody may take now."""

    verb: str
    label: str
    key: str
    first: bool


def buttons(rows: list[Row]) -> list[Button]:
    """Return the verbs as buttons: the one that moves the matter on first, and of a key only one."""
    ordered = sorted(rows, key=lambda row: row.verb not in FIRST)
    taken: set[str] = set()
    made = []
    for n, row in enumerate(ordered):
        key = KEY_OF.get(row.verb, "")
        key = "" if key in taken else key
        taken.add(key)
        made.append(Button(row.verb.value, str(row.verb.label), key, first=n == 0 and row.verb in FIRST))
    return made


@dataclass(frozen=True)
class Entry:
    """A line of the time line: a step, or a comment between the steps."""

    at: datetime
    step: Step | None = None
    comment: Comment | None = None


def timeline(steps: list[Step], comments: list[Comment]) -> list[Entry]:
    """Return steps and comments in the order they happened; of one moment, the steps first."""
    entries = [Entry(one.happened_at, step=one) for one in steps] + [Entry(one.at, comment=one) for one in comments]
    return sorted(entries, key=lambda entry: entry.at)


def of(matter: Matter, hand: Hand, now: datetime) -> dict[str, Any]:
    """Return everything the page and the side panel show of a matter."""
    steps = list(
        Step.objects.filter(matter=matter.pk)
        .select_related("person", "body", "holder")
        .prefetch_related("evidence")
        .order_by("position")
    )
    comments = Comment.objects.filter(matter=matter.pk).select_related("person").prefetch_related("mentions")
    hours = office.current()
    return {
        "matter": matter,
        "entries": timeline(steps, list(comments.order_by("at", "pk"))),
        "candidates": mentions.candidates(matter.pk),
        "face": moments.face(matter, hours, now),
        "limit": moments.limit_words(matter),
        "place": places.names([matter.unit_id], now.date()).get(matter.unit_id, ""),
        "buttons": buttons(stepping.possible(matter, hand, now)),
        "likely": duplicates.likely(matter) if matter.twin_id is None else [],
        "party_count": Party.objects.filter(matter=matter.pk).count() if matter.kind == "dispute" else 0,
        "twins": list(Matter.objects.filter(twin=matter.pk).order_by("pk")),
        "children": list(Matter.objects.filter(parent=matter.pk).order_by("pk")),
    }
