"""Acts that redrew the map, what they say of themselves, and who flowed into whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format

from houban.divisions import words
from houban.divisions.models.branches import Branch
from houban.divisions.models.divisions import Division
from houban.divisions.querysets import ChangeQuerySet


class Change(models.Model):
    """An act that redrew the map, with its basis; or the founding of the register from a list."""

    effective_on = models.DateField("生效日")
    sequence = models.PositiveSmallIntegerField("当日次序", default=1)
    title = models.CharField("标题", max_length=120)
    document = models.CharField("文号", max_length=80, blank=True)
    authority = models.CharField("发文机关", max_length=80, blank=True)
    file = models.FileField("批文", upload_to="changes/", blank=True)
    day_basis = models.CharField("日期依据", max_length=10, choices=words.DayBasis, default="stated")
    origin = models.CharField("性质", max_length=14, choices=words.Origin, default="official")
    status = models.CharField("状态", max_length=10, choices=words.Status, default="draft")
    shapes = models.JSONField("类型", default=dict, blank=True)
    scheme = models.CharField("代码体系", max_length=8, choices=words.Scheme, default="nbs")
    note = models.CharField("说明", max_length=400, blank=True)
    text = models.TextField("批文原文", max_length=40000, blank=True, db_default="")
    branch = models.ForeignKey(
        Branch, models.PROTECT, verbose_name="推演方案", related_name="changes", null=True, blank=True
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, verbose_name="更正", related_name="corrections", null=True, blank=True
    )
    corrected_because = models.CharField("更正原因", max_length=200, blank=True, db_default="")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by_name = models.CharField("登记人", max_length=60)
    enacted_at = models.DateTimeField("生效登记时间", null=True, blank=True)
    annulled_at = models.DateTimeField("撤销时间", null=True, blank=True)
    annulled_because = models.CharField("撤销原因", max_length=200, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "区划调整"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=words.Status.values), name="change_status_known"),
            models.CheckConstraint(
                condition=Q(status="draft", enacted_at__isnull=True) | ~Q(status="draft") & Q(enacted_at__isnull=False),
                name="change_enacted_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(status="annulled", annulled_at__isnull=False)
                | ~Q(status="annulled") & Q(annulled_at__isnull=True),
                name="change_annulled_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrected_because=""), name="change_corrects_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")), name="change_corrects_another"
            ),
            models.UniqueConstraint(fields=["corrects"], condition=Q(status="enacted"), name="change_corrected_once"),
        ]
        indexes = [models.Index(fields=["effective_on", "sequence"])]

    def __str__(self) -> str:
        return f"{date_format(self.effective_on, 'Y-m-d')} {self.title}"

    @property
    def shapes_label(self) -> str:
        """Return the kinds of the change with their counts, as read off its flows."""
        return "、".join(f"{words.Shape(shape).label} {n}" for shape, n in self.shapes.items())


class ControlTotal(models.Model):
    """A number an act states of itself: so many before, so many after."""

    change = models.ForeignKey(Change, models.CASCADE, verbose_name="区划调整", related_name="control_totals")
    forms = models.JSONField("形式", default=list)
    label = models.CharField("计数对象", max_length=40)
    before = models.PositiveIntegerField("调整前", null=True, blank=True)
    before_on = models.DateField("调整前所在日", null=True, blank=True)
    after = models.PositiveIntegerField("调整后", null=True, blank=True)
    after_on = models.DateField("调整后所在日", null=True, blank=True)
    reduction = models.IntegerField("减少", null=True, blank=True)

    class Meta:
        verbose_name = "总数校核"
        constraints = [
            models.CheckConstraint(
                condition=Q(reduction__isnull=False) | Q(before__isnull=False, after__isnull=False),
                name="control_total_says_something",
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=True)
                | Q(after__isnull=True)
                | Q(reduction__isnull=True)
                | Q(reduction=F("before") - F("after")),
                name="control_total_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.before} → {self.after}"


class Flow(models.Model):
    """Who went into whom in a change: as it was entered, and as it was resolved when enacted."""

    change = models.ForeignKey(Change, models.CASCADE, verbose_name="区划调整", related_name="flows")
    number = models.PositiveIntegerField("行号")
    source = models.ForeignKey(
        Division, models.PROTECT, verbose_name="原单位", related_name="flows_out", null=True, blank=True
    )
    target = models.ForeignKey(
        Division, models.PROTECT, verbose_name="承接单位", related_name="flows_in", null=True, blank=True
    )
    source_code = models.CharField("原代码", max_length=20, blank=True)
    source_name = models.CharField("原名称", max_length=80, blank=True)
    target_code = models.CharField("新代码", max_length=20, blank=True)
    target_name = models.CharField("新名称", max_length=80, blank=True)
    target_official_name = models.CharField("新名称全称", max_length=80, blank=True)
    target_form = models.CharField("新形式", max_length=16, choices=words.Form, blank=True)
    target_parent_code = models.CharField("新上级代码", max_length=20, blank=True)
    part = models.CharField("部分", max_length=8, choices=words.Part, default="whole")
    groups = models.CharField("小组", max_length=400, blank=True)
    shares = models.JSONField("比例", default=dict, blank=True)
    certainty = models.CharField("确定程度", max_length=10, choices=words.Certainty, default="declared")
    clue = models.CharField("线索", max_length=120, blank=True)
    score = models.DecimalField("可信度", max_digits=3, decimal_places=2, null=True, blank=True)
    answer = models.CharField("核定", max_length=10, choices=words.Answer, blank=True, db_default="")
    answered_by_name = models.CharField("核定人", max_length=60, blank=True, db_default="")
    answered_at = models.DateTimeField("核定时间", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "承接关系"
        ordering = ["change_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["change", "number"], name="flow_row_once"),
            models.CheckConstraint(
                condition=~Q(source_code="") | ~Q(source_name="") | ~Q(target_code="") | ~Q(target_name=""),
                name="flow_has_an_end",
            ),
            models.CheckConstraint(condition=Q(part__in=words.Part.values), name="flow_part_known"),
            models.CheckConstraint(condition=Q(certainty__in=words.Certainty.values), name="flow_certainty_known"),
            models.CheckConstraint(condition=Q(part="share") | Q(shares={}), name="flow_shares_belong_to_share"),
            models.CheckConstraint(condition=Q(part="groups") | Q(groups=""), name="flow_groups_belong_to_groups"),
            models.CheckConstraint(condition=Q(answer__in=["", *words.Answer.values]), name="flow_answer_known"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by_name="", answered_at__isnull=True)
                | ~Q(answer="") & ~Q(answered_by_name="") & Q(answered_at__isnull=False),
                name="flow_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(answer="settled")
                | Q(certainty="declared") & (~Q(target_code="") | ~Q(target_name="") | ~Q(note="")),
                name="flow_settled_says_where",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_name or '—'} → {self.target_name or '—'}"

    @property
    def part_label(self) -> str:
        """Return how much goes: the whole, the named groups, or the shares."""
        return self.groups or "；".join(self.shares.values()) or str(self.get_part_display())
