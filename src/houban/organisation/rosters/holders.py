"""Plan people, the quota places they occupy, and who holds which post."""

from __future__ import annotations

from datetime import date
from typing import Any

from houban.core.periods import between
from houban.organisation.models import Appointment, Organisation, Person, Post, QuotaPlace, Term
from houban.organisation.rosters.bodies import changed, refuse_overlap, started, supersede
from houban.organisation.rosters.cells import Line
from houban.organisation.rosters.plan import Item, Outcome, Plan
from houban.organisation.rosters.references import References, shorten
from houban.organisation.rosters.sheets import APPOINTMENTS, ORGANISATIONS, PEOPLE, POSTS
from houban.organisation.rosters.world import overlap
from houban.organisation.rules import incompatible
from houban.organisation.words import Chosen, Nature

PLACE = ("home", "nature", "start")
KEPT = "登记后不能改写；登记错了，先在人员页撤回原来的一条"


def people(refs: References, plan: Plan) -> None:
    """Plan people: all of them first, so that namesakes are found; then their quota places."""
    refs.each(refs.book.of(PEOPLE), lambda line: _person(refs, plan, line))
    lines = sorted(plan.of(PEOPLE), key=lambda item: item.line["start"] or date.min)
    by_line = {id(item.line): item for item in lines}
    refs.each([item.line for item in lines], lambda line: _place(refs, plan, by_line[id(line)]))


def _person(refs: References, plan: Plan, line: Line) -> None:
    (name,) = refs.need(line, "name")
    distinction = line.text("distinction")
    unit = refs.division(line, "code")
    refs.once(line, name, distinction)
    named = refs.world.people.get(name, [])
    exact = [one for one in named if one.distinction == distinction]
    if len(exact) > 1:
        what = (
            f"登记里有 {len(exact)} 个“{name}”没有区分"
            if not distinction
            else f"登记里有 {len(exact)} 个同样的“{name}”"
        )
        raise refs.refuse(line, "distinction", what, "请先在人员页为他们写明“区分同名”")
    label = f"{name}（{distinction}）" if distinction else name
    if exact:
        before = {"code": exact[0].unit_id} if unit is not None and unit != exact[0].unit_id else {}
        item = Item(line, exact[0], Outcome.CHANGED if before else Outcome.UNCHANGED, label=label)
        if before:
            refs.outside(line, "appoint", exact[0].unit_id, f"“{label}”")
            item.before, item.after = {"code": None}, {"code": line.text("code")}
            exact[0].unit_id = unit
    else:
        if named and not distinction:
            what = f"已有一个“{name}”（{named[0].distinction or '没有区分'}）"
            raise refs.refuse(line, "distinction", what, "是另一人的，请写明“区分同名”；是同一人的，区分要与登记的一致")
        row = Person(name=name, distinction=distinction, unit_id=unit)
        refs.world.people[name].append(row)
        item = Item(line, row, Outcome.NEW, label=label)
    plan.add(item)
    if item.outcome != Outcome.UNCHANGED and not refs.world.scope.accounts:
        refs.outside(line, "appoint", unit, f"“{label}”所属的区划")


def _place(refs: References, plan: Plan, item: Item) -> None:
    line = item.line
    if not any(line[name] for name in (*PLACE, "until")):
        return
    for name in PLACE:
        if not line[name]:
            column = line.spec.column(name).title
            raise refs.refuse(line, name, f"写了占编，“{column}”却空着", "占编的机构、性质、起日要写全，或都空着")
    home = refs.organisation(line, "home", "home_code", start=line["start"])
    period = refs.period(line, home)
    known = started(refs.world.places[id(item.row)], period[0])
    if known is None:
        _occupy(refs, plan, item, home, period)
    elif not _vacated(refs, plan, item, home, known, period[1]):
        return
    if item.outcome == Outcome.UNCHANGED:
        item.outcome = Outcome.CHANGED
    if not refs.world.scope.may("organise", home.division_id):
        refs.outside(line, "appoint", home.division_id, f"“{home.name}”的编制")


