"""Organisations, what they belong to, and how many quota places they were allotted."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q

from houban.core.periods import TextKey, no_overlap, not_empty
from houban.divisions.models import Division
from houban.organisation.querysets import DatedQuerySet, OrganisationQuerySet
from houban.organisation.words import OrganisationKind, QuotaNature


class Organisation(models.Model):
    """A body that can hold posts, from a day until a day."""

    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=24, choices=OrganisationKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="上级机构", related_name="children", null=True, blank=True
    )
    division = models.ForeignKey(
        Division, models.PROTECT, verbose_name="所在区划", related_name="organisations", null=True, blank=True
    )
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    differentiated = models.BooleanField("差异化设置", default=False)
    headcount = models.PositiveIntegerField("队伍人数", null=True, blank=True)
    follows = models.ForeignKey(
        "self", models.PROTECT, verbose_name="前身", related_name="followers", null=True, blank=True
    )
    during = DateRangeField("存续期")
    basis = models.CharField("设立依据", max_length=120, blank=True)
    end_basis = models.CharField("撤销依据", max_length=120, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "机构"
        constraints = [
            not_empty("organisation_has_a_day"),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="organisation_not_own_parent"
            ),
            no_overlap("organisation_code_one_a_day", "code_key", live=~Q(credit_code="")),
        ]
        indexes = [
            models.Index(fields=["parent"], name="organisation_children"),
            models.Index(fields=["division", "kind"], name="organisation_place"),
            models.Index(fields=["kind"], name="organisation_kind"),
        ]

    code_key = models.GeneratedField(
        expression=TextKey(F("credit_code")), output_field=models.BigIntegerField(), db_persist=True
    )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """An organisation takes part in a group, such as a member unit in the leading group."""

    group = models.ForeignKey(Organisation, models.PROTECT, verbose_name="领导小组", related_name="memberships")
    member = models.ForeignKey(Organisation, models.PROTECT, verbose_name="成员单位", related_name="groups")
    during = DateRangeField("起止")
    basis = models.CharField("依据", max_length=120, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "成员单位"
        constraints = [
            not_empty("membership_has_a_day"),
            no_overlap("membership_once_a_day", "group", "member"),
            models.CheckConstraint(condition=~Q(group=F("member")), name="membership_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.member}"


class Quota(models.Model):
    """So many places of a nature, allotted to an organisation by a document."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="机构", related_name="quotas")
    nature = models.CharField("编制性质", max_length=16, choices=QuotaNature)
    number = models.PositiveIntegerField("核定数")
    document = models.CharField("文号", max_length=120)
    during = DateRangeField("起止")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "编制"
        constraints = [
            not_empty("quota_has_a_day"),
            no_overlap("quota_one_a_day", "organisation", "nature_key"),
            models.CheckConstraint(condition=Q(nature__in=QuotaNature.values), name="quota_nature_known"),
            models.CheckConstraint(condition=~Q(document=""), name="quota_has_its_document"),
        ]

    nature_key = models.GeneratedField(
        expression=TextKey(F("nature")), output_field=models.BigIntegerField(), db_persist=True
    )

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_nature_display()} {self.number}"
