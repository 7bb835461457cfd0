"""Made-up social credit codes: every check character is right, and no registered body has a number that begins XX."""

from __future__ import annotations

from itertools import count

from houban.core.identifiers import credit_check

COUNTY = "510304"
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
BODY_CHECKS = "0123456789X"
ORGAN, INSTITUTION, SOCIAL = "11", "12", "52"
VILLAGERS, RESIDENTS = "54", "55"
OF_GROUP, OF_VILLAGE = "N1", "N2"


class Codes:
    """Gives numbers out in order."""

    def __init__(self) -> None:
        self.numbers = count(1)

    def draw(self, prefix: str) -> str:
        """Return the next code under a prefix: registering authority and kind of body."""
        number = f"XX{next(self.numbers):06}"
        body = f"{prefix}{COUNTY}{number}{_body_check(number)}"
        return body + credit_check(body)


def _body_check(number: str) -> str:
    """Return the ninth character of an organisation's number (GB 11714, MOD 11)."""
    total = sum((_value(c) * weight for c, weight in zip(number, WEIGHTS, strict=True)))
    return BODY_CHECKS[-total % 11]


def _value(character: str) -> int:
    return int(character) if character.isdigit() else ord(character) - ord("A") + 10
