"""Matters, and the steps they have taken; a matter is the last state of its steps, made so by the database."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.timezone import localtime
from django.utils.translation import gettext

from houban.divisions.models import Division
from houban.matters.models.standards import UNITS, FilingRule, MatterType
from houban.matters.querysets import MatterQuerySet
from houban.matters.rules import table
from houban.matters.words import Channel, Level, Result, State, Verb
from houban.organisation.models import Organisation, Person

TO_RECEIVE = Q(state__in=[State.REPORTED, State.FILED])
TO_HANDLE = Q(state__in=[State.DISPATCHED, State.HANDLING], paused_at__isnull=True)
PAUSED = "paused"
WHOSE = ["state", "unit", "holder", "receiver", "reporter", "confidential"]  # what its policy asks, for counting
STILL_OPEN = ~Q(state__in=[State.CLOSED, State.REJECTED, State.DRAFT])


def number(kind: str, reported_at: datetime, serial: int) -> str:
    """Return the number people say of a matter; year and month are the county's."""
    local = localtime(reported_at)
    return f"{table.kind(kind).letter}{local.year % 100:02d}-{local.month:02d}-{serial:06d}"


class Transition(models.Model):
    """A line of the table of verbs, as the trigger of the steps reads it."""

    kind = models.CharField("类别", max_length=20)
    verb = models.CharField("动作", max_length=12)
    begins = models.CharField("从", max_length=12)
    ends = models.CharField("到", max_length=12)
    who = models.CharField("由谁", max_length=60)
    guards = models.CharField("条件", max_length=120, blank=True)
    touches = models.CharField("可变项", max_length=200, blank=True)

    class Meta:
        verbose_name = "流转表"
        constraints = [models.UniqueConstraint(fields=["kind", "verb", "begins"], name="transition_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.verb}"


class Standing(models.Model):
    """What a step leaves behind, kept on the step and, by the database, on its matter."""

    type = models.ForeignKey(
        MatterType, models.PROTECT, verbose_name="类型", related_name="+", null=True, db_index=False
    )
    rule = models.ForeignKey(
        FilingRule, models.PROTECT, verbose_name="立案规则", related_name="+", null=True, db_index=False
    )
    level = models.PositiveSmallIntegerField("层级", choices=Level, default=Level.VILLAGE)
    receiver = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="受理机构", related_name="+", null=True, db_index=False
    )
    holder = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="承办机构", related_name="+", null=True, db_index=False
    )
    handler = models.ForeignKey(
        Person, models.PROTECT, verbose_name="承办人", related_name="+", null=True, db_index=False
    )
    limit_amount = models.PositiveSmallIntegerField("时限", null=True)
    limit_unit = models.CharField("时限单位", max_length=12, choices=UNITS, blank=True)
    started_at = models.DateTimeField("起算", null=True)
    due_raw = models.DateTimeField("原定到期", null=True)
    due = models.DateTimeField("到期", null=True)
    paused_at = models.DateTimeField("挂账自", null=True)
    twin = models.ForeignKey(
        "matters.Matter", models.PROTECT, verbose_name="并入", related_name="+", null=True, db_index=False
    )
    sampled = models.BooleanField("抽查", default=False)

    class Meta:
        abstract = True


