"""Malformed uploads over HTTP, and a disk that fills up: what is answered, and what is left on the disk."""

from __future__ import annotations

import io
import random
import shutil
import socket
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import _bench
import _serving
import matters
from PIL import Image

BOUNDARY = "houbanbench"
TAKEN, REFUSED = 302, 422
WHOLE = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
NAMES = (
    "../../../etc/cron.d/x", "..\\..\\windows\\x.jpg", "/etc/shadow", "a\x00b.jpg", "CON.jpg", "x" * 4000 + ".jpg",
    "\u202egpj.exe", '"; filename="y.php', "照片.jpg/..", ".", "..", " ", "a\r\nX: y.jpg", "%2e%2e%2fx",
    "~root/.ssh/id",
)  # fmt: skip
Make = Callable[[random.Random], bytes]


def picture(chance: random.Random, kind: str = "JPEG") -> bytes:
    """Return a small photo, another one each time."""
    image = Image.frombytes("RGB", (48, 36), chance.randbytes(48 * 36 * 3))
    written = io.BytesIO()
    image.save(written, kind)
    return written.getvalue()


def cut(whole: bytes, chance: random.Random) -> bytes:
    """Return the beginning of a file."""
    return whole[: chance.randrange(8, int(len(whole) * 0.8))]


def flipped(whole: bytes, chance: random.Random) -> bytes:
    """Return a file of which some bytes are others."""
    broken = bytearray(whole)
    for _ in range(chance.randrange(1, 60)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def chunk(kind: bytes, said: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return len(said).to_bytes(4, "big") + kind + said + zlib.crc32(kind + said).to_bytes(4, "big")


def huge_png(chance: random.Random) -> bytes:
    """Return a PNG that says it is very large, and hardly is."""
    sides = chance.choice((65_500, 2**31 - 1, 12_000)).to_bytes(4, "big") * 2
    lines = zlib.compress(b"\0" * 1_000_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", sides + b"\x08\x02\0\0\0") + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    )


def wordy_png(_chance: random.Random) -> bytes:
    """Return a PNG whose text unpacks to a hundred megabytes."""
    said = b"Comment\0\0" + zlib.compress(b" " * 100_000_000, 9)
    head = (64).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    lines = zlib.compress(b"\0" * 64 * 193, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*one) for one in ((b"IHDR", head), (b"zTXt", said), (b"IDAT", lines), (b"IEND", b""))
    )


def huge_jpeg(chance: random.Random) -> bytes:
    """Return a JPEG whose header says it is 65,500 pixels wide and high."""
    whole = bytearray(picture(chance))
    at = whole.index(b"\xff\xc0") + 5
    whole[at : at + 4] = (65_500).to_bytes(2, "big") * 2
    return bytes(whole)


def bomb(chance: random.Random) -> bytes:
    """Return a ZIP file that unpacks to fifty megabytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{chance.random()}", b"\0" * 50_000_000)
    return written.getvalue()


OTHERS = (
    b"GIF89a" + b"\0" * 90, b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"MZ" + b"\0" * 200,
    b"<!doctype html><script>alert(1)</script>", b"\x7fELF" + b"\0" * 200, b"BM" + b"\0" * 90, b"%!PS-Adobe",
)  # fmt: skip
BROKEN: dict[str, Make] = {  # none of these may be taken in
    "cut JPEG": lambda chance: cut(picture(chance), chance),
    "cut PNG": lambda chance: cut(picture(chance, "PNG"), chance),
    "cut WebP": lambda chance: cut(picture(chance, "WEBP"), chance),
    "cut PDF": lambda chance: cut(WHOLE, chance),
    "ZIP bomb": bomb,
    "ZIP bomb as PDF": lambda chance: b"%PDF-1.7\n" + bomb(chance),
    "huge PNG": huge_png,
    "wordy PNG": wordy_png,
    "huge JPEG": huge_jpeg,
    "empty": lambda _chance: b"",
    "random bytes": lambda chance: chance.randbytes(chance.randrange(1, 50_000)),
    "another type": lambda chance: chance.choice(OTHERS),
}
DOUBTFUL: dict[str, Make] = {  # these may, as whatever is whole in them
    "flipped JPEG": lambda chance: flipped(picture(chance), chance),
    "flipped PNG": lambda chance: flipped(picture(chance, "PNG"), chance),
    "flipped WebP": lambda chance: flipped(picture(chance, "WEBP"), chance),
    "flipped PDF": lambda chance: flipped(WHOLE, chance),
    "two in one": lambda chance: picture(chance) + WHOLE,
    "tricky name": picture,
}


def form(fields: dict[str, Any], files: list[tuple[str, bytes]], chance: random.Random) -> bytes:
    """Return a form with files, as a browser sends it; the type it gives for them is any."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in fields.items()]  # fmt: skip
    for name, content in files:
        said = chance.choice(("image/jpeg", "application/pdf", "text/html", "image/jpeg; charset=x", "x" * 300))
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photos"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: {said}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def sent(headers: dict[str, str], body: bytes, *, part: int | None = None) -> int | str:
    """Send a form, or only so many bytes of it; return the status, or why there was no answer."""
    said = headers | {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(len(body))}
    connection = HTTPConnection("127.0.0.1", _serving.PORT, timeout=60)
    try:
        connection.request("POST", "/matters/new/", body=body[:part], headers=said)
        if part is not None and connection.sock:
            connection.sock.shutdown(socket.SHUT_WR)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return answer.status


def upload(number: int, chance: random.Random) -> tuple[str, list[tuple[str, bytes]]]:
    """Return a kind of malformed upload and its files; sometimes behind a good one, which must not stay alone."""
    kinds = BROKEN | DOUBTFUL
    kind = list(kinds)[number % len(kinds)]
    name = chance.choice(NAMES) if kind == "tricky name" else f"{number}.jpg"
    files = [(name, kinds[kind](chance))]
    return kind, [("good.jpg", picture(chance)), *files] if number % 3 == 0 else files


def measured(people: matters.Loop, folder: Path, *, many: int) -> list[_bench.Bar]:
    """Send malformed uploads; count answers, what was taken in wrongly, and what lies on the disk for no row."""
    chance, answers, wrongly = random.Random(1), Counter[tuple[str, int | str]](), 0  # noqa: S311 - no secret
    headers = _serving.headers(people.of(people.units[people.village], "handle"))
    fields = {"kind": "event", "title": "upload", "unit": people.village, "channel": "grid"}
    with _serving.web(folder):
        for number in range(many):
            kind, files = upload(number, chance)
            body = form(fields, files, chance)
            is_cut = number % 25 == 0
            status = sent(headers, body, part=chance.randrange(len(body)) if is_cut else None)
            answers["connection cut" if is_cut else kind, status] += 1
            wrongly += (is_cut or kind in BROKEN) and status == TAKEN
    size = f"{many:,} uploads"
    print({f"{kind} {status}": n for (kind, status), n in sorted(answers.items(), key=str)}, file=sys.stderr)
    broke = sum(n for (_kind, status), n in answers.items() if status not in (TAKEN, REFUSED, 400))
    return [
        _bench.at_most("answers other than 302, 400, 422", size=size, value=broke, unit="answers", bar=0),
        _bench.at_most("broken files taken in", size=size, value=wrongly, unit="files", bar=0),
        *left(folder, size),
    ]


def left(folder: Path, size: str) -> list[_bench.Bar]:
    """Count files without a row, rows without a file, and files where none belong."""
    from houban.matters import evidence
    from houban.matters.models import Evidence

    rows = set(Evidence.objects.values_list("sha256", "media_type"))
    wanted = {evidence.path_of(*row) for row in rows}
    wanted |= {evidence.path_of(*row, thumbnail=True) for row in rows if row[1] == evidence.JPEG}
    there = {path for path in (folder / "files").rglob("*") if path.is_file() and path.name != "filler"}
    return [
        _bench.at_most("files without a row", size=size, value=len(there - wanted), unit="files", bar=0),
        _bench.at_most("rows without a file", size=size, value=len(wanted - there), unit="files", bar=0),
    ]


def on_a_full_disk(people: matters.Loop, folder: Path) -> list[_bench.Bar]:
    """Fill the disk of the files with photos; make room again."""
    with _small_disk(folder / "files") as is_there:
        if not is_there:
            print("no small disk can be mounted here; a full one is not tried", file=sys.stderr)
            return []
        return _filled(people, folder)


def _filled(people: matters.Loop, folder: Path) -> list[_bench.Bar]:
    chance = random.Random(2)  # noqa: S311 - no secret
    headers = _serving.headers(people.of(people.units[people.village], "handle"))
    fields = {"kind": "event", "title": "full disk", "unit": people.village, "channel": "grid"}
    filler = folder / "files" / "filler"
    filler.write_bytes(b"x" * 1_500_000)
    with _serving.web(folder):
        answers = [sent(headers, form(fields, [("1.jpg", picture(chance))], chance)) for _ in range(300)]
        filler.unlink()
        afterwards = sent(headers, form(fields, [("1.jpg", picture(chance))], chance))
    said = Counter(answers)
    print(f"answers {dict(said)}, with room again {afterwards}", file=sys.stderr)
    size = f"2 MiB, {len(answers)} photos"
    strange = sum(n for status, n in said.items() if status not in (TAKEN, 507))
    return [
        _bench.at_least("photos taken in until it was full", size=size, value=said[TAKEN], unit="photos"),
        _bench.at_least("told that the disk is full", size=size, value=said[507], unit="answers", bar=1),
        _bench.at_most("other answers", size=size, value=strange, unit="answers", bar=0),
        _bench.at_least("taken in with room again", size="1 photo", value=afterwards == TAKEN, unit="photos", bar=1),
        *left(folder, size),
    ]


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    """Put a disk with two mebibytes of room in a folder's place, its files with it, where the system lets us."""
    with TemporaryDirectory() as aside:
        shutil.copytree(folder, aside, dirs_exist_ok=True)
        used = sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*"))
        mount = ["mount", "-t", "tmpfs", "-o", f"size={used + 2 * 1024**2}", "tmpfs", str(folder)]
        if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            yield False
            return
        try:
            shutil.copytree(aside, folder, dirs_exist_ok=True)
            yield True
        finally:
            subprocess.run(["umount", str(folder)], check=True)
