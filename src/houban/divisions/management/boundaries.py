"""`houban divisions boundaries import`: a file of boundaries, at the terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from houban.core.record import COMMAND_LINE
from houban.divisions import actions
from houban.divisions.boundaries import outlook, reading
from houban.divisions.boundaries.outlook import SHOWN, Outlook
from houban.divisions.boundaries.pieces import MOST_BYTES, unreadable

KINDS = {"overlap": "重叠", "gap": "空隙", "outside": "超出上级"}


def arguments(words: Any) -> None:
    """Declare the subcommand."""
    boundaries = words.add_parser("boundaries", help="导入界线文件（GeoJSON，或压缩的 Shapefile）")
    take = boundaries.add_subparsers(dest="act", required=True).add_parser("import", help="整份导入，或整份不动")
    take.add_argument("file", type=Path)
    take.add_argument("--on", required=True, type=date.fromisoformat, help="自何日起有效，如 2021-06-30")
    take.add_argument("--crs", default="", help="cgcs2000、wgs84、gcj02、bd09 或 EPSG:编号；默认按文件写明的")
    take.add_argument("--swapped", action="store_true", help="纬度在前、经度在后")
    take.add_argument("--only-known", action="store_true", help="对不上的不导入")
    take.add_argument("--source", default="", help="来源")
    take.add_argument("--licence", default="", help="许可或审图号")
    take.add_argument("--preview", action="store_true", help="只看结果，不导入")


def import_file(*, file: Path, on: date, at: datetime, tell: Callable[[str], Any], **options: Any) -> None:
    """Look a file through, and take it in unless only the preview was asked for."""
    if file.stat().st_size > MOST_BYTES:
        raise unreadable(file.name, f"文件超过 {MOST_BYTES // 2**20} MB", "请按乡镇或县分成几份")
    system = options["crs"].lower() if not options["crs"].upper().startswith("EPSG") else options["crs"].upper()
    read = reading.read(file.read_bytes(), name=file.name, system=system, swapped=options["swapped"])
    if options["preview"]:
        _show(outlook.outlook(read, on=on), tell)
        return
    chosen = {key: options[key] for key in ("source", "licence", "only_known")}
    made = actions.import_boundaries(read, on=on, by=COMMAND_LINE, at=at, **chosen)
    tell(f"已导入“{made.name}”的 {made.boundaries.filter(withdrawn_at=None).count()} 条界线，自 {on} 起。")


def _show(seen: Outlook, tell: Callable[[str], Any]) -> None:
    tell(f"坐标系 {seen.reading.system}；对上 {len(seen.matches)}，接替 {len(seen.replaced)}")
    tell(f"对不上 {len(seen.unmatched)}，修补自相交 {len(seen.mended)}")
    for outline, why in seen.unmatched[:SHOWN]:
        tell(f"  对不上 {outline.label}：{why}")
    for one in seen.mended[:SHOWN]:
        tell(f"  修补 {one.node.name}：{'；'.join(one.mended)}")
    for remark in seen.remarks[:SHOWN]:
        tell(f"  {KINDS[remark.kind]} {'、'.join(remark.names)} {remark.area:,.0f} 平方米")
    tell("以上是试看，没有导入。")
