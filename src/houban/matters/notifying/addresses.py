"""Where a message reaches somebody."""

from __future__ import annotations

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from houban.matters.words import ByWhat
from houban.organisation import keys
from houban.organisation.actions import personal
from houban.organisation.models import Person, PersonalValue

MOBILE = "people.person.mobile"


@sensitive_variables("value")
def of(person: Person, channel: str) -> str:
    """Return a person's address; empty where there is none. A number is opened for the gateway and kept nowhere."""
    if channel == ByWhat.MAIL:
        account = person.account
        reachable = account is not None and account.is_active
        return settings.HOUBAN_MAIL_TO.replace("{username}", account.username) if account and reachable else ""
    value = PersonalValue.objects.filter(person=person, field=MOBILE).select_related("person").first()
    if value is None:
        return ""
    return personal.opened(value, keys.ring())
