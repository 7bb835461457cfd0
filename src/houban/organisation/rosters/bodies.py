"""Plan organisations, terms, posts, quotas and memberships."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from houban.core.periods import between
from houban.organisation.models import Membership, Organisation, Post, Quota, Term
from houban.organisation.rosters.cells import Line
from houban.organisation.rosters.plan import Item, Outcome, Plan
from houban.organisation.rosters.references import References, Skip, shorten, span
from houban.organisation.rosters.sheets import MEMBERSHIPS, ORGANISATIONS, POSTS, QUOTAS, TERMS
from houban.organisation.rosters.world import covers, overlap

CORRECTED = ("kind", "credit_code", "differentiated", "headcount", "basis", "end_basis")
DEEPEST = 100


def changed(line: Line, row: Any, before: dict[str, Any], *, label: str) -> Item:
    """Make the item of a registered row from what was there before."""
    after = {name: row.during.upper if name == "until" else getattr(row, name) for name in before}
    return Item(line, row, Outcome.CHANGED if before else Outcome.UNCHANGED, before, after, label)


def take(line: Line, row: Any, names: Sequence[str]) -> dict[str, Any]:
    """Let filled cells replace what is registered; return what was there."""
    before = {}
    for name in names:
        value = line[name]
        if value not in (None, "", getattr(row, name)):
            before[name] = getattr(row, name)
            setattr(row, name, value)
    return before


def started(rows: Sequence[Any], start: date) -> Any:
    """Return the row that starts on a day, or None."""
    return next((row for row in rows if row.during.lower == start), None)


def refuse_overlap(refs: References, line: Line, rows: Sequence[Any], period: tuple[date, date | None]) -> None:
    """Refuse a new row that shares a day with a registered one of its kind."""
    other = next((row for row in rows if overlap(row, *period)), None)
    if other is not None:
        what = f"与已有的一条重叠（{span(other)}）"
        raise refs.refuse(line, "start", what, "起日要与登记的一致；另起一条的，先写上原来一条的止日")


def supersede(refs: References, line: Line, rows: Sequence[Any], period: tuple[date, date | None]) -> list[Any]:
    """Let a new row end the one before it, unless that has an end of its own; return what it ends."""
    ended = []
    start, until = period
    for row in rows:
        if row.during.lower < start and covers(row, start) and row.during.upper in (None, until):
            row.during = between(row.during.lower, start)
            ended.append(row)
    refuse_overlap(refs, line, rows, period)
    return ended


def organisations(refs: References, plan: Plan) -> None:
    """Plan organisations: first that they are there, then who is above them."""
    lines = refs.book.of(ORGANISATIONS)
    refs.each(lines, lambda line: _organisation(refs, plan, line))
    for item in plan.of(ORGANISATIONS):
        try:
            _parent(refs, item)
            _allowed(refs, item)
        except Skip:
            continue
    _refuse_circles(refs, plan)
    _refuse_twin_codes(refs, plan)


def _organisation(refs: References, plan: Plan, line: Line) -> None:
    name, kind, start = refs.need(line, "name", "kind", "start")
    division = refs.division(line, "code")
    refs.once(line, name, division, start)
    period = refs.period(line)
    same = [row for row in refs.world.organisations.get(name, []) if row.division_id == division]
    known = started(same, start)
    if known is not None:
        before = take(line, known, CORRECTED) | shorten(refs, line, known, period[1])
        plan.add(changed(line, known, before, label=name))
        return
    refuse_overlap(refs, line, same, period)
    row = Organisation(
        name=name,
        kind=kind,
        division_id=division,
        credit_code=line.text("credit_code"),
        differentiated=bool(line["differentiated"]),
        headcount=line["headcount"],
        basis=line.text("basis"),
        end_basis=line.text("end_basis"),
        during=between(*period),
    )
    refs.world.add_organisation(row)
    plan.add(Item(line, row, Outcome.NEW, label=name))


def _parent(refs: References, item: Item) -> None:
    line, row = item.line, item.row
    if not line.text("parent"):
        return
    period = {"start": row.during.lower, "until": row.during.upper, "any_day": True}
    parent = refs.organisation(line, "parent", "parent_code", **period)
    if item.outcome != Outcome.NEW and row.parent is not parent:
        item.before["parent"], item.after["parent"] = row.parent.name if row.parent else None, parent.name
        item.outcome = Outcome.CHANGED
    row.parent = parent


def _allowed(refs: References, item: Item) -> None:
    if item.outcome != Outcome.UNCHANGED:
        refs.outside(item.line, "organise", item.row.division_id, f"机构“{item.label}”")


def _refuse_circles(refs: References, plan: Plan) -> None:
    for item in plan.of(ORGANISATIONS, Outcome.NEW, Outcome.CHANGED):
        above, steps = item.row.parent, 0
        while above is not None and above is not item.row and steps < DEEPEST:
            above, steps = above.parent, steps + 1
        if above is not None:
            refs.wrong(item.line, "parent", "机构不能隶属于自己的下级", "请核对上级机构")


def _refuse_twin_codes(refs: References, plan: Plan) -> None:
    owners: dict[str, list[Organisation]] = {}
    for rows in refs.world.organisations.values():
        for row in rows:
            if row.credit_code:
                owners.setdefault(row.credit_code, []).append(row)
    for item in plan.of(ORGANISATIONS, Outcome.NEW, Outcome.CHANGED):
        row = item.row
        others = [one for one in owners.get(row.credit_code, []) if one is not row]
        twin = next((one for one in others if overlap(one, row.during.lower, row.during.upper)), None)
        if twin is not None:
            refs.wrong(item.line, "credit_code", f"{row.credit_code} 已是“{twin.name}”的代码", "请对照证书核对")


def terms(refs: References, plan: Plan) -> None:
    """Plan terms of elected bodies."""
    refs.each(refs.book.of(TERMS), lambda line: _term(refs, plan, line))


def _term(refs: References, plan: Plan, line: Line) -> None:
    number, elected_on = refs.need(line, "number", "elected_on")
    start = line["start"] or elected_on
    body = refs.organisation(line, "organisation", "organisation_code", start=start)
    refs.once(line, id(body), number)
    period = refs.period(line, body, start=start)
    known = refs.world.terms.get((id(body), number))
    label = f"{body.name} 第 {number} 届"
    if known is not None:
        refs.same(line, known, "elected_on", mend="请核对；选举日登记后不能改")
        before = take(line, known, ("document",)) | shorten(refs, line, known, period[1])
        item = changed(line, known, before, label=label)
    else:
        others = [row for (owner, _number), row in refs.world.terms.items() if owner == id(body)]
        refuse_overlap(refs, line, others, period)
        row = Term(
            organisation=body,
            number=number,
            elected_on=elected_on,
            document=line.text("document"),
            during=between(*period),
        )
        refs.world.terms[id(body), number] = row
        item = Item(line, row, Outcome.NEW, label=label)
    plan.add(item)
    if item.outcome != Outcome.UNCHANGED:
        refs.outside(line, "appoint", body.division_id, f"“{body.name}”的届次")


def posts(refs: References, plan: Plan) -> None:
    """Plan posts."""
    refs.each(refs.book.of(POSTS), lambda line: _post(refs, plan, line))


def _post(refs: References, plan: Plan, line: Line) -> None:
    title, kind, start = refs.need(line, "title", "kind", "start")
    body = refs.organisation(line, "organisation", "organisation_code", start=start)
    refs.once(line, id(body), title, start)
    period = refs.period(line, body)
    division = refs.division(line, "code") or body.division_id
    if line["seats"] == 0:
        raise refs.refuse(line, "seats", "职数是 0", "至少写 1；不再设的岗位写上止日")
    rows = refs.world.posts.get((id(body), title), [])
    known = started(rows, start)
    label = f"{body.name} {title}"
    if known is not None:
        refs.same(line, known, "kind", mend="岗位类型登记后不能改；请结束这个岗位，另设一个")
        if line.text("code") and known.division_id != division:
            raise refs.refuse(line, "code", "与登记的管辖区划不同", "登记后不能改；请结束这个岗位，另设一个")
        before = take(line, known, ("seats",)) | shorten(refs, line, known, period[1])
        item = changed(line, known, before, label=label)
    else:
        refuse_overlap(refs, line, rows, period)
        row = Post(
            organisation=body,
            kind=kind,
            title=title,
            division_id=division,
            seats=line["seats"] or 1,
            during=between(*period),
        )
        refs.world.add_post(row)
        item = Item(line, row, Outcome.NEW, label=label)
    plan.add(item)
    if item.outcome != Outcome.UNCHANGED:
        refs.outside(line, "organise", item.row.division_id, f"岗位“{label}”")


def quotas(refs: References, plan: Plan) -> None:
    """Plan quotas, earlier ones first, so that a later one ends the one before it."""
    lines = sorted(refs.book.of(QUOTAS), key=lambda line: line["start"] or date.min)
    refs.each(lines, lambda line: _quota(refs, plan, line))


def _quota(refs: References, plan: Plan, line: Line) -> None:
    nature, number, document, start = refs.need(line, "nature", "number", "document", "start")
    body = refs.organisation(line, "organisation", "organisation_code", start=start)
    refs.once(line, id(body), nature, start)
    period = refs.period(line, body)
    rows = refs.world.quotas[id(body), nature]
    known = started(rows, start)
    if known is not None:
        before = take(line, known, ("number", "document")) | shorten(refs, line, known, period[1])
        item = changed(line, known, before, label=body.name)
    else:
        row = Quota(organisation=body, nature=nature, number=number, document=document, during=between(*period))
        plan.ended.extend(supersede(refs, line, rows, period))
        rows.append(row)
        item = Item(line, row, Outcome.NEW, label=body.name)
    plan.add(item)
    if item.outcome != Outcome.UNCHANGED:
        refs.outside(line, "organise", body.division_id, f"“{body.name}”的编制")


def memberships(refs: References, plan: Plan) -> None:
    """Plan who is a member of which group."""
    refs.each(refs.book.of(MEMBERSHIPS), lambda line: _membership(refs, plan, line))


def _membership(refs: References, plan: Plan, line: Line) -> None:
    (start,) = refs.need(line, "start")
    group = refs.organisation(line, "group", "group_code", start=start)
    member = refs.organisation(line, "member", "member_code", start=start)
    if group is member:
        raise refs.refuse(line, "member", "成员单位就是领导小组自己", "请核对")
    refs.once(line, id(group), id(member), start)
    end = min((one.during.upper for one in (group, member) if one.during.upper), default=None)
    period = refs.period(line)
    period = (period[0], period[1] or end)
    rows = refs.world.members[id(group), id(member)]
    known = started(rows, start)
    label = f"{group.name}：{member.name}"
    if known is not None:
        before = take(line, known, ("basis",)) | shorten(refs, line, known, period[1])
        item = changed(line, known, before, label=label)
    else:
        refuse_overlap(refs, line, rows, period)
        row = Membership(group=group, member=member, basis=line.text("basis"), during=between(*period))
        rows.append(row)
        item = Item(line, row, Outcome.NEW, label=label)
    plan.add(item)
    if item.outcome != Outcome.UNCHANGED:
        refs.outside(line, "organise", group.division_id, f"“{group.name}”的成员单位")
