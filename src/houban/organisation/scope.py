"""What the one who asks may do over a place, for buttons and for doors; the policies hold it once more."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from houban.organisation import authority
from houban.ui.pages import StaffRequest


@dataclass(frozen=True)
class Scope:
    """Which verbs somebody may use here and now; nothing is written on a day other than today."""

    organise: bool
    appoint: bool
    accounts: bool
    locked: bool


def over(request: StaffRequest, unit: int | None) -> Scope:
    """Return what somebody may do over a division; no division stands for the installation itself."""
    may = {power: request.user.may(power) and authority.covers(unit or 0, power) for power in ("organise", "appoint")}
    accounts = request.user.may("accounts")
    some = any(may.values()) or accounts
    if not request.is_today:
        return Scope(organise=False, appoint=False, accounts=False, locked=some)
    return Scope(**may, accounts=accounts, locked=False)


def demand(request: StaffRequest, unit: int | None) -> None:
    """Turn away whoever does not hold the page's power over a division."""
    power = getattr(request, "power", "")
    if not authority.covers(unit or 0, power):
        raise PermissionDenied(_("这不在您岗位的范围内。请找管这里的组织人事岗或机构编制岗办理。"))
