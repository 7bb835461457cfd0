"""An end can only come earlier: whoever wants something to last longer enters it anew."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from houban.core.periods import between
from houban.organisation.refusals import Refused


def ended(during: Any, on: date) -> DateRange:
    """Return a period that ends on a day instead, which must not lie beyond its present end."""
    if during.upper is not None and on > during.upper:
        raise Refused(_("原来就到 %(day)s 为止，止日只能提前；要延长请另行登记。") % {"day": during.upper})
    return between(during.lower, on)
