"""How alike two names are once what every name of their kind ends with is taken off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

COMMITTEE = re.compile(r"(?:村民委员会|居民委员会|村委会|居委会)$")
PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|"
    "柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|"
    "塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
UNIT = re.compile(rf"(?:街道办事处|地区办事处|办事处|社区|街道|地区|村|镇|(?:(?:{PEOPLES})族)*乡)$")
SHORTEST = 2

# Written one way on one list and another way on the next; each group stands for its first.
VARIANTS = (
    "垭丫亚",
    "坝垻埧",
    "湾弯塆",
    "岩崖",
    "寨砦",
    "坪坪",
    "溪谿",
    "峰峯",
    "沟勾",
    "圩墟",
    "磨蘑",
    "井阱",
    "锡钖",
    "堰埝",
)
SAME = str.maketrans({other: group[0] for group in VARIANTS for other in group[1:]})
# One character of these kinds tells neighbours apart, so names that differ in it alone are two places.
TELLING = set("一二三四五六七八九十东南西北中上下前后左右内外大小新老旧")
PARTS = 3


@lru_cache(maxsize=1 << 17)
def stem(name: str) -> str:
    """Take off committee and kind: 龙凼村委会, 龙凼村 and 龙凼社区居委会 are all 龙凼."""
    bare = COMMITTEE.sub("", name)
    short = UNIT.sub("", bare)
    if len(short) >= SHORTEST:
        return short
    return bare if len(bare) >= SHORTEST else short or name


def alike(one: str, other: str) -> float:
    """Return how alike two stems are: 1 for variants of the same characters, 0 where only a telling one differs."""
    one, other = one.translate(SAME), other.translate(SAME)
    if one == other:
        return 1.0
    if 2 * len(set(one) & set(other)) < min(len(one), len(other)):
        return 0.0
    if len(one) == len(other):
        differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        if len(differing) == 1 and set(differing[0]) <= TELLING:
            return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def parts(target: str, sources: Sequence[str]) -> dict[str, int]:
    """Return the stems a compound takes its characters from, each with how many could have given the same piece.

    The compound is cut into two or three pieces; each must lie in a different stem. Only the cut that leaves least
    to choose counts. Empty where no cut has a giver for every piece.
    """
    best: dict[str, int] = {}
    for pieces in _cuts(target):
        givers = [[source for source in sources if piece in source and source != target] for piece in pieces]
        if not all(givers) or len({source for group in givers for source in group}) < len(pieces):
            continue
        found = {source: len(group) for group in givers for source in group}
        if not best or max(found.values()) < max(best.values()):
            best = found
    return best


def gives_a_piece(source: str, target: str) -> bool:
    """Tell whether a compound begins or ends with the beginning of a name, which alone is weak."""
    return len(target) >= SHORTEST and source != target and source[:1] in (target[:1], target[-1:])


def _cuts(target: str) -> list[list[str]]:
    length = len(target)
    if not SHORTEST <= length <= 2 * SHORTEST:
        return []
    cuts = [[target[:at], target[at:]] for at in range(1, length)]
    return [*cuts, list(target)] if length == PARTS else cuts
