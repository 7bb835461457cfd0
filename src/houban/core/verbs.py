"""What the core's acts are called in the record."""

from django.utils.translation import gettext_lazy as _

from houban.core.record.words import name_verbs

name_verbs({"core.county.set": _("设定本县"), "core.calendar.imported": _("导入放假安排")})
