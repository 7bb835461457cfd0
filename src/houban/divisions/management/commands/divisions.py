"""`houban divisions`: import official lists, apply changes, look at the tree."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from houban.core import clock
from houban.core.problems import Problems
from houban.core.record import COMMAND_LINE
from houban.divisions import actions, changefile, register
from houban.divisions.actions.lists import Imported
from houban.divisions.management import adopting, boundaries, loading, reconciling, restating
from houban.divisions.models import Change, OfficialList
from houban.divisions.preview import Outlook, outlook
from houban.divisions.register import Node
from houban.divisions.words import Scheme

SHOWN = 40


class Command(BaseCommand):
    """The register from the command line."""

    help = "区划登记：导入名录、应用调整、查看树"
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        words = parser.add_subparsers(dest="word", required=True)
        self._import_arguments(words.add_parser("import", help="导入官方名录；首期建立，后期只比对"))
        apply = words.add_parser("apply", help="按文件登记区划调整，整份生效或整份不动")
        apply.add_argument("file", type=Path)
        apply.add_argument("--preview", action="store_true", help="只看结果，不生效")
        tree = words.add_parser("tree", help="某日的区划树")
        tree.add_argument("--on", type=date.fromisoformat, help="查看时点，默认今天")
        restating.arguments(words)
        boundaries.arguments(words)
        loading.arguments(words)
        adopting.arguments(words)
        reconciling.arguments(words)
        words.add_parser("lists", help="已导入的名录和差异")

    def _import_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--as-of", required=True, type=date.fromisoformat, help="名录截至日，如 2020-06-30")
        parser.add_argument("--scheme", default="nbs", choices=Scheme.values)
        parser.add_argument("--name", default="", help="名录名称")
        parser.add_argument("--source", default="", help="名录出处")
        parser.add_argument("--within", default="", metavar="CODE", help="把名录最上一级放在登记里已有的这个单位之下")
        parser.add_argument("--extract", action="store_true", help="只是某县的一部分行，不作整体比对")

    def handle(self, *_args: Any, word: str, **options: Any) -> None:
        """Run one subcommand; what is wrong with a file goes to the person in Chinese."""
        words: dict[str, Callable[..., None]] = {
            "import": self._import,
            "apply": self._apply,
            "tree": self._tree,
            "lists": self._lists,
            "boundaries": partial(boundaries.import_file, at=clock.now(), tell=self.stdout.write),
            "adopt": partial(adopting.adopt, at=clock.now(), tell=self.stdout.write),
            "load": partial(loading.load, at=clock.now(), tell=self.stdout.write),
            "restate": partial(restating.restate, tell=self.stdout.write),
            "crosswalk": partial(restating.crosswalk, tell=self.stdout.write),
            "reconcile": partial(reconciling.reconcile, at=clock.now(), tell=self.stdout.write),
            "vintage": partial(restating.vintage_of, tell=self.stdout.write),
        }
        try:
            words[word](**options)
        except Problems as problems:
            raise CommandError(str(problems)) from None
        except FileNotFoundError as error:
            raise CommandError(f"没有导入。找不到文件“{error.filename}”，请核对路径。") from None

    def _import(self, files: list[Path], as_of: date, scheme: str, name: str, source: str, **options: Any) -> None:
        imported = actions.import_list(
            files,
            as_of=as_of,
            scheme=scheme,
            name=name,
            source=source,
            extract=options["extract"],
            within=options["within"],
            by=COMMAND_LINE,
            at=clock.now(),
        )
        self._tell(imported)

    def _tell(self, imported: Imported) -> None:
        if imported.again:
            self.stdout.write(f"这份名录已在 {imported.list.imported_at:%Y-%m-%d %H:%M} 导入过，没有改动。")
        if imported.founded:
            self.stdout.write(f"按首期名录建立了 {imported.founded} 个单位，自 {imported.list.as_of} 起。")
            return
        self.stdout.write(f"与登记比对：差异 {len(imported.differences)} 条。")
        for difference in imported.differences[:SHOWN]:
            pair = f"登记“{difference.ours or '—'}”，名录“{difference.theirs or '—'}”"
            self.stdout.write(f"  {difference.code} {difference.get_kind_display()}：{pair}")
        if len(imported.differences) > SHOWN:
            self.stdout.write(f"  …… 另有 {len(imported.differences) - SHOWN} 条")
        if imported.suggested:
            flows = imported.suggested.flows
            known = flows.filter(certainty="suggested").count()
            self.stdout.write(
                f"已存为草稿“{imported.suggested.title}”：推断 {known} 条，不详 {flows.count() - known} 条。"
            )
            self.stdout.write("没有任何一条生效；确认后再登记。")

    def _apply(self, file: Path, *, preview: bool, **_options: Any) -> None:
        drafts = changefile.read(file, name=file.name)
        if preview:
            for seen in outlook(drafts, at=clock.now(), file=file.name):
                self._show(seen)
            self.stdout.write("以上是试算，没有生效。")
            return
        enacted = actions.draft_and_enact(drafts, by=COMMAND_LINE, at=clock.now(), file=file.name)
        for change in enacted:
            self.stdout.write(f"已生效：{change}（{change.flows.count()} 条承接关系）")

    def _show(self, seen: Outlook) -> None:
        self.stdout.write(f"{seen.day} {seen.title}：{seen.shapes_label}")
        for row in seen.counts:
            if row.before != row.after:
                self.stdout.write(f"  {row.label} {row.before} → {row.after}")
        for total in seen.totals:
            self.stdout.write(f"  总数校核 {total.sentence}")

    def _tree(self, on: date | None, **_options: Any) -> None:
        county = register.county()
        day = on or clock.today()
        node = register.tree(county, day) if county else None
        if node is None:
            raise CommandError(_("%(day)s 没有登记到本县，请先导入名录。") % {"day": day})
        self._branch(node, 0)

    def _branch(self, node: Node, depth: int) -> None:
        self.stdout.write(f"{'  ' * depth}{node.name}  {node.code}")
        for child in node.children:
            self._branch(child, depth + 1)

    def _lists(self, **_options: Any) -> None:
        for official in OfficialList.objects.all():
            open_ones = official.differences.filter(signed_at__isnull=True).count()
            rows = official.entries.count()
            self.stdout.write(f"{official.as_of}  {rows} 条  未签认差异 {open_ones}  {official.name}")
        self.stdout.write(
            f"区划调整 {Change.objects.enacted().count()} 次，草稿 {Change.objects.drafts().count()} 份。"
        )
