"""Read a zipped shapefile: .shp and .dbf, the names of fields and the coordinate system from .cpg and .prj.

Nothing is unpacked to the disk. Members are read to a limit, whatever size the archive says they have.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from pathlib import PurePosixPath

import shapefile
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from houban.divisions.boundaries.pieces import MOST_SHAPES, MOST_UNPACKED, Raw, RawFile, shown, unreadable

WANTED = (".shp", ".dbf", ".prj", ".cpg")
GBK_MARKS = {0x4D, 0x7A}  # the language byte of a .dbf: simplified Chinese
BROKEN = (
    shapefile.ShapefileException,
    struct.error,
    ShapelyError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    OSError,
)


def read(content: bytes, *, name: str) -> RawFile:
    """Read the one shapefile in an archive; raise `Problems` where there is none or it is broken."""
    parts = _members(content, name)
    encoding = _encoding(parts)
    try:
        return RawFile(_shapes(parts, encoding, name), parts.get(".prj", b"").decode("utf-8", "replace").strip())
    except BROKEN:
        raise unreadable(name, "Shapefile 已损坏，或属性表的编码认不出", "请重新导出，编码选 UTF-8 或 GBK") from None


def _members(content: bytes, name: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read_members(archive, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise unreadable(name, "压缩包已损坏，或设了密码", "请重新压缩为普通 .zip") from None


def _read_members(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    files = [entry for entry in archive.infolist() if not entry.is_dir()]
    for entry in files:
        if entry.filename.startswith(("/", "\\")) or ".." in PurePosixPath(entry.filename.replace("\\", "/")).parts:
            raise unreadable(name, f"压缩包里的“{entry.filename}”指向包外", "请直接选中几个文件重新压缩")
    if sum(entry.file_size for entry in files) > MOST_UNPACKED:
        raise unreadable(name, f"解压后超过 {MOST_UNPACKED // 2**20} MB", "请按乡镇或县分成几份")
    layers = [entry for entry in files if entry.filename.lower().endswith(".shp") and "__MACOSX" not in entry.filename]
    if len(layers) != 1:
        what = "压缩包里没有 .shp 文件" if not layers else f"压缩包里有 {len(layers)} 个 .shp 文件"
        raise unreadable(name, what, "请把一个图层的 .shp、.dbf、.prj 压缩在一起")
    return _siblings(archive, files, layers[0].filename[:-4], name)


def _siblings(archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], stem: str, name: str) -> dict[str, bytes]:
    parts, left = {}, MOST_UNPACKED
    for entry in files:
        ending = entry.filename[-4:].lower()
        if entry.filename[:-4] != stem or ending not in WANTED:
            continue
        with archive.open(entry) as file:
            parts[ending] = file.read(left + 1)
        left -= len(parts[ending])
        if left < 0:
            raise unreadable(name, f"解压后超过 {MOST_UNPACKED // 2**20} MB", "请按乡镇或县分成几份")
    if ".dbf" not in parts:
        raise unreadable(name, "压缩包里没有 .dbf 属性表", "代码和名称在属性表里，请一起压缩")
    return parts


def _encoding(parts: dict[str, bytes]) -> str:
    said = parts.get(".cpg", b"").decode("ascii", "ignore").strip().lower()
    if any(word in said for word in ("gb", "936")):
        return "gb18030"
    table = parts[".dbf"]
    if len(table) > 29 and table[29] in GBK_MARKS:
        return "gb18030"
    try:  # many programs write UTF-8 into the .cpg whatever the table is in
        table[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _shapes(parts: dict[str, bytes], encoding: str, name: str) -> list[Raw]:
    with warnings.catch_warnings(), _reader(parts, encoding) as reader:
        if len(reader) > MOST_SHAPES:
            raise unreadable(name, f"图形超过 {MOST_SHAPES:,} 个", "请按乡镇或县分成几份")
        return [
            Raw(n, {k: shown(v) for k, v in both.record.as_dict().items()}, _geometry(both.shape))
            for n, both in enumerate(reader.iterShapeRecords(), 1)
        ]


def _reader(parts: dict[str, bytes], encoding: str) -> shapefile.Reader:
    warnings.simplefilter("ignore")  # a length in the header that is wrong spoils nothing
    return shapefile.Reader(
        shp=io.BytesIO(parts[".shp"]), dbf=io.BytesIO(parts[".dbf"]), encoding=encoding, encodingErrors="strict"
    )


def _geometry(given: shapefile.Shape) -> BaseGeometry | None:
    if given.shapeType == shapefile.NULL or not given.points:
        return None
    return shapely.force_2d(shape(given.__geo_interface__))
