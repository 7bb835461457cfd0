"""The tree of a day, its export, and a day beside today."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core.spreadsheets import Table, xlsx_response
from houban.divisions import happenings, lineage, picture, register, timeline
from houban.divisions.lineage import Link
from houban.divisions.models import Change, ControlTotal, DivisionVersion, Flow, OfficialList
from houban.divisions.preview import check_totals
from houban.divisions.register import Node
from houban.divisions.views import daymaps
from houban.divisions.words import HOME_SCHEMES, Form, Scheme
from houban.ui.pages import StaffRequest, page

TOWN_FORMS = (
    (gettext_lazy("街道"), ("street",)),
    (gettext_lazy("镇"), ("town",)),
    (gettext_lazy("乡"), ("township",)),
    (gettext_lazy("其他乡级单位"), ("town_like",)),
)


@page
def tree(request: StaffRequest) -> HttpResponse:
    """Show the county's tree on the as-of day, the time line above and one division's lineage beside it."""
    county = register.county()
    scheme = _scheme(request)
    root = register.tree(county, request.as_of, scheme=scheme) if county else None
    context: dict[str, object] = {
        "scheme": scheme,
        "schemes": HOME_SCHEMES,
        "root": root,
        "query": request.GET.get("q", "").strip(),
        "first_day": register.first_day(),
    }
    if root is not None and county is not None:
        context |= _panels(request, root, county) | daymaps.context(request, root)
    return render(request, "divisions/tree.html", context)


def _scheme(request: HttpRequest) -> str:
    asked = request.GET.get("scheme", "")
    return asked if asked in Scheme.values else Scheme.NBS.value


def _panels(request: StaffRequest, root: Node, county: int) -> dict[str, object]:
    on, today = request.as_of, request.today
    tags = happenings.tags(on)
    chosen = _chosen(request, root, tags)
    return {
        "groups": _groups(root),
        "tags": tags,
        "predecessors": lineage.predecessor_counts(on),
        "timeline": timeline.build(county, on=on, today=today),
        "chosen": chosen,
        "picture": picture.of_town(chosen, on) if chosen else None,
        "totals": _totals(county),
        "list": _list_of(on),
        **_neighbours(on),
        "flow_count": Flow.objects.filter(change__status="enacted")
        .exclude(target__level="group")
        .exclude(source__level="group")
        .count(),
        "change_count": Change.objects.enacted().exclude(flows=None).distinct().count(),
        "list_count": OfficialList.objects.filter(extract=False).count(),
        "draft_count": Change.objects.drafts().count(),
        **_matches(request, root, chosen),
    }


def _list_of(on: date) -> OfficialList | None:
    open_ones = Count("differences", filter=Q(differences__signed_at=None))
    return OfficialList.objects.filter(as_of=on, extract=False).annotate(open_count=open_ones).first()


def _neighbours(on: date) -> dict[str, date | None]:
    days = timeline.list_days()
    earlier, later = [day for day in days if day < on], [day for day in days if day > on]
    return {"previous_day": max(earlier, default=None), "next_day": min(later, default=None)}


def _groups(root: Node) -> list[tuple[str, list[Node]]]:
    return [
        (str(label), [child for child in root.children if child.form in forms])
        for label, forms in TOWN_FORMS
        if any(child.form in forms for child in root.children)
    ]


def _chosen(request: StaffRequest, root: Node, tags: dict[int, happenings.Tag]) -> Node | None:
    asked = request.GET.get("town", "")
    named = next((town for town in root.children if str(town.id) == asked), None)
    return named or max(root.children, key=lambda town: (town.id in tags, town.villages), default=None)


def _matches(request: StaffRequest, root: Node, chosen: Node | None) -> dict[str, object]:
    """Return what the search in the tree found, and the towns that are open: the chosen one, or those with a hit."""
    query = request.GET.get("q", "").strip()
    if not query:
        return {"matches": None, "opened": {chosen.id} if chosen else set()}
    matches = {node.id for node in root.walk() if query in node.name or node.code.startswith(query)}
    opened = {town.id for town in root.children if any(child.id in matches for child in town.children)}
    return {"matches": matches, "opened": opened}


def _totals(county: int) -> list[object]:
    totals = ControlTotal.objects.filter(change__status="enacted", after__isnull=False).select_related("change")
    return list(check_totals(totals.order_by("change__effective_on", "change__sequence", "pk"), county))


@page
def export(request: StaffRequest) -> HttpResponse:
    """Send the tree of the day as .xlsx."""
    county = register.county()
    root = register.tree(county, request.as_of, scheme=_scheme(request)) if county else None
    nodes = root.walk() if root else []
    by_id = {node.id: node for node in nodes}
    header = [_("代码"), _("名称"), _("全称"), _("形式"), _("上级"), _("自何日起"), _("村"), _("社区")]
    rows = [_row(node, by_id) for node in nodes]
    name = _("区划 %(day)s") % {"day": request.as_of.isoformat()}
    return xlsx_response([Table(name, header, rows)], filename=f"{name}.xlsx")


def _row(node: Node, by_id: dict[int, Node]) -> list[object]:
    above = by_id.get(node.parent or 0)
    counted = [node.count("village"), node.count("community")] if node.children else ["", ""]
    return [
        node.code,
        node.name,
        node.official_name,
        node.form_label,
        above.name if above else "",
        node.since,
        *counted,
    ]


@page
def comparison(request: StaffRequest) -> HttpResponse:
    """Show what differs between the as-of day and today."""
    county = register.county()
    then = register.counts(county, request.as_of) if county else {}
    now = register.counts(county, request.today) if county else {}
    forms = [f for f in Form if then.get(f.value) or now.get(f.value)]
    rows = [(f.label, then.get(f.value, 0), now.get(f.value, 0)) for f in forms]
    first, last = sorted((request.as_of, request.today))
    changes = Change.objects.enacted().filter(effective_on__gt=first, effective_on__lte=last).exclude(flows=None)
    links = lineage.between(first, last, [n.id for n in _villages(county, first)]) if county else []
    context = {"rows": rows, "changes": changes.in_order().distinct(), "first": first, "last": last}
    return render(request, "divisions/comparison.html", context | _moved(links, first, last))


def _villages(county: int, on: date) -> list[Node]:
    return [node for node in register.rows([county], on) if node.form in ("village", "community")]


def _moved(links: list[Link], first: date, last: date) -> dict[str, object]:
    names_then = dict(DivisionVersion.objects.on(first).values_list("division_id", "name"))
    names_now = dict(DivisionVersion.objects.on(last).values_list("division_id", "name"))
    moved = [link for link in links if link.target != link.source]
    rows = [(names_then.get(link.source, ""), names_now.get(link.target or 0, ""), link) for link in moved]
    return {"moved": sorted(rows, key=lambda row: row[1])}
