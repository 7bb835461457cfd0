"""Supervision orders of the last weeks: about events that run late, and alone; in every state an order can be in."""

from __future__ import annotations

from datetime import datetime, timedelta

from houban.demo.matters.life import Event, Life
from houban.matters.models import Matter, Order, Step
from houban.matters.rules.outcome import Given
from houban.matters.words import OPEN, Channel, Grade, Level, State, Verb

MOST_LATE = 8
ALONE = (
    (
        "汛期山坪塘隐患整改",
        "7 月 10 日前逐塘排查，一塘一档，隐患当日转移到位",
        "区防汛指挥部第 3 次会议纪要（示范）",
        16,
        "judged",
    ),
    ("农村集中式供水水质检测", "检测不合格的水厂限期整改，每周五报进度", "区长批示（示范）", 12, "accepted"),
    ("场镇占道经营集中整治", "逢场日派人值守，拿出长效办法", "", 9, "answered"),
    ("村级便民服务站挂牌不规范", "按统一式样更换，旧牌收回", "督查通报第 5 期（示范）", 5, "issued"),
    ("闲置校舍安全", "封闭危房，设警示牌，报盘活方案", "区委专题会议纪要（示范）", 2, "sent back"),
)
DEMANDS = ("三个工作日内办结并回复", "查明超时原因，今天派人到现场", "与相邻机构会商，明确由谁办", "办结后附照片回复")


def about_late(life: Life, events: list[Event]) -> list[Event]:
    """Issue an order about each of some events that are late now; the event says so in a step of its own."""
    late = [one for one in events if one.state in OPEN and one.stand.due is not None and one.stand.due < life.until]
    found = []
    for event in late[-MOST_LATE:]:
        event.now = min(max(event.now, event.stand.due or event.now), life.until - timedelta(hours=5))
        demand = life.chance.choice(DEMANDS)
        issuer = life.duties.fallback
        life.by(event, Verb.SUPERVISE, State(event.state), issuer, "supervise", minutes=(10, 200), text=demand)
        if event.steps[-1].verb == Verb.SUPERVISE:
            found.append(_order(life, event, demand))
    return found


def alone(life: Life) -> list[Event]:
    """Issue the orders that are about no event."""
    found = []
    for title, demand, basis, days, fate in ALONE:
        village, town = life.chance.choice(life.places)
        at = life.until - timedelta(days=days, hours=life.chance.randrange(6))
        matter = _matter(life, title, demand, village, at)
        order = Event(matter, village, town, life.chance.choice(life.kinds), at)
        matter.order = Order(matter=matter, grade=life.chance.choice(Grade.values), basis=basis, demand=demand)
        found.append(_played(life, order, days=3, fate=fate))
    return found


def _order(life: Life, event: Event, demand: str) -> Event:
    step = event.steps[-1]
    matter = _matter(life, event.matter.title, demand, event.village, step.happened_at)
    matter.parent = event.matter
    matter.order = Order(matter=matter, grade=life.chance.choice(Grade.values), basis="", demand=demand)
    order = Event(matter, event.village, event.town, event.kind, step.happened_at)
    return _played(life, order, days=2, fate="judged")


def _matter(life: Life, title: str, demand: str, village: int, at: datetime) -> Matter:
    return Matter(
        id=life.new_id(at), kind="supervision", title=title, text=demand, channel=Channel.INTERNAL, unit_id=village,
        reported_at=at, recorded_at=life.at,
    )  # fmt: skip


def _played(life: Life, order: Event, *, days: int, fate: str) -> Event:
    """Issue an order, let its holder accept and answer it, and its issuer judge the answer, as far as its fate goes."""
    issuer, holder = life.duties.fallback, life.duties.organs[order.town]
    due = life.in_hours(order.now + timedelta(days=days))
    given = Given(level=Level.TOWN, receiver=issuer.pk, holder=holder.pk, due=due)
    said = order.matter.text
    life.by(order, Verb.REPORT, State.DISPATCHED, issuer, "supervise", given=given, minutes=(1, 5), text=said)
    order.matter.reporter = order.steps[0].person
    if fate == "issued":
        return order
    life.by(order, Verb.ACCEPT, State.HANDLING, holder, "handle", minutes=(20, 300))
    if fate == "accepted":
        return order
    life.by(order, Verb.SUBMIT, State.VERIFYING, holder, "handle", minutes=(300, 900), text="已办理，情况附后")
    if fate == "sent back":
        said = "没有说明原因，请补充"
        life.by(order, Verb.SEND_BACK, State.HANDLING, issuer, "supervise", minutes=(60, 300), text=said)
    elif fate == "judged":
        life.by(order, Verb.VERIFY, State.CLOSED, issuer, "supervise", minutes=(60, 2500), text="已办结")
    return order


def write(orders: list[Event]) -> int:
    """Write the orders with their steps; return how many."""
    Matter.objects.bulk_create([one.matter for one in orders])
    Order.objects.bulk_create([one.matter.order for one in orders])
    Step.objects.bulk_create([step for one in orders for step in one.steps])
    return len(orders)
