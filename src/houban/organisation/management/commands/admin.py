"""`houban admin`: make, list and disable accounts."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from houban.accounts import actions
from houban.accounts.models import User
from houban.core import clock
from houban.core.record import COMMAND_LINE
from houban.organisation.actions.administrators import make_administrator
from houban.organisation.models import Appointment


class Command(BaseCommand):
    """Accounts from the command line."""

    help = "账号：建立管理员、查看、停用、重设密码"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        words = parser.add_subparsers(dest="word", required=True)
        for word, text in (("create", "建立管理员"), ("disable", "停用"), ("reset-password", "重设密码")):
            sub = words.add_parser(word, help=text)
            sub.add_argument("username")
            sub.add_argument("--name", default="", help="姓名")
            sub.add_argument("--password-stdin", action="store_true", help="从标准输入读密码")
        words.add_parser("list", help="列出账号")

    def handle(self, *_args: Any, word: str, **options: Any) -> None:
        """Run one subcommand."""
        words = {
            "create": self._create,
            "list": self._list,
            "disable": self._disable,
            "reset-password": self._reset,
        }
        try:
            words[word](options)
        except ValidationError as error:
            raise CommandError("密码或用户名不合要求：" + "；".join(error.messages)) from None

    def _create(self, options: dict[str, Any]) -> None:
        username = options["username"]
        name = options["name"] or username
        try:
            make_administrator(
                username,
                name=name,
                password=self._password(options),
                on=clock.today(),
                by=COMMAND_LINE,
                at=clock.now(),
            )
        except actions.NameTakenError:
            raise CommandError(f"用户名 {username} 已有人用，请换一个。") from None
        self.stdout.write(f"已建立账号 {username}，任系统管理员和后半篇办负责人。")

    def _password(self, options: dict[str, Any]) -> str:
        if options["password_stdin"]:
            return sys.stdin.readline().rstrip("\n")
        first = getpass.getpass("密码：")
        if first != getpass.getpass("再输一次："):
            raise CommandError("两次输入的密码不一样，没有改动。")
        return first

    def _list(self, _options: dict[str, Any]) -> None:
        for user in User.objects.order_by("pk"):
            held = (
                Appointment.objects.on(clock.today()).filter(person__account=user).select_related("post__organisation")
            )
            posts = "、".join(str(appointment.post) for appointment in held) or "没有任职"
            self.stdout.write(f"{user.username}　{user.name}　{posts}{'' if user.is_active else '　已停用'}")

    def _disable(self, options: dict[str, Any]) -> None:
        actions.disable(self._user(options), by=COMMAND_LINE, at=clock.now())
        self.stdout.write(f"已停用 {options['username']}。")

    def _reset(self, options: dict[str, Any]) -> None:
        actions.set_password(self._user(options), self._password(options), by=COMMAND_LINE, at=clock.now())
        self.stdout.write(f"已重设 {options['username']} 的密码。")

    def _user(self, options: dict[str, Any]) -> User:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"没有用户 {options['username']}。")
        return user
