"""`houban divisions restate|crosswalk|vintage`: tables from one day's map to another's, at the terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.core.management.base import CommandError

from houban.core.spreadsheets import write_xlsx
from houban.divisions import crosswalk_book, histories, restated_book, restated_kinds, restating, tablefile
from houban.divisions.crosswalks import crosswalk_between, path
from houban.divisions.models import Change
from houban.divisions.restated_kinds import Asked, Rate
from houban.divisions.restating import Restated, Rule
from houban.divisions.rules import vintage
from houban.divisions.rules.history import FOREVER, LEVELS
from houban.divisions.tablefile import Guess
from houban.divisions.words import Level, Measure

Tell = Callable[[str], Any]


def arguments(words: Any) -> None:
    """Declare the subcommands."""
    restate = words.add_parser("restate", help="把带区划代码的数据表换算到另一天的区划")
    restate.add_argument("file", type=Path)
    _way(restate)
    restate.add_argument("--code", default="", help="代码列的列名，默认自己找")
    restate.add_argument("--value", action="append", default=[], help="数值列的列名，可写几次，默认所有数值列")
    restate.add_argument("--by", action="append", default=[], help="另作口径的列，如年份，可写几次")
    restate.add_argument("--rate", action="append", default=[], metavar="分子/分母[*倍数]", help="比率，可写几次")
    restate.add_argument("--category", action="append", default=[], help="类别列的列名，可写几次")
    restate.add_argument("--rule", default=Rule.MAJORITY.value, choices=Rule.values, help="类别不一致时怎么取")
    restate.add_argument("--destination", default="", help="流量表的第二个代码列")
    restate.add_argument("--explain", default="", metavar="CODE", help="打开一个单位的数：各前身给了多少、依据哪次调整")
    restate.add_argument("--out", type=Path, help="结果存为 .xlsx，默认放在原文件旁边")
    crosswalk = words.add_parser("crosswalk", help="两天之间的新旧对照表")
    _way(crosswalk)
    crosswalk.add_argument("--level", default=Level.VILLAGE.value, choices=LEVELS)
    crosswalk.add_argument("--out", type=Path, required=True, help="存为 .xlsx")
    found = words.add_parser("vintage", help="一张表用的是哪一天的区划")
    found.add_argument("file", type=Path)


def _way(parser: ArgumentParser) -> None:
    parser.add_argument("--from", dest="start", required=True, type=date.fromisoformat, help="数据所在日")
    parser.add_argument("--to", dest="end", required=True, type=date.fromisoformat, help="换算到哪一天")
    parser.add_argument("--measure", default=Measure.POPULATION.value, choices=Measure.values, help="分摊依据")


def restate(*, file: Path, start: date, end: date, measure: str, tell: Tell, **options: Any) -> None:
    """Restate a file and save the answer beside it."""
    table = tablefile.read(file, name=file.name)
    guessed = tablefile.guess(table, known=histories.of_county().codes.texts)
    chosen = Guess(
        options["code"] or guessed.code,
        guessed.name,
        tuple(options["value"]) or guessed.values,
        tuple(options["by"]) or guessed.by,
    )
    tablefile.check(table, chosen, name=file.name)
    walk = crosswalk_between(start, end, measure=measure)
    restated = restating.restate(table, walk, code=chosen.code, values=chosen.values, by=chosen.by)
    asked = Asked(
        tuple(_rate(text) for text in options["rate"]),
        tuple(options["category"]),
        options["rule"],
        options["destination"],
    )
    restated_kinds.check(table, chosen, asked, name=file.name)
    found = restated_kinds.extras(restated, table, chosen, asked)
    moved = restated_kinds.flows(restated, table, chosen, asked) if asked.destination else []
    target = options["out"] or file.with_name(f"{file.stem}-{end}.xlsx")
    sheets = restated_kinds.sheets(
        restated_book.book(restated, chosen), restated_book.lines(restated), found, moved, chosen
    )
    target.write_bytes(write_xlsx(sheets))
    if options["explain"]:
        _explain(restated, table, chosen, options["explain"], tell)
    for name, placed, lost in restated_book.totals(restated):
        tell(f"{name}：已换算 {placed}，未能换算 {lost}")
    tell(f"已存为 {target}")


def _rate(text: str) -> Rate:
    """Read 分子/分母 or 分子/分母*100."""
    over, _slash, under = text.partition("/")
    base, _star, times = under.partition("*")
    if not over or not base or not (times or "1").isdecimal():
        raise CommandError(f"比率“{text}”看不懂，请写成 参保人数/人口*100 这样。")
    return Rate(over.strip(), base.strip(), int(times or 1))


def _explain(restated: Restated, table: pa.Table, chosen: Guess, code: str, tell: Tell) -> None:
    """Print the path of one division's values: who gave how much, by which acts."""
    number = next((n for n, text in restated.codes().items() if text == code), None)
    if number is None:
        raise CommandError(f"目标日没有代码 {code}，请核对。")
    for column in restated.columns:
        parts = restating.explain(restated, table, code=chosen.code, value=column.name, target=number)
        total = restated_book.decimal(sum(part.value for part in parts), column.decimals)
        tell(f"{code} {restated.names().get(number, '')} {column.name} = {total}")
        for part in parts:
            flows = [step.flow for step in path(restated.walk, part.source, number)]
            changes = Change.objects.filter(flows__in=flows).distinct().in_order()
            acts = "；".join(f"{one.effective_on} {one.document or one.title}" for one in changes)
            value = restated_book.decimal(part.value, column.decimals)
            tell(f"  {part.code} {part.name}：{value}，占它的 {part.percent}，{acts or '没有变'}")


def crosswalk(*, start: date, end: date, measure: str, level: str, out: Path, tell: Tell, **_options: Any) -> None:
    """Save the crosswalk between two days."""
    sheet = crosswalk_book.table(crosswalk_between(start, end, measure=measure), LEVELS.index(level), name="对照表")
    out.write_bytes(write_xlsx([sheet]))
    tell(f"已存为 {out}")


def vintage_of(*, file: Path, tell: Tell, **_options: Any) -> None:
    """Say on which day's map a file is, and which rows do not fit it."""
    table = tablefile.read(file, name=file.name)
    history = histories.of_county()
    chosen = tablefile.guess(table, known=history.codes.texts)
    tablefile.check(table, chosen, name=file.name)
    names = table[chosen.name].to_pylist() if chosen.name else []
    found = vintage.detect(history, table[chosen.code].to_pylist(), names)
    for stretch in found.stretches:
        until = "至今" if stretch.end >= FOREVER else f"至 {date.fromordinal(stretch.end - 1)}"
        first = date.fromordinal(stretch.start)
        tell(f"{first} {until}：{stretch.codes} 个代码有效，{stretch.names} 行名称也相符（共 {found.rows} 行）")
    for oddity in found.oddities[:100]:
        tell(f"  第 {oddity.row + 2} 行：{vintage.WHYS[oddity.why]} {'；'.join(oddity.detail)}")
    if not found.stretches:
        tell("没有一个代码在登记里。")
