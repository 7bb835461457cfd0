"""The register: identities, their dated versions and codes, the changes, and who flowed into whom."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat
from django.utils.formats import date_format

from houban.core.periods import LIVE, TextKey, no_overlap, not_empty
from houban.divisions import words
from houban.divisions.querysets import ChangeQuerySet, CodeQuerySet, VersionQuerySet


class Division(models.Model):
    """An identity and its level; everything else about it has a date."""

    level = models.CharField("层级", max_length=10, choices=words.Level)

    class Meta:
        verbose_name = "行政区划单位"
        constraints = [models.CheckConstraint(condition=Q(level__in=words.Level.values), name="division_level_known")]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.pk}"


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


class DivisionVersion(models.Model):
    """What a division was called and to whom it belonged, from a day until a day."""

    division = models.ForeignKey(Division, models.PROTECT, verbose_name="区划", related_name="versions")
    name = models.CharField("名称", max_length=60)
    official_name = models.CharField("全称", max_length=80)
    form = models.CharField("形式", max_length=16, choices=words.Form)
    parent = models.ForeignKey(
        Division, models.PROTECT, verbose_name="上级", related_name="child_versions", null=True, blank=True
    )
    during = DateRangeField("有效期")
    change = models.ForeignKey(Change, models.PROTECT, verbose_name="来自", related_name="versions")
    recorded_at = models.DateTimeField("登记时间")
    written_by = models.ForeignKey(Change, models.PROTECT, verbose_name="写入者", related_name="+")
    retracted_at = models.DateTimeField("收回时间", null=True, blank=True)
    retracted_by = models.ForeignKey(Change, models.PROTECT, verbose_name="收回者", related_name="+", null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "区划版本"
        constraints = [
            not_empty("version_has_a_day"),
            no_overlap("version_one_a_day", "division", live=LIVE),
            models.CheckConstraint(condition=Q(form__in=words.Form.values), name="version_form_known"),
            models.CheckConstraint(condition=~Q(name=""), name="version_has_a_name"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("division")), name="version_not_its_own_parent"
            ),
        ]
        indexes = [
            models.Index(fields=["parent"], condition=LIVE, name="version_children"),
            models.Index(fields=["name"], condition=LIVE, name="version_name"),
            models.Index(fields=["change"], name="version_change"),
        ]

    def __str__(self) -> str:
        return self.name


class DivisionCode(models.Model):
    """A code a division bore under a scheme, from a day until a day; codes are reused, so never a key."""

    division = models.ForeignKey(Division, models.PROTECT, verbose_name="区划", related_name="codes")
    scheme = models.CharField("代码体系", max_length=8, choices=words.Scheme)
    code = models.CharField("代码", max_length=20)
    during = DateRangeField("有效期")
    change = models.ForeignKey(Change, models.PROTECT, verbose_name="来自", related_name="codes")
    recorded_at = models.DateTimeField("登记时间")
    written_by = models.ForeignKey(Change, models.PROTECT, verbose_name="写入者", related_name="+")
    retracted_at = models.DateTimeField("收回时间", null=True, blank=True)
    retracted_by = models.ForeignKey(Change, models.PROTECT, verbose_name="收回者", related_name="+", null=True)
    code_key = models.GeneratedField(
        verbose_name="代码键",
        expression=TextKey(Concat("scheme", "code")),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    scheme_key = models.GeneratedField(
        verbose_name="体系键",
        expression=TextKey(Concat("scheme", models.functions.Cast("division", models.TextField()))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = "区划代码"
        constraints = [
            not_empty("code_has_a_day"),
            no_overlap("code_one_division_a_day", "code_key", live=LIVE),
            no_overlap("code_one_a_division_a_day", "scheme_key", live=LIVE),
            models.CheckConstraint(condition=Q(scheme__in=words.Scheme.values), name="code_scheme_known"),
            models.CheckConstraint(condition=~Q(code=""), name="code_not_blank"),
        ]
        indexes = [
            models.Index(fields=["code", "scheme"], condition=LIVE, name="code_lookup"),
            models.Index(fields=["division"], condition=LIVE, name="code_division"),
        ]

    def __str__(self) -> str:
        return self.code


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
        ]

    def __str__(self) -> str:
        return f"{self.source_name or '—'} → {self.target_name or '—'}"

    @property
    def part_label(self) -> str:
        """Return how much goes: the whole, the named groups, or the shares."""
        return self.groups or "；".join(self.shares.values()) or str(self.get_part_display())


class OfficialList(models.Model):
    """A list of codes as somebody published it for a day; kept as it came."""

    name = models.CharField("名称", max_length=120)
    source = models.CharField("来源", max_length=200, blank=True)
    scheme = models.CharField("代码体系", max_length=8, choices=words.Scheme)
    as_of = models.DateField("名录截至")
    extract = models.BooleanField("只是摘录", default=False)
    sha256 = models.CharField("文件摘要", max_length=64)
    imported_at = models.DateTimeField("导入时间")
    imported_by_name = models.CharField("导入人", max_length=60)
    comparison = models.ForeignKey(
        Change, models.PROTECT, verbose_name="比对出的草稿", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "官方名录"
        ordering = ["as_of", "pk"]
        constraints = [models.UniqueConstraint(fields=["scheme", "as_of", "sha256"], name="official_list_once")]

    def __str__(self) -> str:
        return self.name


class ListEntry(models.Model):
    """One row of an official list."""

    list = models.ForeignKey(OfficialList, models.CASCADE, verbose_name="名录", related_name="entries")
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=80)
    level = models.CharField("层级", max_length=10, choices=words.Level)
    parent_code = models.CharField("上级代码", max_length=20, blank=True)

    class Meta:
        verbose_name = "名录条目"
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="list_entry_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ListDifference(models.Model):
    """Where the register and an official list disagree on the list's day; signed when explained."""

    list = models.ForeignKey(OfficialList, models.CASCADE, verbose_name="名录", related_name="differences")
    code = models.CharField("代码", max_length=20)
    kind = models.CharField(
        "差异",
        max_length=10,
        choices=[("missing", "登记没有"), ("extra", "名录没有"), ("name", "名称不同"), ("parent", "上级不同")],
    )
    ours = models.CharField("登记", max_length=120, blank=True)
    theirs = models.CharField("名录", max_length=120, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    signed_by_name = models.CharField("签认人", max_length=60, blank=True)
    signed_at = models.DateTimeField("签认时间", null=True, blank=True)

    class Meta:
        verbose_name = "名录差异"
        constraints = [
            models.UniqueConstraint(fields=["list", "code", "kind"], name="list_difference_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by_name="")
                | Q(signed_at__isnull=False) & ~Q(signed_by_name="") & ~Q(reason=""),
                name="list_difference_signed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.get_kind_display()}"


class Baseline(models.Model):
    """The day "before the change" means when a measure is compared with then."""

    measure = models.CharField("比较对象", max_length=20, unique=True, choices=words.Counted)
    day = models.DateField("调整前口径日")
    reason = models.CharField("为什么取这一天", max_length=200)
    set_by_name = models.CharField("设定人", max_length=60)
    set_at = models.DateTimeField("设定时间")

    class Meta:
        verbose_name = "调整前口径"

    def __str__(self) -> str:
        return f"{self.label} {self.day}"

    @property
    def label(self) -> str:
        """Return what is compared, in the reader's language."""
        return str(words.Counted(self.measure).label)
