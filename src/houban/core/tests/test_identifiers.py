"""Identity numbers, social credit codes and telephone numbers; the numbers are the standards' own or made up."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houban.core import identifiers

TODAY = date(2021, 6, 30)
PUBLISHED_IDENTITIES = ["11010519491231002X", "440524188001010014"]  # GB 11643-1999, annex A
PUBLISHED_CREDIT = "91350100M000100Y43"  # GB 32100-2015, the worked example
IDENTITY_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1]
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ASCII = [chr(code) for code in range(33, 127)]

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)
PLACES = st.sampled_from(["110105", "510304", "830000", "956156"])
SERIALS = st.from_regex(r"[0-9]{3}", fullmatch=True)
BODIES = st.builds(lambda place, day, serial: f"{place}{day:%Y%m%d}{serial}", PLACES, DAYS, SERIALS)
IDENTITIES = BODIES.map(lambda body: body + identifiers.identity_check(body))
CREDIT_BODIES = st.from_regex(rf"[{CREDIT_LETTERS}]{{2}}[0-9]{{6}}[{CREDIT_LETTERS}]{{9}}", fullmatch=True)
CREDITS = CREDIT_BODIES.map(lambda body: body + identifiers.credit_check(body))
SPOTS = st.integers(min_value=0, max_value=17)


def identity_by_table(body: str) -> str:
    """Weigh and look up, as annex B of GB 11643-1999 works it out."""
    remainder = sum(int(digit) * weight for digit, weight in zip(body, IDENTITY_WEIGHTS, strict=True)) % 11
    return "10X98765432"[remainder]


def credit_by_trial(body: str) -> str:
    """Try every character until the whole weighs a multiple of 31."""
    values = {letter: value for value, letter in enumerate(CREDIT_LETTERS)}
    fitting = [
        last
        for last in CREDIT_LETTERS
        if sum(values[c] * weight for c, weight in zip(body + last, CREDIT_WEIGHTS, strict=True)) % 31 == 0
    ]
    return "".join(fitting)


def with_character(text: str, spot: int, character: str) -> str:
    return text[:spot] + character + text[spot + 1 :]


def exchanged(text: str, one: int, other: int) -> str:
    return with_character(with_character(text, one, text[other]), other, text[one])


def said(text: str) -> str:
    return identifiers.identity_problem(text, on=TODAY) or ""


@pytest.mark.parametrize("number", PUBLISHED_IDENTITIES)
def test_the_numbers_of_the_standard_are_right(number: str) -> None:
    assert identifiers.identity_problem(number, on=TODAY) is None


@given(BODIES)
def test_the_check_digit_is_that_of_the_standards_table(body: str) -> None:
    assert identifiers.identity_check(body) == identity_by_table(body)


@given(IDENTITIES, SPOTS, st.sampled_from(ASCII))
def test_every_wrong_character_of_an_identity_number_is_caught(number: str, spot: int, character: str) -> None:
    changed = with_character(number, spot, character)

    right = identifiers.plain(changed) == number

    assert (identifiers.identity_problem(changed, on=TODAY) is None) == right


@given(IDENTITIES, SPOTS, SPOTS)
def test_two_exchanged_digits_are_caught_unless_ten_places_apart(number: str, one: int, other: int) -> None:
    changed = exchanged(number, one, other)

    if changed != number and abs(one - other) != 10:
        assert identifiers.identity_problem(changed, on=TODAY) is not None


@given(IDENTITIES)
def test_an_identity_number_may_be_typed_wide_with_blanks_and_a_small_x(number: str) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in number.lower())

    typed = f" {wide[:6]}　{wide[6:14]} \u200b{wide[14:]}\t"

    assert identifiers.plain(typed) == number
    assert identifiers.identity_problem(typed, on=TODAY) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "没有填公民身份号码，请对照证件填写。"),
        ("11010519491231002", "公民身份号码应是 18 位，现在是 17 位，请对照证件核对。"),
        ("110105491231002", "公民身份号码是 15 位的旧号码，请填 18 位的新号码。"),
        (
            "1.10105E+17",
            "公民身份号码被表格改成了科学计数，后几位已经丢了，请把这一列设为文本格式，再重新填写。",
        ),
        ("1101O519491231002X", "第 5 位是“O”，应是数字，请对照证件核对。"),
        ("11010519491231002Y", "第 18 位是“Y”，只能是数字或 X，请对照证件核对。"),
        ("٣1010519491231002X", "第 1 位是“٣”，应是数字，请对照证件核对。"),
        ("01010519491231002X", "前 2 位“01”不是省级代码，请对照证件核对前 6 位。"),
        ("11010519490230002X", "出生日期“19490230”不存在，请对照证件核对第 7 到 14 位。"),
        ("11010520310101002X", "出生日期“20310101”还没有到，请对照证件核对第 7 到 14 位。"),
        ("11010518491231002X", "出生日期“18491231”过早，请对照证件核对第 7 到 10 位。"),
        ("110105194912310020", "末位校验码对不上，多半有一位抄错或两位颠倒，请对照证件逐位核对。"),
        (
            "110105194912310000",
            "末位校验码对不上，末三位是 000，多半是表格按数字存过，请把这一列设为文本格式，再重新填写。",
        ),
    ],
)
def test_what_is_wrong_with_an_identity_number_is_one_sentence(text: str, sentence: str) -> None:
    assert said(text) == sentence


@given(DAYS)
def test_nobody_is_born_tomorrow(day: date) -> None:
    body = f"510304{day:%Y%m%d}001"
    number = body + identifiers.identity_check(body)

    assert identifiers.identity_problem(number, on=day) is None
    assert "还没有到" in (identifiers.identity_problem(number, on=day - timedelta(days=1)) or "")


def test_the_code_of_the_standard_is_right() -> None:
    assert identifiers.credit_problem(PUBLISHED_CREDIT) is None


@given(CREDIT_BODIES)
def test_the_check_character_is_the_one_that_makes_a_multiple_of_31(body: str) -> None:
    assert identifiers.credit_check(body) == credit_by_trial(body)


@given(CREDITS, SPOTS, st.sampled_from(ASCII))
def test_every_wrong_character_of_a_credit_code_is_caught(code: str, spot: int, character: str) -> None:
    changed = with_character(code, spot, character)

    right = identifiers.plain(changed) == code

    assert (identifiers.credit_problem(changed) is None) == right


@given(CREDITS)
def test_any_two_exchanged_characters_are_caught_but_the_first_and_the_last(code: str) -> None:
    unnoticed = [
        (one, other)
        for one, other in combinations(range(18), 2)
        if code[one] != code[other] and identifiers.credit_problem(exchanged(code, one, other)) is None
    ]

    assert unnoticed == ([] if code[0] == code[17] else [(0, 17)])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "没有填统一社会信用代码，请对照证件填写。"),
        ("91350100M000100Y4", "统一社会信用代码应是 18 位，现在是 17 位，请对照证件核对。"),
        ("9135O100M000100Y43", "第 5 位是“O”，应是数字，请对照证件核对。"),
        ("91350100MO00100Y43", "第 10 位是“O”，代码不用这个字母，多半是“0”，请对照证件核对。"),
        ("91350100M-00100Y43", "第 10 位是“-”，应是数字或大写字母，请对照证件核对。"),
        ("91350100M000100Y4Z", "第 18 位是“Z”，代码不用这个字母，多半是“2”，请对照证件核对。"),
        ("91350100M000100Y44", "末位校验码对不上，多半有一位抄错或两位颠倒，请对照证件逐位核对。"),
    ],
)
def test_what_is_wrong_with_a_credit_code_is_one_sentence(text: str, sentence: str) -> None:
    assert identifiers.credit_problem(text) == sentence


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("13800000000", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("0086 138 0000 0000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("１３８　００００　００００", "13800000000"),
        ("\u202d13800000000\u202c", "13800000000"),
        ("0813-2000000", "0813-2000000"),
        ("08132000000", "0813-2000000"),
        ("（0813）2000000", "0813-2000000"),
        ("(0813) 200 0000转801", "0813-2000000-801"),
        ("0813—2000000-801", "0813-2000000-801"),
        ("+86 813 2000000", "0813-2000000"),
        ("+86 (0)813 2000000", "0813-2000000"),
        ("010-60000000", "010-60000000"),
        ("+86-28-80000000", "028-80000000"),
        ("0755 80000000", "0755-80000000"),
    ],
)
def test_a_telephone_number_has_one_form(typed: str, form: str) -> None:
    assert identifiers.phone(typed) == form
    assert identifiers.phone_problem(typed) is None
    assert identifiers.phone(form) == form


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "没有填电话号码，请填手机号码或带区号的座机号码。"),
        ("1380000000", "手机号码应是 11 位，现在是 10 位，请核对。"),
        ("138000000000", "手机号码应是 11 位，现在是 12 位，请核对。"),
        ("12000000000", "手机号码第 2 位应是 3 到 9，请核对。"),
        ("2000000", "座机号码缺区号，请写成“区号-号码”。"),
        ("1380000000O", "电话号码里有“O”，请只填数字、连字符和区号。"),
        ("010-2000000", "这不是手机号码，也不是带区号的座机号码，请核对位数，座机写成“区号-号码”。"),
        ("0813-1000000", "这不是手机号码，也不是带区号的座机号码，请核对位数，座机写成“区号-号码”。"),
    ],
)
def test_what_is_wrong_with_a_telephone_number_is_one_sentence(text: str, sentence: str) -> None:
    assert identifiers.phone_problem(text) == sentence


@given(st.text())
def test_any_text_at_all_gets_an_answer(text: str) -> None:
    for sentence in (
        identifiers.identity_problem(text, on=TODAY),
        identifiers.credit_problem(text),
        identifiers.phone_problem(text),
    ):
        assert sentence is None or sentence.endswith("。")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("510304199001010010", "510304********0010"),
        ("51030419900101001x", "510304********001X"),
        ("张三", "**"),
        ("四川省自贡市大安区凤凰街道某某路一号", "*" * 18),
    ],
)
def test_an_identity_number_is_shown_without_its_birth_date(number: str, shown: str) -> None:
    assert identifiers.masked_identity(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+86 138 0000 0000", "138****0000"),
        ("08132000000", "0813-***0000"),
        ("010-60000000", "010-****0000"),
        ("0813-2000000-801", "0813-***0000-***"),
        ("1234567", "*******"),
    ],
)
def test_a_telephone_number_is_shown_without_its_middle(number: str, shown: str) -> None:
    assert identifiers.masked_phone(number) == shown


@given(st.text(alphabet="0123456789+-() 转", max_size=20))
def test_a_masked_number_hides_at_least_three_digits_or_everything(text: str) -> None:
    shown = identifiers.masked_phone(text)

    assert shown.count("*") >= min(3, len(identifiers.plain(text)))
