"""People in their public capacity: a name and an account; nothing here rates anybody."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q

from houban.core.periods import no_overlap, not_empty
from houban.divisions.models import Division
from houban.organisation.models.organisations import Organisation
from houban.organisation.querysets import DatedQuerySet, PersonQuerySet
from houban.organisation.words import QuotaNature, Relation


class Person(models.Model):
    """Somebody who holds, held or will hold a post."""

    uid = models.UUIDField("编号", unique=True, editable=False)
    name = models.CharField("姓名", max_length=40)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="账号", related_name="person", null=True, blank=True
    )
    unit = models.ForeignKey(
        Division, models.PROTECT, verbose_name="所属区划", related_name="people", null=True, blank=True
    )
    distinction = models.CharField("区分同名", max_length=40, blank=True)
    entered_at = models.DateTimeField("登记时间")

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "人员"
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="person_has_a_name")]
        indexes = [models.Index(fields=["name"], name="person_name"), models.Index(fields=["unit"], name="person_unit")]

    def __str__(self) -> str:
        return self.name


class QuotaPlace(models.Model):
    """The one quota place a person occupies in the home organisation, wherever the posts are."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="人员", related_name="places")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="编制所在机构", related_name="places")
    nature = models.CharField("编制性质", max_length=16, choices=QuotaNature)
    during = DateRangeField("起止")
    basis = models.CharField("依据", max_length=120, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "占编"
        constraints = [
            not_empty("place_has_a_day"),
            no_overlap("place_one_a_person_a_day", "person"),
            models.CheckConstraint(condition=Q(nature__in=QuotaNature.values), name="place_nature_known"),
        ]
        indexes = [models.Index(fields=["organisation"], name="place_organisation")]

    def __str__(self) -> str:
        return f"{self.person} {self.organisation}"


class Kinship(models.Model):
    """Two people have declared that they are close kin; it is never searched for."""

    one = models.ForeignKey(Person, models.PROTECT, verbose_name="申报人", related_name="kin_declared")
    other = models.ForeignKey(Person, models.PROTECT, verbose_name="近亲属", related_name="kin_named")
    relation = models.CharField("关系", max_length=12, choices=Relation)
    unit = models.ForeignKey(Division, models.PROTECT, verbose_name="所属区划", related_name="+", null=True, blank=True)
    declared_at = models.DateTimeField("申报时间")
    entered_by_name = models.CharField("登记人", max_length=60)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by_name = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "近亲属申报"
        constraints = [
            models.CheckConstraint(condition=~Q(one=F("other")), name="kin_of_another"),
            models.CheckConstraint(condition=Q(relation__in=Relation.values), name="kin_relation_known"),
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(withdrawn_at__isnull=True), name="kin_declared_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} {self.other}"
