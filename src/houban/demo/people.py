"""The demonstration's people, with their posts: invented names in offices that every county has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from houban.accounts.models import User
from houban.core.record import Actor
from houban.divisions import register
from houban.organisation.actions import appointments, organisations, people
from houban.organisation.actions.administrators import give_account
from houban.organisation.actions.appointments import Terms
from houban.organisation.models import Organisation
from houban.organisation.powers import PostKind as P
from houban.organisation.words import OrganisationKind as O

SINCE = date(2020, 9, 1)


@dataclass(frozen=True)
class SignIn:
    """Somebody the sign-in page offers."""

    username: str
    name: str
    organisation: str
    kind: O
    post: P
    title: str
    place: str = ""


SIGN_INS = (
    SignIn("zhoumin", "周敏", "区后半篇办", O.TASK_FORCE, P.REGISTER_CLERK, "区划岗"),
    SignIn("heyuan", "何远", "大安区县级领导班子", O.COUNTY_LEADERS, P.COUNTY_LEADER, "分片领导"),
    SignIn("luoqiang", "罗强", "牛佛镇人民政府", O.TOWN, P.DISPATCHER, "平台调度岗", "牛佛镇"),
    SignIn("niumin", "牛敏", "王爷庙社区网格", O.GRID, P.GRID_WORKER, "网格员", "王爷庙社区"),
    SignIn("dengxiu", "邓秀", "区农业农村局", O.GOVERNMENT, P.STAFF, "集体经济岗"),
    SignIn("chenli", "陈立", "区交通运输局", O.GOVERNMENT, P.LIAISON, "联络员"),
)


def load(today: date, *, by: Actor, at: datetime) -> None:
    """Give each sign-in an account, a person, and a post over its place."""
    county = register.county()
    for one in SIGN_INS:
        place = register.find(one.place, today)[0].division_id if one.place else county
        body = Organisation.objects.filter(name=one.organisation).first() or organisations.found(
            one.organisation, one.kind, start=SINCE, division=place, by=by, at=at
        )
        post = organisations.establish_post(body, one.post, title=one.title, start=SINCE, by=by, at=at)
        person = people.enter(one.name, unit=place, by=by, at=at)
        appointments.appoint(person, post, Terms(start=SINCE), by=by, at=at)
        role = f"{one.organisation} {one.title}"
        give_account(person, User.objects.create_user(one.username, name=one.name, demonstration_role=role))
