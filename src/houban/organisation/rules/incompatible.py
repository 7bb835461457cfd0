"""Which posts one person may not hold together, and why; some exclude close kin too.

Sources: 《中华人民共和国村民委员会组织法》第三十二条；《中华人民共和国农村集体经济组织法》第三十四条；三员分立 as in
GB/T 22239-2019, 8.1.5 (system, security and audit administration are kept apart).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations, product

from houban.organisation.powers import PostKind as K

COMMITTEES = "《村民委员会组织法》第三十二条：村民委员会成员及其近亲属不得担任村务监督机构成员"
COOPERATIVES = "《农村集体经济组织法》第三十四条：理事会成员、财务人员及其近亲属不得担任监事"
ADMINISTRATORS = "三员分立（GB/T 22239-2019）：系统、安全、审计管理员须由三人分任"


@dataclass(frozen=True)
class Rule:
    """Holders of one kind may not hold the other: in the same division or anywhere, and neither may their kin."""

    one: K
    other: K
    same_division: bool
    kin: bool
    article: str


def _both(ones: Iterable[K], others: Iterable[K], article: str) -> list[Rule]:
    pairs = product(ones, others)
    return [
        Rule(*pair, same_division=True, kin=True, article=article)
        for one, other in pairs
        for pair in ((one, other), (other, one))
    ]


RULES: tuple[Rule, ...] = (
    *_both((K.DIRECTOR, K.COMMITTEE_MEMBER), (K.SUPERVISION_HEAD, K.SUPERVISION_MEMBER), COMMITTEES),
    *_both((K.COOPERATIVE_HEAD, K.COUNCIL_MEMBER, K.ACCOUNTANT), (K.SUPERVISOR,), COOPERATIVES),
    *(
        Rule(one, other, same_division=False, kin=False, article=ADMINISTRATORS)
        for one, other in permutations((K.SYSTEM_ADMINISTRATOR, K.SECURITY_ADMINISTRATOR, K.AUDIT_ADMINISTRATOR), 2)
    ),
)


def rows() -> set[tuple[str, str, bool, bool, str]]:
    """Return the rules as the database keeps them."""
    return {(rule.one.value, rule.other.value, rule.same_division, rule.kin, rule.article) for rule in RULES}


def against(kind: str) -> list[Rule]:
    """Return the rules that keep holders of a kind from other posts."""
    return [rule for rule in RULES if rule.one == kind]
