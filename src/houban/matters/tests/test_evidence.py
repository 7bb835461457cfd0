"""Photos and files: told by content, made safe, kept once, never half."""

from __future__ import annotations

import errno
import io
import os
import random
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from PIL import Image

from houban.matters import evidence
from houban.matters.models import Evidence
from houban.matters.tests.make import loop

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\nstartxref\n0\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def photo(kind: str = "JPEG", size: tuple[int, int] = (640, 480), *, exif: bool = False) -> bytes:
    image = Image.new("RGB", size, "olive")
    written = io.BytesIO()
    noted = Image.Exif()
    if exif:
        noted[274] = 6  # turned by a quarter
        noted[271] = "Maker"
        noted.get_ifd(0x8769)[36867] = "2021:06:30 15:12:00"
        noted.get_ifd(0x8825)[1] = "N"
    image.save(written, kind, exif=noted)
    return written.getvalue()


def upload(content: bytes, name: str = "照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_photo_is_upright_bare_and_small(folder: Path) -> None:
    (kept,) = evidence.take_in([upload(photo(size=(4000, 3000), exif=True))])

    path = evidence.path_of(kept.sha256, kept.media_type)
    with (
        Image.open(path) as stored,
        Image.open(evidence.path_of(kept.sha256, kept.media_type, thumbnail=True)) as small,
    ):
        assert stored.size == (kept.width, kept.height) == (1920, 2560)
        assert dict(stored.getexif()) == {}
        assert max(small.size) == evidence.THUMBNAIL
    assert kept.taken_at is not None
    assert kept.taken_at.strftime("%Y-%m-%d %H:%M %z") == "2021-06-30 15:12 +0800"
    assert {one.suffix for one in folder.rglob("*") if one.is_file()} == {".jpg"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photos_are_told_by_their_content(kind: str) -> None:
    (kept,) = evidence.take_in([upload(photo(kind), name="不像照片.txt")])

    assert kept.media_type == evidence.JPEG


def test_a_pdf_is_kept_as_it_is() -> None:
    (kept,) = evidence.take_in([upload(PDF, "通知.jpg")])

    assert evidence.path_of(kept.sha256, kept.media_type).read_bytes() == PDF


@pytest.mark.parametrize("whole", [PDF, PDF + b"\n" * 500, PDF + b"%PDF-1.7 changed later\nstartxref\n9\n%%EOF"])
def test_a_pdf_that_was_cut_off_is_refused(whole: bytes) -> None:
    assert evidence.take_in([upload(whole, "通知.pdf")])

    with pytest.raises(evidence.BadFileError, match="不完整，可能没有传完"):
        evidence.take_in([upload(PDF[:40], "通知.pdf")])


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "是空的"), (b"<script>", "不是照片"), (photo()[:300], "不是照片"), (b"GIF89a" + b"x" * 90, "不是照片")],
)
def test_what_is_no_photo_is_refused_with_a_sentence(content: bytes, said: str, folder: Path) -> None:
    with pytest.raises(evidence.BadFileError, match=said):
        evidence.take_in([upload(content)])
    assert not [one for one in folder.rglob("*") if one.is_file()]


def test_a_thousand_malformed_files_are_refused_and_none_breaks() -> None:
    chance, whole = random.Random(1), photo(size=(64, 48))
    outcomes = set()
    for n in range(1000):
        broken = bytearray(whole if n % 2 else PDF + whole)
        for _ in range(chance.randrange(1, 40)):
            broken[chance.randrange(2, len(broken))] = chance.randrange(256)
        cut = bytes(broken[: chance.randrange(1, len(broken))])
        try:
            evidence.take_in([upload(cut)])
            outcomes.add("kept")
        except evidence.BadFileError:
            outcomes.add("refused")
    assert outcomes == {"kept", "refused"}


def test_too_many_and_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(evidence.BadFileError, match="最多 9 个"):
        evidence.take_in([upload(PDF)] * 10)
    monkeypatch.setattr(evidence, "MOST_BYTES", 10)
    with pytest.raises(evidence.BadFileError, match="超过 20 MB"):
        evidence.take_in([upload(PDF)])
    monkeypatch.undo()
    monkeypatch.setattr(evidence, "MOST_PIXELS", 100)
    with pytest.raises(evidence.BadFileError, match="像素太多"):
        evidence.take_in([upload(photo())])


def test_a_full_disk_leaves_nothing(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        evidence.take_in([upload(photo())])
    assert not [one for one in folder.rglob("*") if one.is_file()]


@pytest.mark.parametrize(("command", "said"), [("false", "没有放行"), ("/no/such/scanner", "没有完成")])
def test_what_the_scanner_does_not_pass_is_not_kept(
    command: str, said: str, settings: LazySettings, folder: Path
) -> None:
    settings.HOUBAN_SCANNER = [command]
    with pytest.raises(evidence.BadFileError, match=said):
        evidence.take_in([upload(PDF)])
    assert not [one for one in folder.rglob("*") if one.is_file()]

    settings.HOUBAN_SCANNER = ["true"]
    assert len(evidence.take_in([upload(PDF)])) == 1


@pytest.mark.django_db
def test_a_file_belongs_to_its_step_and_cannot_be_swapped(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open(evidence=evidence.take_in([upload(photo())]))
    kept = Evidence.objects.get(step__matter=matter)

    assert (kept.step.position, kept.number) == (1, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Evidence.objects.filter(pk=kept.pk).update(sha256="0" * 64)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            kept.delete()
