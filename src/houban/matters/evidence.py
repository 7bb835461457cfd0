"""Photos and files as they come in: told apart by their content, made safe and small, kept under their own digest.

A photo is turned upright, made at most 2,560 pixels long, and written anew without what the camera noted of place,
owner and device; only the time it was taken is kept, as a column. Files are kept as they are. The file is on the disk
before its row is written, and goes again with a request that is taken back; a server that is killed in between, or a
database that is cut off while it commits, leaves at most a file that nothing points to.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from houban.core import leftovers, outages
from houban.matters.models import Evidence

MOST_BYTES, MOST_FILES = 20 * 1024 * 1024, 9
LONGEST_SIDE, THUMBNAIL, QUALITY = 2560, 320, 85
MOST_PIXELS = 80_000_000
JPEG, PDF = "image/jpeg", "application/pdf"
PHOTOS = ("JPEG", "PNG", "WEBP")
TAKEN = 36867  # DateTimeOriginal of EXIF
SCAN_SECONDS = 60
PDF_TAIL = 2048  # bytes within which readers look for the end, and some more


class BadFileError(Exception):
    """A file can't be taken in; the text is the sentence for the person."""


@dataclass(frozen=True)
class Kept:
    """A file that is on the disk."""

    name: str
    media_type: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None

    def row(self) -> Evidence:
        """Return it as evidence, without its step."""
        return Evidence(
            name=self.name,
            media_type=self.media_type,
            size=self.size,
            sha256=self.sha256,
            width=self.width,
            height=self.height,
            taken_at=self.taken_at,
        )


def take_in(uploads: Sequence[Any]) -> list[Evidence]:
    """Check and keep every file; return their rows, unsaved. Raises `BadFileError` with the first that is wrong."""
    if len(uploads) > MOST_FILES:
        raise BadFileError(_("一次最多 %(n)s 个文件。") % {"n": MOST_FILES})
    read = [_read(upload) for upload in uploads]
    return [_keep(name, content).row() for name, content in read]


def _read(upload: Any) -> tuple[str, bytes]:
    name = Path(str(upload.name)).name[-120:]
    if upload.size > MOST_BYTES:
        raise BadFileError(_("“%(name)s”超过 20 MB，请压缩后再传。") % {"name": name})
    content = upload.read()
    if not content:
        raise BadFileError(_("“%(name)s”是空的，请重新选择。") % {"name": name})
    return name, content


def _keep(name: str, content: bytes) -> Kept:
    if content.startswith(b"%PDF-"):
        _check_end(name, content)
        digest = _store(content, "pdf", name=name)
        return Kept(name, PDF, len(content), digest)
    photo, taken = _photo(name, content)
    upright = io.BytesIO()
    photo.save(upright, "JPEG", quality=QUALITY, optimize=True)
    digest = _store(upright.getvalue(), "jpg", name=name)
    small = photo.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    written = io.BytesIO()
    small.save(written, "JPEG", quality=QUALITY)
    _write(path_of(digest, JPEG, thumbnail=True), written.getvalue())
    return Kept(name, JPEG, upright.tell(), digest, photo.width, photo.height, taken)


def _check_end(name: str, content: bytes) -> None:
    """Refuse a PDF that was cut off: what it holds is listed at its end, followed by a mark."""
    tail = content[-PDF_TAIL:]
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise BadFileError(_("“%(name)s”不完整，可能没有传完或已损坏。请重新选择。") % {"name": name})


def _photo(name: str, content: bytes) -> tuple[Image.Image, datetime | None]:
    """Open a photo, turn it upright and make it small; return when it was taken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of damaged notes in a photo, which are not kept anyway
        return _opened(name, content)


def _opened(name: str, content: bytes) -> tuple[Image.Image, datetime | None]:
    try:
        with Image.open(io.BytesIO(content), formats=PHOTOS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise BadFileError(_("“%(name)s”的像素太多，请压缩后再传。") % {"name": name})
            taken = _moment(opened.getexif().get_ifd(0x8769).get(TAKEN))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise BadFileError(
            _("“%(name)s”不是照片（JPEG、PNG、WebP）或 PDF，或已损坏。请换一个文件。") % {"name": name}
        ) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare, taken


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S").replace(tzinfo=timezone.get_default_timezone())
    except ValueError:
        return None


def path_of(sha256: str, media_type: str, *, thumbnail: bool = False) -> Path:
    """Return where a file is kept."""
    ending = "pdf" if media_type == PDF else "thumb.jpg" if thumbnail else "jpg"
    return Path(settings.MEDIA_ROOT) / "evidence" / sha256[:2] / f"{sha256}.{ending}"


def _store(content: bytes, ending: str, *, name: str) -> str:
    digest = hashlib.sha256(content).hexdigest()
    _write(path_of(digest, PDF if ending == "pdf" else JPEG), content, scan=name)
    return digest


def _write(path: Path, content: bytes, *, scan: str = "") -> None:
    """Write a file whole or not at all; what the county's scanner objects to is not kept."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            temporary = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if scan:
            _scan(temporary, scan)
        leftovers.put(temporary, path)
    except OSError as error:
        if outages.of(error) is outages.Outage.FULL:
            raise
        raise BadFileError(_("服务器存不下文件，没有登记。请稍后再试，并告诉管理员。")) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _scan(path: Path, name: str) -> None:
    """Ask the scanner that the county has set: it answers 0 for a clean file."""
    if not settings.HOUBAN_SCANNER:
        return
    try:
        done = subprocess.run(
            [*settings.HOUBAN_SCANNER, str(path)], capture_output=True, timeout=SCAN_SECONDS, check=False
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        raise BadFileError(_("病毒扫描没有完成，“%(name)s”没有收下。请告诉管理员。") % {"name": name}) from None
    if done.returncode != 0:
        raise BadFileError(_("病毒扫描没有放行“%(name)s”，没有收下。") % {"name": name})
