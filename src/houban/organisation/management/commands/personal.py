"""`houban personal`: export or erase one person's data, rotate the master key, remove what is not kept any more."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from houban.core import clock
from houban.core.record import COMMAND_LINE
from houban.organisation import erasures
from houban.organisation.actions import erasure, rotation
from houban.organisation.actions.export import export
from houban.organisation.erasures import BadListError
from houban.organisation.models import Person
from houban.organisation.refusals import Refused


class Command(BaseCommand):
    """Personal values from the command line."""

    help = "个人信息：导出、销毁、轮换主密钥、清除到期的"
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        words = parser.add_subparsers(dest="word", required=True)
        export = words.add_parser("export", help="导出一个人的全部资料")
        export.add_argument("person", metavar="PERSON", help="姓名或编号")
        export.add_argument("file", type=Path, help=".json 或 .xlsx")
        export.add_argument("--reason", required=True, help="为什么导出")
        erase = words.add_parser("erase", help="销毁一个人的个人信息；恢复备份后用 --again 重做")
        erase.add_argument("person", metavar="PERSON", nargs="?", help="姓名或编号")
        erase.add_argument("--reason", default="", help="为什么销毁")
        erase.add_argument("--again", action="store_true", help="按销毁清单再销毁一遍")
        erase.add_argument("--list", type=Path, help="销毁清单，默认用 HOUBAN_DATA/personal/erased.jsonl")
        rotate = words.add_parser("rotate", help="轮换主密钥，换包所有个人密钥")
        rotate.add_argument("--retire", action="store_true", help="停用不再有密钥的旧版本")
        words.add_parser("sweep", help="清除到期的个人信息，与夜间任务相同")

    def handle(self, *_args: Any, word: str, **options: Any) -> None:
        """Run one subcommand."""
        words: dict[str, Callable[..., None]] = {
            "export": self._export,
            "erase": self._erase,
            "rotate": self._rotate,
            "sweep": self._sweep,
        }
        try:
            words[word](**options)
        except (Refused, BadListError) as refused:
            raise CommandError(str(refused)) from None

    def _export(self, person: str, file: Path, reason: str, **_options: Any) -> None:
        if file.suffix not in {".json", ".xlsx"}:
            raise CommandError("没有导出。文件名请以 .json 或 .xlsx 结尾。")
        if file.exists():
            raise CommandError(f"没有导出。“{file}”已经有了，请换一个文件名。")
        with transaction.atomic():  # no file, no entry
            found = export(_person(person), reason=reason, on=clock.today(), by=COMMAND_LINE, at=clock.now())
            content = found.as_json() if file.suffix == ".json" else found.as_xlsx()
            _write(file, content)
        self.stdout.write(f"已导出 {found.person} 的资料：{file}（只有本系统用户能打开，交给本人后请删去）。")

    def _erase(self, person: str | None, reason: str, again: bool, list: Path | None, **_options: Any) -> None:  # noqa: A002, FBT001 - names of the options
        if again:
            self._erase_again(list or erasures.place())
            return
        if not person or not reason:
            raise CommandError("写成：houban personal erase 姓名 --reason 原因；恢复备份后写 --again。")
        found = _person(person)
        is_done = erasure.erase(found, reason=reason, by=COMMAND_LINE, at=clock.now())
        done = f"已销毁 {found.name} 的密钥，封存的个人信息不能再打开；姓名和任职仍在。"
        self.stdout.write(done if is_done else f"{found.name} 没有封存的个人信息，没有改动。")

    def _erase_again(self, file: Path) -> None:
        if not file.exists():
            raise CommandError(f"找不到销毁清单“{file}”，请用 --list 指明。")
        listed = erasures.read(file)
        n = erasure.erase_again(listed, by=COMMAND_LINE, at=clock.now())
        self.stdout.write(f"清单上 {len(listed)} 条，这次销毁 {n} 条，其余原已销毁。")

    def _rotate(self, retire: bool, **_options: Any) -> None:  # noqa: FBT001 - the name of the option
        done = rotation.rotate(by=COMMAND_LINE, at=clock.now())
        self.stdout.write(f"现用第 {done.version} 版主密钥，换包 {done.moved} 把个人密钥。")
        if done.broken:
            raise CommandError(f"有 {len(done.broken)} 把打不开，没有动：人员编号 {'、'.join(map(str, done.broken))}。")
        if retire:
            versions = rotation.retire(by=COMMAND_LINE, at=clock.now())
            self.stdout.write(
                f"已停用旧版本：{'、'.join(map(str, versions)) or '没有'}。更早的备份从此打不开个人信息。"
            )

    def _sweep(self, **_options: Any) -> None:
        done = erasure.sweep(on=clock.today(), by=COMMAND_LINE, at=clock.now())
        self.stdout.write(f"到期清除 {done.people} 人，其中销毁密钥 {done.keys} 把。")


def _person(text: str) -> Person:
    """Find a person by number or by name; of namesakes the numbers are told."""
    people = Person.objects.filter(uid=text) if _is_uid(text) else Person.objects.filter(name=text)
    found = list(people.order_by("pk"))
    if not found:
        raise CommandError(f"没有“{text}”这个人，请核对姓名或编号。")
    if len(found) > 1:
        named = "；".join(f"{one.uid} {one.distinction}".strip() for one in found)
        raise CommandError(f"有 {len(found)} 个“{text}”，请改用编号：{named}。")
    return found[0]


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _write(file: Path, content: bytes) -> None:
    """Write a file that only its owner can open."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(content)
    except OSError as error:
        raise CommandError(f"没有导出。“{file}”写不进去（{error.strerror}），请换一个文件夹。") from None
