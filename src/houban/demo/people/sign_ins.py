"""Whom the sign-in page of the demonstration offers: one for each typical post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from houban.accounts.models import User
from houban.demo.people.roll import Roll
from houban.organisation.models import Appointment


@dataclass(frozen=True)
class SignIn:
    """Somebody the sign-in page offers, found by the post."""

    username: str
    name: str
    organisation: str
    title: str
    role: str = ""

    @property
    def label(self) -> str:
        """Return what the sign-in page says of them."""
        return self.role or f"{self.organisation} {self.title}"


SIGN_INS = (
    SignIn("songke", "宋可", "区后半篇办", "主任"),
    SignIn("zhoumin", "周敏", "区后半篇办", "区划岗"),
    SignIn("heyuan", "何远", "大安区县级领导班子", "区委常委", "县级领导 分片督战"),
    SignIn("tangyi", "唐忆", "区委组织部", "组织人事岗"),
    SignIn("fangwen", "方稳", "区委编办", "机构编制岗"),
    SignIn("dengxiu", "邓秀", "区农业农村局", "集体经济岗"),
    SignIn("chenli", "陈立", "区交通运输局", "联络员"),
    SignIn("yanping", "晏坪", "牛佛镇人民政府", "镇长"),
    SignIn("lanxin", "蓝欣", "牛佛镇人民政府", "组织人事岗"),
    SignIn("luoqiang", "罗强", "牛佛镇人民政府", "平台调度岗"),
    SignIn("zengtian", "曾田", "牛佛镇张寺村党支部", "书记", "张寺村 书记、主任、理事长（三职一肩挑）"),
    SignIn("niumin", "牛敏", "王爷庙社区网格", "网格员"),
    SignIn("youhang", "游航", "牛佛镇张寺村村民委员会", "兼职委员（民警）", "牛佛派出所 民警、张寺村兼职委员"),
    SignIn("jianning", "简宁", "区后半篇平台管理组", "系统管理员"),
    SignIn("yuqing", "喻青", "区后半篇平台管理组", "安全管理员"),
    SignIn("lianda", "练达", "区后半篇平台管理组", "审计管理员"),
)
NAMES = tuple(one.name for one in SIGN_INS)


class NoSuchPostError(LookupError):
    """Nobody holds the post that a sign-in is for."""


def load(roll: Roll, today: date) -> None:
    """Give each the name and an account; whoever holds the post today bears them."""
    held: dict[tuple[str, str], Appointment] = {}
    for one in roll.of(Appointment):
        if one.during.lower <= today and (one.during.upper is None or today < one.during.upper):
            held.setdefault((one.post.organisation.name, one.post.title), one)
    for sign_in in SIGN_INS:
        appointment = held.get((sign_in.organisation, sign_in.title))
        if appointment is None:
            raise NoSuchPostError(sign_in.label)
        user = User.objects.create_user(sign_in.username, name=sign_in.name, demonstration_role=sign_in.label)
        person = appointment.person
        person.name, person.account = sign_in.name, user
