"""Results of elections: a row for each of the elected, many bodies in one file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from houban.core.problems import Collector
from houban.organisation.actions.elections import Elected, Held
from houban.organisation.models import Appointment, Organisation, Person, Post, Term
from houban.organisation.powers import PostKind
from houban.organisation.rosters import book, world
from houban.organisation.rosters.book import Book
from houban.organisation.rosters.cells import Line, label
from houban.organisation.rosters.references import References, Skip
from houban.organisation.rosters.sheets import Column, Kind, SheetSpec
from houban.organisation.rules import terms
from houban.organisation.words import Chosen, Nature

COMMITTEE, VILLAGE = "龙凼村村民委员会", "510304104205"
RESULTS = SheetSpec(
    "换届结果",
    (
        Column("机构", "organisation", required=True, most=80),
        Column("机构区划代码", "organisation_code", Kind.CODE),
        Column("届次", "number", Kind.NUMBER, required=True),
        Column("选举日", "on", Kind.DAY, required=True),
        Column("岗位", "post", required=True, most=60),
        Column("姓名", "name", required=True, most=40),
        Column("区分", "distinction", most=40),
        Column("性质", "nature", words=Nature),
        Column("席位", "seat", Kind.NUMBER),
        Column("新登记", "new", Kind.YES),
        Column("任期届满日", "until", Kind.DAY),
        Column("当选公告", "document"),
    ),
    (
        (COMMITTEE, VILLAGE, 11, "2021-01-10", "主任", "张示例", "", "专职", "", "", "", "示例公告 1 号"),
        (COMMITTEE, VILLAGE, 11, "2021-01-10", "委员", "李示例", "二组", "兼职", "", "是", "", "示例公告 1 号"),
    ),
)


@dataclass(frozen=True)
class Row:
    """One of the elected, with the row that says so."""

    line: Line
    elected: Elected
    known: bool


@dataclass
class Body:
    """What the file says of one body's election."""

    organisation: Organisation
    number: int
    on: date
    until: date | None
    document: str
    term: Term | None
    rows: list[Row] = field(default_factory=list)
    held: Held | None = None

    @property
    def new(self) -> tuple[Row, ...]:
        """Return the rows that are not registered yet."""
        return tuple(row for row in self.rows if not row.known)

    @property
    def line(self) -> Line:
        """Return the first row of the body."""
        return self.rows[0].line


@dataclass
class Plan:
    """What a file of results would do, body by body."""

    book: Book
    bodies: list[Body]
    entered: list[Person]

    @property
    def active(self) -> list[Body]:
        """Return the bodies in which something happens."""
        return [body for body in self.bodies if body.new]

    @property
    def begun(self) -> int:
        """Count the appointments that begin."""
        return sum(len(body.new) for body in self.bodies)

    @property
    def known(self) -> int:
        """Count the rows that are registered already."""
        return sum(len(body.rows) for body in self.bodies) - self.begun

    @property
    def digest(self) -> str:
        """Return a digest of what will happen, so that it can be told whether it is still what was shown."""
        rows = [
            (body.organisation.pk, body.number, [row.line.number for row in body.new], sorted(leaving(body)))
            for body in self.active
        ]
        return sha256(json.dumps([self.book.digest, rows]).encode()).hexdigest()


def leaving(body: Body) -> list[int]:
    """Return the appointments that the election ends, once it has been held or rehearsed."""
    return [one.pk for one in body.held.ended] if body.held else []


def read(file: BinaryIO | Path, *, name: str, on: date) -> Plan:
    """Read a file of results; raise `Problems` with every bad row."""
    return plan(book.read(file, name=name, on=on, specs=(RESULTS,)))


def of_lines(lines: list[Line], *, on: date) -> Plan:
    """Plan rows that were typed into a form."""
    return plan(Book("", "", on, Collector(file=""), {RESULTS.title: lines}))


def plan(read: Book) -> Plan:
    """Work out what results would do; raise `Problems` with every bad row."""
    refs = References(read, world.load(read.on))
    bodies: dict[tuple[int, int], Body] = {}
    made = Plan(read, [], [])
    refs.each(read.of(RESULTS), lambda line: _row(refs, made, bodies, line))
    made.bodies.extend(bodies.values())
    read.problems.raise_any()
    return made


def _row(refs: References, made: Plan, bodies: dict[tuple[int, int], Body], line: Line) -> None:
    number, on = refs.need(line, "number", "on")
    organisation = refs.organisation(line, "organisation", "organisation_code", start=on)
    post = refs.post(line, organisation, start=on)
    if post.kind not in terms.ELECTED:
        kind = label(PostKind, post.kind)
        raise refs.refuse(line, "post", f"“{post.title}”（{kind}）不是选举产生的岗位", "请在花名册的“任职”表里登记")
    person = _newcomer(refs, made, line, organisation) if line["new"] else refs.person(line)
    body = _body(refs, bodies, line, organisation)
    refs.once(line, id(person), id(post), number)
    elected = Elected(person, post, line["nature"] or Nature.FULL_TIME, line["seat"])
    held = refs.world.held.get(id(person), [])
    body.rows.append(Row(line, elected, known=any(_is(one, body, post, on) for one in held)))


def _is(one: Appointment, body: Body, post: Post, on: date) -> bool:
    registered = body.term is not None and one.term_id == body.term.pk
    return registered and one.post is post and one.chosen == Chosen.ELECTED and one.during.lower == on


def _newcomer(refs: References, made: Plan, line: Line, organisation: Organisation) -> Person:
    name, distinction = line.text("name"), line.text("distinction")
    if not name:
        raise Skip
    named = refs.world.people[name]
    for one in named:
        if one.distinction == distinction and one.unit_id == organisation.division_id:
            return one
    if any(one.distinction == distinction for one in named):
        what = f"要新登记的“{name}”与已登记的一人同名"
        raise refs.refuse(line, "distinction", what, "是同一人的，“新登记”留空；是另一人的，请写明区分")
    person = Person(name=name, distinction=distinction, unit_id=organisation.division_id)
    named.append(person)
    made.entered.append(person)
    return person


def _body(refs: References, bodies: dict[tuple[int, int], Body], line: Line, organisation: Organisation) -> Body:
    number, on = line["number"], line["on"]
    body = bodies.get((id(organisation), number))
    if body is None:
        term = refs.world.terms.get((id(organisation), number))
        body = Body(organisation, number, on, line["until"], line.text("document"), term)
        bodies[id(organisation), number] = body
        if term is not None and on < term.elected_on:
            what = f"第 {number} 届的选举日登记为 {term.elected_on}"
            raise refs.refuse(line, "on", what, "请核对；补选写补选当天")
    elif body.on != on:
        what = f"与第 {body.line.number if body.rows else '?'} 行的选举日 {body.on} 不同"
        raise refs.refuse(line, "on", what, "同一届一次登记一个选举日；补选另用一份表")
    return body
