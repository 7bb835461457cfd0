"""Personal values of people in posts: sealed, each person under a key of their own; nothing here is in plain."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.divisions.models import Division
from houban.organisation.models.people import Person
from houban.organisation.rules import personal


class PersonKey(models.Model):
    """The key under which a person's values are sealed, itself wrapped under a master key; none once destroyed."""

    person = models.OneToOneField(Person, models.PROTECT, verbose_name="人员", related_name="personal_key")
    key = models.BinaryField("封存的密钥", null=True)
    master = models.PositiveSmallIntegerField("主密钥版本", null=True)
    made_at = models.DateTimeField("建立时间")
    destroyed_at = models.DateTimeField("销毁时间", null=True, blank=True)

    class Meta:
        verbose_name = "个人密钥"
        constraints = [
            models.CheckConstraint(
                condition=Q(key__isnull=False, master__isnull=False, destroyed_at__isnull=True)
                | Q(key__isnull=True, master__isnull=True, destroyed_at__isnull=False),
                name="person_key_or_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"

    @property
    def wrapped(self) -> bytes | None:
        """Return the wrapped key, or None once it is destroyed."""
        return None if self.key is None else bytes(self.key)


class PersonalValue(models.Model):
    """One personal value of one person, sealed, with its purpose and its end."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="人员", related_name="personal_values")
    field = models.CharField("栏目", max_length=40)
    sealed = models.BinaryField("封存的内容")
    blind_index = models.BinaryField("盲索引", null=True)
    unit = models.ForeignKey(Division, models.PROTECT, verbose_name="所属区划", related_name="+", null=True, blank=True)
    purpose = models.CharField("用途", max_length=120)
    keep_until = models.DateField("保存到", null=True, blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = "个人信息"
        constraints = [
            models.UniqueConstraint(fields=["person", "field"], name="personal_value_once"),
            models.CheckConstraint(condition=Q(field__in=sorted(personal.FIELDS)), name="personal_field_known"),
            models.CheckConstraint(condition=~Q(purpose=""), name="personal_value_has_a_purpose"),
        ]
        indexes = [
            models.Index(fields=["field", "blind_index"], name="personal_found_by"),
            models.Index(fields=["unit"], name="personal_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.field}"

    @property
    def kind(self) -> personal.Field:
        """Return what the table says of this value's field."""
        return personal.FIELDS[self.field]
