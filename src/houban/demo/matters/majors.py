"""Major matters of the last weeks, each as a chain of reports: the first, those that follow, the last."""

from __future__ import annotations

from datetime import timedelta

from houban.demo.matters.life import Event, Life
from houban.matters.models import Matter
from houban.matters.rules import table
from houban.matters.rules.outcome import Given
from houban.matters.words import Channel, Level, State, Verb

MAJORS = (
    (
        "山洪漫过低水位桥，两岸交通中断", 19, "桥面水深约 0.6 米，已拉警戒线，无人员被困",
        ("水位上涨 0.3 米，转移沿岸 6 户 17 人到村委会", "雨停，水位回落 0.8 米，群众情绪稳定"),
        "桥面清淤后恢复通行，无伤亡",
    ),
    (
        "学校食堂 11 名学生腹泻", 8, "已送镇卫生院，症状轻，食堂留样封存",
        ("全部学生症状缓解，9 人已离院；区疾控到场采样",), "检测为诺如病毒，全校消毒，学生全部返校",
    ),
    (
        "滑坡裂缝扩大，威胁坡下 4 户", 2, "裂缝长约 30 米，已全部转移，设人值守",
        ("自然资源部门到场，裂缝 24 小时扩大 4 厘米",), "",
    ),
)  # fmt: skip


def drawn(life: Life) -> list[Event]:
    """Return the chains; the newest is not at its end yet."""
    return [_chain(life, *one) for one in MAJORS]


def _chain(life: Life, title: str, days: int, first: str, news: tuple[str, ...], last: str) -> Event:
    village, town = life.chance.choice(life.places)
    at = life.until - timedelta(days=days, hours=life.chance.randrange(4))
    committee, organ = life.duties.committees[village], life.duties.organs[town]
    matter = Matter(
        id=life.new_id(at), kind="major", title=title, text=first, channel=Channel.GRID, unit_id=village, urgent=True,
        reported_at=at, recorded_at=life.at,
    )  # fmt: skip
    event = Event(matter, village, town, life.chance.choice(life.kinds), at)
    kind = table.kind("major")
    given = Given(level=Level.TOWN, receiver=organ.pk, limit=kind.filing)
    life.by(event, Verb.REPORT, State.REPORTED, committee, "handle", given=given, minutes=(1, 4), text=first)
    matter.reporter = event.steps[0].person
    again = Given(limit=kind.following)
    life.by(event, Verb.FILE, State.FILED, organ, "dispatch", given=again, minutes=(5, 60))
    for text in news:
        life.by(event, Verb.FOLLOW, State.FILED, organ, "dispatch", given=again, minutes=(300, 1300), text=text)
    if last:
        life.by(event, Verb.CLOSE, State.CLOSED, organ, "dispatch", minutes=(600, 1300), text=last)
    return event
