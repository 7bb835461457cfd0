"""Who is told of what: lines that follow the post, read marks of people, and what is sent outside."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from houban.matters.models.matters import Matter
from houban.matters.words import ByWhat, Often
from houban.organisation.models import Organisation, Person, Post


class Notification(models.Model):
    """One line about one matter, for whoever holds a power in an organisation, or for one person.

    A line for a person in a post goes to that post's holders once the person's appointment has ended.
    """

    matter = models.ForeignKey(
        Matter, models.PROTECT, verbose_name="事项", related_name="notifications", db_index=False
    )
    body = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="机构", related_name="+", null=True, db_index=False
    )
    power = models.CharField("职权", max_length=12, blank=True)
    post = models.ForeignKey(Post, models.PROTECT, verbose_name="岗位", related_name="+", null=True, db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="人员", related_name="+", null=True, db_index=False)
    reason = models.CharField("缘由", max_length=12)
    author = models.ForeignKey(
        Person, models.PROTECT, verbose_name="经办人", related_name="+", null=True, db_index=False
    )
    count = models.PositiveIntegerField("次数", default=1)
    at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField("登记时间")
    settled_at = models.DateTimeField("已办", null=True)

    class Meta:
        verbose_name = "提醒"
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "body", "power", "post", "person"], nulls_distinct=False, name="notification_once"
            ),
            models.CheckConstraint(
                condition=Q(body__isnull=False, person__isnull=True, post__isnull=True) & ~Q(power="")
                | Q(body__isnull=True, person__isnull=False, power=""),
                name="notification_is_for_somebody",
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="notification_counts_from_one"),
        ]
        indexes = [
            models.Index(fields=["body", "power"], condition=Q(settled_at=None), name="notification_waits"),
            models.Index(fields=["body", "power", "-at"], name="notification_body"),
            models.Index(fields=["recorded_at"], name="notification_recorded"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="notification_person"),
            models.Index(fields=["post"], condition=Q(post__isnull=False), name="notification_post"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.reason}"


class ReadMark(models.Model):
    """How far somebody has read a line."""

    notification = models.ForeignKey(Notification, models.PROTECT, verbose_name="提醒", related_name="marks")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="人员", related_name="+")
    count = models.PositiveIntegerField("读到")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "已读"
        constraints = [models.UniqueConstraint(fields=["notification", "person"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.notification_id} {self.count}"


class Subscription(models.Model):
    """How somebody wants to be told outside these pages."""

    person = models.OneToOneField(Person, models.PROTECT, verbose_name="人员", related_name="+")
    often = models.CharField("何时", max_length=8, choices=Often)
    channel = models.CharField("方式", max_length=8, choices=ByWhat, blank=True)
    since = models.DateTimeField("自")

    class Meta:
        verbose_name = "提醒方式"
        constraints = [
            models.CheckConstraint(condition=Q(often__in=Often.values), name="subscription_often_known"),
            models.CheckConstraint(
                condition=Q(often=Often.NEVER, channel="") | ~Q(often=Often.NEVER) & Q(channel__in=ByWhat.values),
                name="subscription_has_its_channel",
            ),
            models.CheckConstraint(
                condition=~Q(often=Often.DAILY, channel__in=[ByWhat.WECOM, ByWhat.DINGTALK]),
                name="subscription_no_digest_for_a_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.often}"


class Delivery(models.Model):
    """One message outside, sent at most once: of a line as it was counted, or the digest of a day.

    One without a person goes to a group. It is taken before it is sent; a taken one is not taken again unless it is
    known that it was not sent.
    """

    notification = models.ForeignKey(Notification, models.PROTECT, verbose_name="提醒", related_name="+", null=True)
    count = models.PositiveIntegerField("计到", default=0)
    day = models.DateField("日期", null=True)
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="人员", related_name="+", null=True)
    channel = models.CharField("方式", max_length=8, choices=ByWhat)
    made_at = models.DateTimeField("生成时间")
    due_at = models.DateTimeField("最早发送")
    tries = models.PositiveSmallIntegerField("试过", default=0)
    taken_at = models.DateTimeField("取走时间", null=True)
    sent_at = models.DateTimeField("发送时间", null=True)
    dropped_at = models.DateTimeField("放弃时间", null=True)
    problem = models.CharField("原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "外发"
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "count", "day", "person", "channel"],
                nulls_distinct=False,
                name="delivery_once",
            ),
            models.CheckConstraint(
                condition=Q(notification__isnull=False, day__isnull=True)
                | Q(notification__isnull=True, day__isnull=False, person__isnull=False),
                name="delivery_of_a_line_or_a_day",
            ),
            models.CheckConstraint(condition=Q(channel__in=ByWhat.values), name="delivery_channel_known"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(taken_at__isnull=False, sent_at__gte=F("taken_at")),
                name="delivery_taken_before_sent",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True), name="delivery_sent_or_dropped"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(taken_at=None, dropped_at=None), name="delivery_due"),
            models.Index(fields=["person", "-made_at"], name="delivery_person"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.made_at}"
