"""What people say about a matter beside its steps, and whom they mention; never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.matters.models.matters import Matter
from houban.organisation.models import Organisation, Person, Post


class Comment(models.Model):
    """Something said about a matter, in one's own name and post."""

    matter = models.ForeignKey(Matter, models.PROTECT, verbose_name="事项", related_name="comments")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="评论人", related_name="+")
    body = models.ForeignKey(Organisation, models.PROTECT, verbose_name="机构", related_name="+", null=True)
    post = models.CharField("岗位", max_length=120, blank=True)
    text = models.CharField("评论", max_length=500)
    at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "评论"
        ordering = ["matter", "at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]

    def __str__(self) -> str:
        return self.text[:40]


class Mention(models.Model):
    """A comment speaks to somebody, picked by the post they hold."""

    comment = models.ForeignKey(Comment, models.PROTECT, verbose_name="评论", related_name="mentions")
    post = models.ForeignKey(Post, models.PROTECT, verbose_name="岗位", related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="人员", related_name="+")
    label = models.CharField("称呼", max_length=160)

    class Meta:
        verbose_name = "提到"
        ordering = ["comment", "pk"]
        constraints = [models.UniqueConstraint(fields=["comment", "person"], name="mention_once")]

    def __str__(self) -> str:
        return self.label
