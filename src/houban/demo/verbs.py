"""What the demonstration's acts are called in the record."""

from django.utils.translation import gettext_lazy as _

from houban.core.record.words import name_verbs

name_verbs({"demo.loaded": _("装入示范数据")})
