"""What a what-if of the map would mean for matters: the open ones of divisions that would be gone."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from houban.divisions.impacts import Figure
from houban.divisions.trying import Evaluation
from houban.matters.models import DutyRule, Matter


def of(evaluation: Evaluation) -> list[Figure]:
    """Return the open matters that would move, and the duty rules that would have to be set anew."""
    gone = [unit.id for unit in evaluation.ended]
    waiting = Matter.objects.open().filter(unit__in=gone).count()
    rules = DutyRule.objects.on(evaluation.branch.day).filter(division__in=gone).count()
    figures = [
        (_("没办完的事项"), waiting, _("生效当天移交承接的单位")),
        (_("权责清单"), rules, _("承接的单位要另定谁受理")),
    ]
    return [Figure(label, str(n), "0", detail, reverse("matters:queue")) for label, n, detail in figures if n]
