"""Why a verb can't be taken, in one Chinese sentence."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houban.matters.models import Step
from houban.matters.words import State, Verb

REASONS: dict[str, str | Promise] = {
    "state": _("事项现在是“%(state)s”，不能%(verb)s。请刷新页面，看它走到了哪一步。"),
    "who": _("您今天的岗位不能%(verb)s这件事项。能办的是：%(who)s。"),
    "before_due": _("已经过了到期时间，不能再%(verb)s。请尽快办结，并在说明里写明原因。"),
    "not_paused": _("事项正在挂账，不能%(verb)s。请先恢复办理。"),
    "paused": _("事项没有挂账，不用恢复。"),
    "extensions_left": _("已经延期两次，不能再延。请尽快办结，或由受理机构上报。"),
    "pauses_left": _("已经挂账一次，不能再挂。请尽快办结。"),
    "appeals_left": _("结案后只能申诉一次，已经申诉过了。"),
    "not_returned": _("本机构已经退回过一次，不能再退。有异议请写在申请里，由受理机构决定。"),
    "level_above": _("已经在县一级，没有更上一级可报。"),
    "lowest_level": _("只有村（社区）一级的事项可以现场办结。请按流程派遣。"),
    "sampled": _("这件没有抽到复查，不用抽查。"),
    "not_rated": _("已经评价过了。"),
    "not_merged": _("这件已并入另一件，请去那一件上重开。"),
    "twin_stands": _("不能并入它自己，也不能并入已并走的事项。请改填最后并入的那一件。"),
    "merged": _("这件没有并入别的事项，不用撤销合并。"),
    "parts_closed": _("拆出的事项还没有都办结，请先办结它们。"),
    "moved_on": _("事项刚被别人办过一步，您的没有登记。请刷新页面再看。"),
}
MISSING: dict[str, str | Promise] = {
    "text": _("请写明情况或原因。"),
    "holder": _("请选承办机构。"),
    "type": _("请选事项类型和立案条件。"),
    "evidence": _("缺 %(n)s 张处置后的照片，立案条件要求附上。"),
    "twin": _("请写明并入哪一件（事项编号）。"),
    "amount": _("请写延长多少。"),
    "rating": _("请选一至五的满意度。"),
    "people": _("请写明当事人，一行一人：姓名，空一格，电话（可不写）。"),
    "result": _("请选调解结果。"),
    "parts": _("请写两行以上，一行一件。"),
    "wish": _("请选申请什么：延期、挂账还是协助。"),
}


class RefusedError(Exception):
    """A verb can't be taken; the text is the sentence for the person."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def refused(reason: str, *, verb: str, state: str = "", who: str = "", n: int = 0) -> RefusedError:
    """Return the refusal for a reason, as an error to raise."""
    text = str({**REASONS, **MISSING}[reason])
    return RefusedError(reason, text % {"verb": Verb(verb).label, "state": state, "who": who, "n": n})


def overtaken(first: Step) -> RefusedError:
    """Return the refusal of whoever comes second: who came first with what, and how the matter stands now."""
    who = f"{first.post} {first.person.name if first.person else ''}".strip() or _("系统")
    said = _("%(who)s已先办了“%(verb)s”，事项现在是“%(state)s”，您的没有登记。请刷新页面再看。")
    words = {"who": who, "verb": Verb(first.verb).label, "state": State(first.ends).label}
    return RefusedError("moved_on", str(said) % words)


def cannot_say() -> RefusedError:
    """Return the refusal of a comment that says nothing or too much."""
    return RefusedError("text", str(_("请写评论，至多 500 字。")))


def cannot_mention() -> RefusedError:
    """Return the refusal of a mention."""
    return RefusedError("mention", str(_("提到的人今天不在事项所涉机构任职，或无权看这件事项。请刷新页面重选。")))


def not_for_you() -> RefusedError:
    """Return the refusal of whoever would open a dispute's parties and does not deal with it."""
    said = _("当事人姓名只有今天受理和承办这件纠纷的人能看、能改；结案满 90 天后已经销毁。")
    return RefusedError("parties", str(said))


def order_is_accepted() -> RefusedError:
    """Return the refusal of changing an order that is being worked on."""
    return RefusedError("accepted", str(_("承办机构已经接办，督办单不能再改。要改要求，请撤销后另开一张。")))
