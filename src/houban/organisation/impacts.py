"""What a what-if of the map would mean for organisations: posts, people and quotas of divisions that would be gone."""

from __future__ import annotations

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from houban.divisions.impacts import Figure
from houban.divisions.trying import Evaluation
from houban.divisions.words import Level
from houban.organisation.models import Appointment, Organisation, Post, Quota
from houban.organisation.words import OrganisationKind


def of(evaluation: Evaluation) -> list[Figure]:
    """Return what the divisions that would be gone, and those that would be new, mean for posts, people and quotas."""
    day = evaluation.branch.day
    gone = [unit.id for unit in evaluation.ended]
    new = [unit for unit in evaluation.founded if unit.level == Level.VILLAGE]
    bodies = Organisation.objects.on(day).filter(division__in=gone)
    committees = bodies.of_kind(OrganisationKind.COMMITTEE)
    posts = Post.objects.on(day).filter(division__in=gone)
    held = Appointment.objects.on(day).filter(post__in=posts)
    people = held.values("person").distinct().count()
    quotas = Quota.objects.filter(organisation__in=bodies, during__contains=day).aggregate(n=Sum("number"))["n"] or 0
    figures = [
        (_("随单位撤销的机构"), bodies.count(), _("要逐个撤销，或改属承接的村（社区）")),
        (_("其中村（居）民委员会"), committees.count(), _("新单位要选举 %(n)s 个") % {"n": len(new)}),
        (_("管辖区划会撤销的岗位"), posts.count(), _("要撤销，或改到承接的单位")),
        (_("这些岗位上的任职"), held.count(), _("涉及 %(n)s 人，要免职或转任") % {"n": people}),
        (_("这些机构的编制"), quotas, _("要划转")),
    ]  # fmt: skip
    url = reverse("organisation:index")
    return [Figure(label, str(n), "0", detail, url) for label, n, detail in figures if n]