class Matter(Standing):
    """Whatever has to be done: opened, filed, assigned, done, verified by somebody else, answered."""

    id = models.UUIDField("编号", primary_key=True, editable=False)
    serial = models.BigIntegerField("流水号", unique=True, db_default=Func(Value("matters_serial"), function="nextval"))
    kind = models.CharField("类别", max_length=20)
    title = models.CharField("标题", max_length=80)
    text = models.TextField("说明", max_length=2000, blank=True)
    channel = models.CharField("来源", max_length=12, choices=Channel)
    source = models.CharField("来源编号", max_length=60, blank=True)
    urgent = models.BooleanField("加急", default=False)
    confidential = models.BooleanField("保密", default=False)
    unit = models.ForeignKey(Division, models.PROTECT, verbose_name="区划", related_name="+", db_index=False)
    place = models.CharField("地点", max_length=120, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)
    accuracy = models.PositiveIntegerField("定位误差（米）", null=True, blank=True)
    reporter = models.ForeignKey(
        Person, models.PROTECT, verbose_name="报告人", related_name="+", null=True, db_index=False
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="上级事项", related_name="children", null=True, db_index=False
    )
    reported_at = models.DateTimeField("报告时间")
    recorded_at = models.DateTimeField("登记时间")
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    steps_taken = models.PositiveIntegerField("环节数", default=0)
    changed_at = models.DateTimeField("最近办理", null=True)
    filed_at = models.DateTimeField("立案时间", null=True)
    ended_at = models.DateTimeField("办结时间", null=True)
    on_the_spot = models.BooleanField("现场办结", default=False)
    extensions = models.PositiveSmallIntegerField("延期次数", default=0)
    pauses = models.PositiveSmallIntegerField("挂账次数", default=0)
    returns = models.PositiveSmallIntegerField("退回次数", default=0)
    reworks = models.PositiveSmallIntegerField("返工次数", default=0)
    reopenings = models.PositiveSmallIntegerField("重开次数", default=0)
    appeals = models.PositiveSmallIntegerField("申诉次数", default=0)
    rating = models.PositiveSmallIntegerField("满意度", null=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = "事项"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="matter_state_known"),
            models.CheckConstraint(condition=~Q(title=""), name="matter_has_a_title"),
            models.CheckConstraint(
                condition=~Q(kind="dispute") | Q(confidential=True), name="matter_dispute_is_confidential"
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="matter_rating_one_to_five"
            ),
            models.CheckConstraint(
                condition=Q(extensions__lte=table.MOST_EXTENSIONS), name="matter_extended_twice_at_most"
            ),
            models.CheckConstraint(condition=Q(pauses__lte=table.MOST_PAUSES), name="matter_paused_once_at_most"),
            models.CheckConstraint(condition=Q(appeals__lte=table.MOST_APPEALS), name="matter_appealed_once_at_most"),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False),
                name="matter_point_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="matter_not_its_own_parent"
            ),
            models.CheckConstraint(condition=Q(twin__isnull=True) | ~Q(twin=F("id")), name="matter_not_its_own_twin"),
            models.UniqueConstraint(
                fields=["channel", "source"], condition=~Q(source=""), name="matter_of_a_platform_once"
            ),
        ]
        indexes = [
            models.Index(fields=["holder", "due", "id"], condition=STILL_OPEN, name="matter_held"),
            models.Index(fields=["receiver", "due", "id"], condition=STILL_OPEN, name="matter_received"),
            models.Index(fields=["unit", "due", "id"], condition=STILL_OPEN, name="matter_open_in"),
            models.Index(
                fields=["due"], condition=STILL_OPEN, name="matter_due", include=[*WHOSE, "paused_at", "returns"]
            ),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="matter_ended", include=WHOSE),
            models.Index(
                fields=["ended_at"], condition=Q(sampled=True, state=State.CLOSED), name="matter_sampled", include=WHOSE
            ),
            models.Index(fields=["reported_at"], name="matter_reported"),
            models.Index(fields=["reported_at"], condition=Q(reopenings__gt=0), name="matter_reopened"),
            models.Index(fields=["receiver"], condition=TO_RECEIVE, name="matter_to_receive"),
            models.Index(fields=["holder"], condition=TO_HANDLE, name="matter_to_handle"),
            models.Index(fields=["unit", "id"], name="matter_in"),
            models.Index(fields=["holder"], condition=Q(holder__isnull=False), name="matter_holder"),
            models.Index(fields=["receiver"], condition=Q(receiver__isnull=False), name="matter_receiver"),
            models.Index(fields=["reporter"], name="matter_reporter"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="matter_parent"),
            models.Index(fields=["twin"], condition=Q(twin__isnull=False), name="matter_twin"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """Return the number people say: letter of the kind, year, month and serial number."""
        return number(self.kind, self.reported_at, self.serial)

    @property
    def face(self) -> str:
        """Return what a page shows as the state: a clock that is stopped hides the state under it."""
        return PAUSED if self.paused_at is not None else self.state

    @property
    def face_label(self) -> str:
        """Return the words of what a page shows as the state."""
        return gettext("挂账") if self.paused_at is not None else str(State(self.state).label)


class Step(Standing):
    """What somebody did to a matter, in which post, and what that left behind; never changed."""

    matter = models.ForeignKey(Matter, models.PROTECT, verbose_name="事项", related_name="steps", db_index=False)
    unit = models.ForeignKey(
        Division, models.PROTECT, verbose_name="改属区划", related_name="+", null=True, db_index=False
    )
    position = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=12, choices=Verb)
    begins = models.CharField("从", max_length=12, choices=State)
    ends = models.CharField("到", max_length=12, choices=State)
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="经办人", related_name="+", null=True, db_index=False
    )
    body = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="经办机构", related_name="+", null=True, db_index=False
    )
    post = models.CharField("岗位", max_length=120, blank=True)
    text = models.CharField("说明", max_length=500, blank=True)
    wish = models.CharField("申请事由", max_length=12, blank=True)
    rating = models.PositiveSmallIntegerField("满意度", null=True)
    result = models.CharField("调解结果", max_length=12, choices=Result, blank=True, db_default="", default="")
    happened_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "办理环节"
        ordering = ["matter", "position"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "position"], name="step_position_once"),
            models.CheckConstraint(condition=Q(verb__in=Verb.values), name="step_verb_known"),
            models.CheckConstraint(condition=Q(happened_at__lte=F("recorded_at")), name="step_not_before_it_happened"),
            models.CheckConstraint(
                condition=Q(verb=Verb.RATE, rating__isnull=False) | Q(~Q(verb=Verb.RATE), rating__isnull=True),
                name="step_rating_with_its_verb",
            ),
            models.CheckConstraint(
                condition=Q(result="") | Q(result__in=Result.values, verb=Verb.SUBMIT),
                name="step_result_of_what_was_submitted",
            ),
        ]
        indexes = [models.Index(fields=["body", "verb"], name="step_body")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.position} {self.verb}"
