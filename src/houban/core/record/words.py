"""What each verb of the record is called on a page; every app names its own in `verbs.py`."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise

_named: dict[str, str | Promise] = {}


def name_verbs(verbs: Mapping[str, str | Promise]) -> None:
    """Give verbs their names."""
    _named.update(verbs)


def verbs() -> dict[str, str]:
    """Return every verb with its name in the reader's language, by name."""
    return dict(sorted(((verb, str(label)) for verb, label in _named.items()), key=lambda pair: pair[0]))


def label(verb: str) -> str:
    """Return what a verb is called, or the verb itself where an older program wrote it."""
    return str(_named.get(verb, verb))