def _occupy(refs: References, plan: Plan, item: Item, home: Organisation, period: tuple[date, date | None]) -> None:
    line, rows = item.line, refs.world.places[id(item.row)]
    plan.ended.extend(supersede(refs, line, rows, period))
    place = QuotaPlace(
        person=item.row, organisation=home, nature=line["nature"], basis=line.text("basis"), during=between(*period)
    )
    rows.append(place)
    plan.places.append(place)
    item.before["home"], item.after["home"] = None, home.name


def _vacated(
    refs: References, plan: Plan, item: Item, home: Organisation, known: QuotaPlace, until: date | None
) -> bool:
    if known.organisation is not home or known.nature != item.line["nature"]:
        mend = "换机构或性质的，写新的占编起日；登记错的在人员页改"
        raise refs.refuse(item.line, "home", "与登记的占编不同", mend)
    before = shorten(refs, item.line, known, until)
    if before:
        plan.ended.append(known)
        item.before |= before
        item.after["until"] = until
    return bool(before)


def appointments(refs: References, plan: Plan) -> None:
    """Plan appointments: those that end first, then the named seats, then whoever takes a free one."""
    refs.each(refs.book.of(APPOINTMENTS), lambda line: _appointment(refs, plan, line))
    new = plan.of(APPOINTMENTS, Outcome.NEW)
    for item in sorted(new, key=lambda item: item.row.seat is None):
        _seat(refs, item)
    for item in new:
        _compatible(refs, item)
    closing = {id(item.row) for item in plan.of(ORGANISATIONS, Outcome.CHANGED) if "until" in item.before}
    for item in plan.of(POSTS, Outcome.CHANGED):
        if id(item.row.organisation) not in closing:  # closing an organisation ends its appointments too
            _holders_fit(refs, item)


def _appointment(refs: References, plan: Plan, line: Line) -> None:
    (start,) = refs.need(line, "start")
    person = refs.person(line)
    body = refs.organisation(line, "organisation", "organisation_code", start=start)
    post = refs.post(line, body, start=start)
    refs.once(line, id(person), id(post), start)
    period = refs.period(line, post)
    term = _term(refs, line, body, start)
    mine = [row for row in refs.world.held[id(person)] if row.post is post]
    known = started(mine, start)
    label = f"{person.name}：{post}"
    if known is not None:
        item = _registered(refs, line, known, term, period[1], label)
    else:
        refuse_overlap(refs, line, mine, period)
        row = _made(line, person, post, term, period)
        refs.world.add_appointment(row)
        item = Item(line, row, Outcome.NEW, label=label)
    plan.add(item)
    if item.outcome != Outcome.UNCHANGED:
        refs.outside(line, "appoint", post.division_id, f"岗位“{post}”")
        if person.pk is not None and person.pk == refs.world.scope.person:
            refs.wrong(line, "name", "这是您自己", "自己的任免要由别人办，请删去这一行")


def _registered(
    refs: References, line: Line, row: Appointment, term: Term | None, until: date | None, label: str
) -> Item:
    refs.same(line, row, "nature", "chosen", "seat", "basis", mend=KEPT)
    if term is not None and row.term_id != term.pk:
        raise refs.refuse(line, "term", "与登记的届次不同", KEPT)
    before: dict[str, Any] = shorten(refs, line, row, until)
    if before and line.text("end_basis") != row.end_basis:
        before["end_basis"], row.end_basis = row.end_basis, line.text("end_basis")
    elif not before and line.text("end_basis") not in ("", row.end_basis):
        raise refs.refuse(
            line, "end_basis", f"登记的是“{row.end_basis or '空'}”，表里不同", "免职依据与止日一起登记，以后不再改"
        )
    return changed(line, row, before, label=label)


