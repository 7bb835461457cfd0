"""The list of organisations on a day, as a tree or filtered, and its export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from houban.core.spreadsheets import Table, xlsx_response
from houban.divisions import register
from houban.organisation import staffing, tree
from houban.organisation.models import Organisation
from houban.organisation.staffing import Body
from houban.organisation.tree import Places
from houban.organisation.words import OrganisationKind
from houban.ui.pages import StaffRequest, page

A_PAGE = 50
STATES = ("over", "vacant", "free")
COLUMNS = ("quota", "filled", "vacant", "over", "seats", "held", "free")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to."""

    query: str
    kind: str
    town: str
    state: str

    @classmethod
    def of(cls, request: StaffRequest) -> Filters:
        """Read them from the address."""
        get = request.GET.get
        kind, state = get("kind", ""), get("state", "")
        return cls(
            get("q", "").strip(),
            kind if kind in OrganisationKind.values else "",
            get("town", "") if get("town", "").isdigit() else "",
            state if state in STATES else "",
        )

    @property
    def are_set(self) -> bool:
        """Tell whether anything is narrowed at all."""
        return bool(self.query or self.kind or self.town or self.state)

    def keeps(self, body: Body, town: int | None) -> bool:
        """Tell whether an organisation stays."""
        return (
            self.query in body.name
            and self.kind in ("", body.kind)
            and self.town in ("", str(town or ""))
            and (not self.state or getattr(body.numbers, self.state) > 0)
        )


@page
def index(request: StaffRequest) -> HttpResponse:
    """Show the organisations of the day, folded; with a filter set, those that match as a list."""
    filters = Filters.of(request)
    bodies, places = staffing.bodies(request.as_of), Places(register.county(), request.as_of)
    context: dict[str, Any] = {
        "filters": filters,
        "kinds": OrganisationKind.choices,
        "towns": [(str(town.id), town.name) for town in places.towns],
        "states": [("over", _("超编")), ("vacant", _("空编")), ("free", _("岗位空缺"))],
        "total": staffing.total(bodies),
        "size": len(bodies),
        "tab": "index",
    }
    if filters.are_set:
        found = _found(bodies, places, filters)
        shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
        context |= {"found": shown, "found_total": staffing.total(found), "where": _where(list(shown), bodies, places)}
    else:
        context |= {"sections": _sections(request, bodies, places), "names": places.names()}
    return render(request, "organisation/index.html", context)


def _found(bodies: list[Body], places: Places, filters: Filters) -> list[Body]:
    spots = places.of({body.division for body in bodies if body.division is not None})

    def town(body: Body) -> int | None:
        spot = spots.get(body.division) if body.division is not None else None
        return spot[0] if spot else None

    return [body for body in bodies if filters.keeps(body, town(body))]


def _where(shown: list[Body], bodies: list[Body], places: Places) -> dict[int, str]:
    names = {body.id: body.name for body in bodies}
    return {
        body.id: " · ".join(filter(None, [names.get(body.parent or 0, ""), places.name(body.division)]))
        for body in shown
    }


def _sections(request: StaffRequest, bodies: list[Body], places: Places) -> list[tuple[str, list[Any]]]:
    opened = {key for key in request.GET.get("open", "").split(",") if key}
    county, towns = tree.build(bodies, places, elsewhere=_("所在区划当日已不存在"))
    parts = ((_("县级机构"), county), (_("乡镇（街道）和村（社区）"), towns))
    return [
        (title, [(line, _toggled(line.key, opened)) for line in tree.lines(folds, opened)])
        for title, folds in parts
        if folds
    ]


def _toggled(key: str, opened: set[str]) -> str:
    return ",".join(sorted(opened ^ {key}))


@page
def export(request: StaffRequest) -> HttpResponse:
    """Send the organisations of the day, filtered as on the page, as .xlsx."""
    bodies, places = staffing.bodies(request.as_of), Places(register.county(), request.as_of)
    found = _found(bodies, places, Filters.of(request))
    names = {body.id: body.name for body in bodies}
    codes = dict(Organisation.objects.on(request.as_of).values_list("pk", "credit_code"))
    header = [
        _("名称"), _("类型"), _("上级机构"), _("所在区划"), _("统一社会信用代码"),
        _("核定"), _("实有"), _("空编"), _("超编"), _("职数"), _("在任"), _("空缺"),
    ]  # fmt: skip
    rows = [
        [body.name, body.kind_label, names.get(body.parent or 0, ""), places.name(body.division), codes[body.id]]
        + [getattr(body.numbers, column) for column in COLUMNS]
        for body in found
    ]
    name = _("机构 %(day)s") % {"day": request.as_of}
    return xlsx_response([Table(name, header, rows)], filename=f"{name}.xlsx")
