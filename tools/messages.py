"""`python tools/messages.py update | check`: the English catalogue of what people read, without GNU gettext."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "houban"
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What people write into the form, in whatever language they read it.
TYPED_IN_CHINESE = ("1组、2组", "人口=0.6；面积=0.5", "部分")


def extracted() -> Iterator[str | tuple[str, ...]]:
    """Return every message of the product: Python files and templates."""
    for path in sorted(SOURCE.rglob("*.py")):
        if not {"migrations", "tests"} & set(path.parts):
            yield from _read(path.read_text(encoding="utf-8"))
    from django.utils.translation.template import templatize

    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
        yield from _read("\n".join(line.strip() for line in lines))


def _read(text: str) -> Iterator[str | tuple[str, ...]]:
    for _line, message, _comments, _context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        if message:
            yield message


def stored() -> Catalog:
    """Return the catalogue as it is in the project, or an empty one."""
    if not CATALOGUE.exists():
        return Catalog(locale="en")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def update() -> int:
    """Add what is new, drop what is gone, keep translations; write in the order of the texts."""
    old, new = stored(), Catalog(locale="en", project="houban", charset="utf-8", fuzzy=False)
    new.header_comment = "# English texts of Houban; Chinese is the source."
    for message in sorted(set(extracted()), key=str):
        known = old.get(message if isinstance(message, str) else message[0])
        kept = known.string if known and isinstance(known.string, str) == isinstance(message, str) else ""
        new.add(message, kept if isinstance(message, str) or kept else ("", ""))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, new, width=0, no_location=True, omit_header=False, sort_output=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    dated = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator', '"Language-Team')
    CATALOGUE.write_text("".join(line for line in lines if not line.startswith(dated)), encoding="utf-8")
    return 0


def faults() -> list[str]:
    """Return what is wrong with the catalogue, a line each."""
    catalogue, used = stored(), set(extracted())
    ids = {message if isinstance(message, str) else message[0] for message in used}
    missing = [f"missing: {name}" for name in sorted(ids) if catalogue.get(name) is None]
    left = [message for message in catalogue if message.id]
    return missing + [fault for message in left for fault in _of(message, ids)]


def _of(message: Message, ids: set[str]) -> list[str]:
    name = message.id if isinstance(message.id, str) else message.id[0]
    texts = [message.string] if isinstance(message.string, str) else list(message.string or ("",))
    found = []
    if name not in ids:
        found.append(f"no longer used: {name}")
    if message.fuzzy or not all(texts):
        found.append(f"not translated: {name}")
    if any(set(PLACEHOLDER.findall(name)) != set(PLACEHOLDER.findall(text)) for text in texts if text):
        found.append(f"placeholders differ: {name}")
    if any(CHINESE.search(_without_typed(text)) for text in texts):
        found.append(f"still Chinese: {name}")
    return found


def _without_typed(text: str) -> str:
    for typed in TYPED_IN_CHINESE:
        text = text.replace(typed, "")
    return text


def main(words: list[str]) -> int:
    """Run a word."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houban.config.settings")
    sys.path.insert(0, str(ROOT / "src"))
    if words == ["update"]:
        return update()
    wrong = faults()
    print("\n".join(wrong) or "complete")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
