"""Posts, who holds them, for which term, and what leaders answer for."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q

from houban.core.periods import TextKey, no_overlap, not_empty
from houban.divisions.models import Division
from houban.organisation.models.organisations import Organisation
from houban.organisation.models.people import Person
from houban.organisation.powers import PostKind
from houban.organisation.querysets import AppointmentQuerySet, DatedQuerySet, PostQuerySet
from houban.organisation.words import ChargeKind, Chosen, Nature

STANDING = Q(withdrawn_at__isnull=True)


class Post(models.Model):
    """A post of an organisation, with its seats; its division is where its power reaches."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="机构", related_name="posts")
    kind = models.CharField("岗位类型", max_length=24, choices=PostKind)
    title = models.CharField("岗位名称", max_length=60)
    division = models.ForeignKey(
        Division, models.PROTECT, verbose_name="管辖区划", related_name="posts", null=True, blank=True
    )
    seats = models.PositiveSmallIntegerField("职数", default=1)
    during = DateRangeField("起止")

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        constraints = [
            not_empty("post_has_a_day"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="post_has_a_seat"),
            models.CheckConstraint(condition=~Q(title=""), name="post_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=PostKind.values), name="post_kind_known"),
            no_overlap("post_title_once_a_day", "organisation", "title_key"),
        ]
        indexes = [
            models.Index(fields=["division"], name="post_division"),
            models.Index(fields=["kind"], name="post_kind"),
        ]

    title_key = models.GeneratedField(
        expression=TextKey(models.F("title")), output_field=models.BigIntegerField(), db_persist=True
    )

    def __str__(self) -> str:
        return f"{self.organisation} {self.title}"


class Term(models.Model):
    """A term of an elected body (届): from its election until the next."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="机构", related_name="terms")
    number = models.PositiveSmallIntegerField("届次")
    elected_on = models.DateField("选举日")
    during = DateRangeField("任期")
    document = models.CharField("当选公告", max_length=120, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "届次"
        ordering = ["-during"]
        constraints = [
            not_empty("term_has_a_day"),
            no_overlap("term_one_a_day", "organisation"),
            models.UniqueConstraint(fields=["organisation", "number"], name="term_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.number}"


class Appointment(models.Model):
    """A person holds a post from a day until a day, in a seat unless acting."""

    uid = models.UUIDField("编号", unique=True, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, verbose_name="岗位", related_name="appointments")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="人员", related_name="appointments")
    seat = models.PositiveSmallIntegerField("席位", null=True, blank=True)
    nature = models.CharField("任职性质", max_length=12, choices=Nature, default=Nature.FULL_TIME)
    chosen = models.CharField("产生方式", max_length=12, choices=Chosen, default=Chosen.APPOINTED)
    term = models.ForeignKey(
        Term, models.PROTECT, verbose_name="届次", related_name="appointments", null=True, blank=True
    )
    during = DateRangeField("任期")
    basis = models.CharField("任职依据", max_length=120, blank=True)
    end_basis = models.CharField("免职依据", max_length=120, blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by_name = models.CharField("登记人", max_length=60)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by_name = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=200, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        constraints = [
            not_empty("appointment_has_a_day"),
            no_overlap("seat_one_a_day", "post", "seat", live=STANDING & Q(seat__isnull=False)),
            no_overlap("appointment_once_a_day", "post", "person", live=STANDING),
            models.CheckConstraint(condition=Q(nature__in=Nature.values), name="appointment_nature_known"),
            models.CheckConstraint(condition=Q(chosen__in=Chosen.values), name="appointment_chosen_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_by_name="") & ~Q(withdrawn_because=""),
                name="appointment_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(nature="acting", seat__isnull=True)
                | ~Q(nature="acting") & Q(seat__isnull=False, seat__gte=1),
                name="appointment_acting_takes_no_seat",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="appointment_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.post}"


class Charge(models.Model):
    """What the holder of an appointment answers for: a segment, a sector, a town (分片督战、双联系)."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, verbose_name="任职", related_name="charges")
    kind = models.CharField("分工", max_length=8, choices=ChargeKind)
    subject = models.CharField("内容", max_length=60)
    division = models.ForeignKey(
        Division, models.PROTECT, verbose_name="区划", related_name="charges", null=True, blank=True
    )
    during = DateRangeField("起止")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "分工"
        constraints = [
            not_empty("charge_has_a_day"),
            no_overlap("charge_one_of_a_kind_a_day", "appointment", "kind_key"),
            models.CheckConstraint(condition=Q(kind__in=ChargeKind.values), name="charge_kind_known"),
            models.CheckConstraint(condition=~Q(subject=""), name="charge_has_a_subject"),
        ]

    kind_key = models.GeneratedField(
        expression=TextKey(models.F("kind")), output_field=models.BigIntegerField(), db_persist=True
    )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"
