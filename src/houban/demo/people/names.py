"""Invented names as Sichuan has them; whoever really bears one does so by chance."""

from __future__ import annotations

import random
from collections.abc import Collection

SURNAMES = (
    "李王张刘陈杨周黄罗曾邓何林胡廖钟郭谢唐徐",
    "吴赵朱宋余彭蒋叶肖袁冯董程曹潘夏范卢赖邱",
    "龚游龙蓝缪甘易毛温祝晏阮华兰宁简代税喻倪牟向兴雍",
)
WEIGHTS = (6, 3, 1)
MEN = (
    "世代仕传光兆先天开廷应德方成显朝本正永治泰洪祥绍继联荣远道长顺学",
    "云仓勋友发堂奎平彬忠才松柏根模水波洲源福禄章能豪轩锋银镜鹏",
)
WOMEN = ("世素淑碧玉秀春晓月明雪正天利永先润代", "芳英琼珍蓉群莲容惠华梅香菊萍玲霞燕会娟")


class Names:
    """Draws names, each once."""

    def __init__(self, chance: random.Random, *, taken: Collection[str]) -> None:
        self.chance = chance
        self.used = set(taken)
        letters = [(letter, weight) for part, weight in zip(SURNAMES, WEIGHTS, strict=True) for letter in part]
        self.surnames = [letter for letter, _ in letters]
        self.weights = [weight for _, weight in letters]

    def draw(self, *, woman: bool) -> str:
        """Return a name nobody has yet."""
        first, second = WOMEN if woman else MEN
        while True:
            surname = self.chance.choices(self.surnames, self.weights)[0]
            name = surname + self.chance.choice(first) + self.chance.choice(second)
            if name not in self.used and len(set(name)) == len(name):
                self.used.add(name)
                return name
