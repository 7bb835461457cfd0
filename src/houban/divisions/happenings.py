"""What last happened to each division, as a short tag beside its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from houban.divisions import memory
from houban.divisions.models import DivisionVersion, Flow


@dataclass(frozen=True)
class Tag:
    """A word, its colour, and the change behind it."""

    word: str
    kind: str
    change: int


def tags(on: date) -> dict[int, Tag]:
    """Return the latest happening of every division above the groups, on or before a day."""
    return memory.recall(("tags", on, get_language()), lambda: _tags(on))


def _tags(on: date) -> dict[int, Tag]:
    flows = (
        Flow.objects.filter(change__status="enacted", change__effective_on__lte=on)
        .exclude(target=None)
        .exclude(target__level="group")
        .only("change_id", "source_id", "target_id", "source_name", "certainty")
        .order_by("change__effective_on", "change__sequence", "number")
    )
    latest: dict[int, list[Flow]] = {}
    for flow in flows:
        rows = latest.setdefault(flow.target_id or 0, [])
        if rows and rows[0].change_id != flow.change_id:
            rows.clear()
        rows.append(flow)
    born = _born(latest)
    forms = _forms(on)
    made: dict[int, Tag | None] = {}
    for target, rows in latest.items():
        is_new = born.get(target) == rows[0].change_id
        made[target] = _tag(rows, is_new=is_new, version_change=forms.get(target))
    return {target: tag for target, tag in made.items() if tag is not None}


def _born(targets: Iterable[int]) -> dict[int, int]:
    """Return the change that made each division's first version."""
    versions = DivisionVersion.objects.live().filter(division__in=list(targets)).order_by("-during")
    return dict(versions.values_list("division_id", "change_id"))


def _forms(on: date) -> dict[int, int]:
    """Return the change behind the version of each town-level division on a day."""
    return dict(DivisionVersion.objects.on(on).filter(division__level="town").values_list("division_id", "change_id"))


def _tag(flows: list[Flow], *, is_new: bool, version_change: int | None) -> Tag | None:
    change = flows[0].change_id
    others = [flow for flow in flows if flow.source_id not in (None, flow.target_id)]
    unsure = any(flow.certainty != "declared" for flow in flows)
    if unsure:
        return Tag(_("待核"), "ochre", change)
    if is_new and len(others) > 1:
        return Tag(_("合并"), "plain", change)
    if is_new:
        return Tag(_("析置") if others else _("设立"), "pine", change)
    if others:
        first = others[0].source_name
        word = _("%(name)s 并入") % {"name": first} if len(others) == 1 else _("%(n)s 个并入") % {"n": len(others)}
        return Tag(word, "accent", change)
    if version_change == change:
        return Tag(_("改制"), "accent", change)
    return None