def _term(refs: References, line: Line, body: Organisation, start: date) -> Term | None:
    number = line["term"]
    if number is None:
        return None
    term = refs.world.terms.get((id(body), number))
    if term is None:
        raise refs.refuse(line, "term", f"“{body.name}”没有登记第 {number} 届", "请先在“届次”表里写上，或留空")
    if not overlap(term, start, date.fromordinal(start.toordinal() + 1)):
        what = f"{start} 不在第 {number} 届之内（{term.during.lower} 至 {term.during.upper or '今'}）"
        raise refs.refuse(line, "start", what, "请核对届次和起日")
    return term


def _made(line: Line, person: Person, post: Post, term: Term | None, period: tuple[date, date | None]) -> Appointment:
    nature = line["nature"] or Nature.FULL_TIME
    return Appointment(
        person=person,
        post=post,
        term=term,
        nature=nature,
        seat=None if nature == Nature.ACTING else line["seat"],
        chosen=line["chosen"] or (Chosen.ELECTED if term is not None else Chosen.APPOINTED),
        during=between(*period),
        basis=line.text("basis"),
        end_basis=line.text("end_basis"),
    )


def _seat(refs: References, item: Item) -> None:
    row, line = item.row, item.line
    if row.nature == Nature.ACTING:
        return
    period = (row.during.lower, row.during.upper)
    others = [one for one in refs.world.holders[id(row.post)] if one is not row and overlap(one, *period)]
    taken = {one.seat: one for one in others if one.seat is not None}
    seats = row.post.seats
    if row.seat is None:
        row.seat = next((seat for seat in range(1, seats + 1) if seat not in taken), None)
        if row.seat is None:
            names = "、".join(one.person.name for one in list(taken.values())[:3])
            what = f"“{row.post}”的 {seats} 个席位在这段时间都有人（{names}）"
            refs.wrong(line, "post", what, "请先写上原任的止日，或以代理登记，或增加职数")
    elif not 1 <= row.seat <= seats:
        refs.wrong(line, "seat", f"席位 {row.seat} 超出了职数 {seats}", "请核对席位，或先改“岗位”表的职数")
    elif row.seat in taken:
        name = taken[row.seat].person.name
        refs.wrong(line, "seat", f"席位 {row.seat} 在这段时间由{name}担任", "请换一个席位、留空，或先写上原任的止日")


def _compatible(refs: References, item: Item) -> None:
    row = item.row
    rules = {rule.other.value: rule for rule in incompatible.against(row.post.kind)}
    for person in [row.person, *refs.world.kin.get(id(row.person), [])] if rules else ():
        for other in refs.world.held.get(id(person), []):
            rule = rules.get(other.post.kind)
            if rule is not None and (person is row.person or rule.kin) and _meet(rule, row, other):
                whose = row.person.name if person is row.person else f"{row.person.name}的近亲属{person.name}"
                what = f"{whose}在这段时间任“{other.post}”，不得兼任“{row.post}”。{rule.article}"
                refs.wrong(item.line, "post", what, "请换人，或先写上那个任职的止日")
                return


def _meet(rule: incompatible.Rule, row: Appointment, other: Appointment) -> bool:
    apart = rule.same_division and other.post.division_id != row.post.division_id
    return other is not row and not apart and overlap(other, row.during.lower, row.during.upper)


def _holders_fit(refs: References, item: Item) -> None:
    post = item.row
    for one in refs.world.holders[id(post)]:
        if post.during.upper and (one.during.upper is None or one.during.upper > post.during.upper):
            what = f"{one.person.name}的任期超出岗位的止日 {post.during.upper}"
            refs.wrong(item.line, "until", what, "请先在“任职”表里写上他的止日")
            return
        if one.seat is not None and one.seat > post.seats:
            what = f"席位 {one.seat} 有人（{one.person.name}），职数不能减到 {post.seats}"
            refs.wrong(item.line, "seats", what, "请先在“任职”表里写上他的止日")
            return
