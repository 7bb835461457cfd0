"""Numbers that people, organisations and telephones are known by: what is wrong with one, and how it is shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

DIGITS = "0123456789"
IDENTITY_CHECKS = DIGITS + "X"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LOOKALIKES = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
LENGTH = 18
CREDIT_PLACE = range(2, 8)
OLDEST = 150
PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9")
IDENTITY = re.compile(r"\d{17}[\dX]", re.ASCII)
MOBILE = re.compile(r"(?:(?:\+|00)?86)?0?(1[3-9]\d{9})", re.ASCII)
LANDLINE = re.compile(
    r"(?:(?:\+|00)?86-?0?-?|0)(?:(10|2\d)-?([2-9]\d{7})|([3-9]\d\d)-?([2-9]\d{6,7}))"
    r"(?:(?:-|#|转|分机|EXT\.?)+(\d{1,6}))?",
    re.ASCII,
)


def plain(text: str) -> str:
    """Return a text as it is compared: half-width, in capitals, without blanks and invisible characters."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if unicodedata.category(c)[0] not in "ZC").upper()


def identity_check(body: str) -> str:
    """Return the check character of 17 digits: ISO 7064 MOD 11-2, as GB 11643-1999 applies it (recursive method)."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return IDENTITY_CHECKS[(1 - remainder) % 11]


def identity_problem(text: str, *, on: date) -> str | None:
    """Say what is wrong with a citizen identity number (GB 11643-1999) on a day, and how to mend it.

    The numbers of residence permits (81, 82, 83) and of foreigners' permanent residence cards of 2023 (9 first) have
    the same frame and pass. The last character is never given away: whoever sees it would change it, not the mistake.
    """
    number = plain(text)
    name = _("公民身份号码")
    return (
        _wrong_length(number, name)
        or _wrong_identity_character(number)
        or _wrong_place(number)
        or _wrong_birth(number, on)
        or _wrong_check(number, identity_check)
    )


def credit_check(body: str) -> str:
    """Return the check character of 17 others: weights 3^(i-1) and modulus 31, GB 32100-2015 (GB/T 17710)."""
    total = sum(CREDIT_ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(body))
    return CREDIT_ALPHABET[-total % 31]


def credit_problem(text: str) -> str | None:
    """Say what is wrong with a unified social credit code (GB 32100-2015), and how to mend it.

    Characters 1 and 2 are not held against the list of registering authorities, which has grown since 2015 (N, rural
    collectives, among them). Exchanging characters 1 and 18 goes unnoticed: both weigh 1.
    """
    code = plain(text)
    return (
        _wrong_length(code, _("统一社会信用代码")) or _wrong_credit_character(code) or _wrong_check(code, credit_check)
    )


def phone(text: str) -> str:
    """Return a telephone number in its one form, 13800000000 or 0813-2000000-801; what is none comes back plain.

    Mobile numbers have eleven digits, the second from 3 to 9; area codes are 010, 02x with eight digits after them,
    or 03xx to 09xx with seven or eight (电信网编号计划, 2017).
    """
    number = _dialled(text)
    mobile = MOBILE.fullmatch(number.replace("-", ""))
    if mobile:
        return mobile[1]
    landline = LANDLINE.fullmatch(number)
    if landline:
        metropolis, eight, area, local, extension = landline.groups()
        return "-".join(filter(None, [f"0{metropolis or area}", eight or local, extension]))
    return plain(text)


def phone_problem(text: str) -> str | None:
    """Say what is wrong with a mobile number or a landline with its area code, and how to mend it."""
    number = _dialled(text)
    if not number:
        return _("没有填电话号码，请填手机号码或带区号的座机号码。")
    if MOBILE.fullmatch(number.replace("-", "")) or LANDLINE.fullmatch(number):
        return None
    digits = number.replace("-", "").removeprefix("+86")
    stranger = next((c for c in digits if c not in DIGITS), None)
    if stranger:
        return _("电话号码里有“%(character)s”，请只填数字、连字符和区号。") % {"character": stranger}
    return _wrong_phone(digits)


def masked_identity(text: str) -> str:
    """Return an identity number without its birth date, 510304********0010; anything else is hidden whole."""
    number = plain(text)
    return f"{number[:6]}{'*' * 8}{number[-4:]}" if IDENTITY.fullmatch(number) else _hidden(number)


def masked_phone(text: str) -> str:
    """Return a telephone number without its middle, 138****0000 or 0813-***0000; anything else is hidden whole."""
    number = phone(text)
    if MOBILE.fullmatch(number):
        return f"{number[:3]}****{number[-4:]}"
    if not LANDLINE.fullmatch(number):
        return _hidden(number)
    area, local, *extension = number.split("-")
    return "-".join([area, f"{'*' * (len(local) - 4)}{local[-4:]}", *("*" * len(part) for part in extension)])


def _hidden(text: str) -> str:
    return "*" * len(text)


def _wrong_length(number: str, name: str) -> str | None:
    known = {"name": name, "n": len(number)}
    if not number:
        return _("没有填%(name)s，请对照证件填写。") % known
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", number, re.ASCII):
        return _("%(name)s被表格改成了科学计数，后几位已经丢了，请把这一列设为文本格式，再重新填写。") % known
    if len(number) == LENGTH:
        return None
    if len(number) == 15 and number.isdecimal():
        return _("%(name)s是 15 位的旧号码，请填 18 位的新号码。") % known
    return _("%(name)s应是 18 位，现在是 %(n)s 位，请对照证件核对。") % known


def _wrong_identity_character(number: str) -> str | None:
    for place, character in enumerate(number, start=1):
        allowed = IDENTITY_CHECKS if place == LENGTH else DIGITS
        if character not in allowed:
            known = {"place": place, "character": character}
            if place == LENGTH:
                return _("第 18 位是“%(character)s”，只能是数字或 X，请对照证件核对。") % known
            return _("第 %(place)s 位是“%(character)s”，应是数字，请对照证件核对。") % known
    return None


def _wrong_place(number: str) -> str | None:
    if PROVINCE.match(number):
        return None
    return _("前 2 位“%(province)s”不是省级代码，请对照证件核对前 6 位。") % {"province": number[:2]}


def _wrong_birth(number: str, on: date) -> str | None:
    """Refuse days that are none, days to come, and lives of 150 years: the longest known was 122."""
    written = number[6:14]
    try:
        born = date.fromisoformat(f"{written[:4]}-{written[4:6]}-{written[6:]}")
    except ValueError:
        return _("出生日期“%(day)s”不存在，请对照证件核对第 7 到 14 位。") % {"day": written}
    if born > on:
        return _("出生日期“%(day)s”还没有到，请对照证件核对第 7 到 14 位。") % {"day": written}
    if on.year - born.year > OLDEST:
        return _("出生日期“%(day)s”过早，请对照证件核对第 7 到 10 位。") % {"day": written}
    return None


def _wrong_check(number: str, check: Callable[[str], str]) -> str | None:
    if number[-1] == check(number[:-1]):
        return None
    if number.endswith("000"):
        return _("末位校验码对不上，末三位是 000，多半是表格按数字存过，请把这一列设为文本格式，再重新填写。")
    return _("末位校验码对不上，多半有一位抄错或两位颠倒，请对照证件逐位核对。")


def _wrong_credit_character(code: str) -> str | None:
    for index, character in enumerate(code):
        known = {"place": index + 1, "character": character, "likely": LOOKALIKES.get(character, "")}
        if index in CREDIT_PLACE and character not in DIGITS:
            return _("第 %(place)s 位是“%(character)s”，应是数字，请对照证件核对。") % known
        if character in LOOKALIKES:
            return _("第 %(place)s 位是“%(character)s”，代码不用这个字母，多半是“%(likely)s”，请对照证件核对。") % known
        if character not in CREDIT_ALPHABET:
            return _("第 %(place)s 位是“%(character)s”，应是数字或大写字母，请对照证件核对。") % known
    return None


def _dialled(text: str) -> str:
    """Return a number with one kind of hyphen and no brackets: (0813)200 0000 becomes 0813-2000000."""
    number = plain(re.sub(r"[-‐‑‒–—―−－ー)）.·]+", "-", text)).replace("(", "").replace("（", "")
    return re.sub(r"-+", "-", number).strip("-")


def _wrong_phone(digits: str) -> str:
    known = {"n": len(digits)}
    if digits.startswith("1") and len(digits) == 11:
        return _("手机号码第 2 位应是 3 到 9，请核对。")
    if digits.startswith("1"):
        return _("手机号码应是 11 位，现在是 %(n)s 位，请核对。") % known
    if len(digits) in {7, 8} and not digits.startswith("0"):
        return _("座机号码缺区号，请写成“区号-号码”。")
    return _("这不是手机号码，也不是带区号的座机号码，请核对位数，座机写成“区号-号码”。")
