"""Who is in a dispute: sealed under a key of the dispute's own, open to those who receive or handle it alone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.matters.models.matters import Matter


class PartyKey(models.Model):
    """The key under which a dispute's parties are sealed, itself wrapped under a master key; none once destroyed."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, verbose_name="事项", primary_key=True, related_name="party_key"
    )
    key = models.BinaryField("封存的密钥", null=True)
    master = models.PositiveSmallIntegerField("主密钥版本", null=True)
    made_at = models.DateTimeField("建立时间")
    destroyed_at = models.DateTimeField("销毁时间", null=True)

    class Meta:
        verbose_name = "当事人密钥"
        constraints = [
            models.CheckConstraint(
                condition=Q(key__isnull=False, master__isnull=False, destroyed_at__isnull=True)
                | Q(key__isnull=True, master__isnull=True, destroyed_at__isnull=False),
                name="party_key_or_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"

    @property
    def wrapped(self) -> bytes | None:
        """Return the wrapped key, or None once it is destroyed."""
        return None if self.key is None else bytes(self.key)


class Party(models.Model):
    """One party of a dispute; the first is who asked for mediation."""

    id = models.UUIDField("编号", primary_key=True, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, verbose_name="事项", related_name="parties")
    number = models.PositiveSmallIntegerField("序号")
    name = models.BinaryField("封存的姓名")
    phone = models.BinaryField("封存的电话", null=True)
    entered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "当事人"
        ordering = ["matter", "number"]
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="party_number_once")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.number}"
