"""Documentation that must have a heading for each thing, and say nothing that is not there."""

from __future__ import annotations

import re
import subprocess
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "houban"
APPS = [*sorted(path.parent.name for path in SOURCE.glob("*/apps.py")), "config"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_has_its_heading() -> None:
    read = r'(?:env\.\w+|choice|key|number|switch)\(\s*"(\w+)"'
    settings = set(re.findall(read, text("src/houban/config/settings.py")))

    headings = set(re.findall(r"^### `(\w+)`$", text("docs/settings.md"), re.MULTILINE))

    assert len(settings) >= 10
    assert headings == settings


def test_every_command_has_its_heading() -> None:
    own = {path.stem for path in SOURCE.glob("*/management/commands/*.py") if path.stem != "__init__"}

    headings = set(re.findall(r"^### `houban (\w+)", text("docs/commands.md"), re.MULTILINE))

    assert own
    assert own | {"serve", "migrate"} == headings


@pytest.mark.parametrize("app", APPS)
def test_every_app_says_what_it_is_for(app: str) -> None:
    readme = text(f"src/houban/{app}/README.md")

    assert readme.startswith("# ")
    assert 3 <= len(readme.splitlines()) <= 40


def test_every_layer_is_in_the_architecture() -> None:
    architecture = text("docs/architecture.md")

    assert [app for app in APPS if f"`{app}`" not in architecture] == []


def test_every_benchmark_is_in_the_benchmarks_page() -> None:
    page = text("docs/benchmarks.md")
    names = [path.stem for path in (ROOT / "bench").glob("*.py") if not path.stem.startswith("_")]

    assert names
    assert [name for name in names if f"./run bench {name}" not in page] == []


def test_every_decision_is_listed() -> None:
    listed = text("docs/adr/README.md")
    decisions = [path.name for path in (ROOT / "docs" / "adr").glob("0*.md")]

    assert len(decisions) >= 10
    assert [name for name in decisions if name not in listed] == []


def test_no_link_between_documents_is_broken() -> None:
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *SOURCE.rglob("README.md")]
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_vendored_files_are_what_the_list_says() -> None:
    files = tomllib.loads(text("VENDOR.toml"))["file"]

    wrong = [file["path"] for file in files if sha256((ROOT / file["path"]).read_bytes()).hexdigest() != file["sha256"]]
    folder = [path for path in (SOURCE / "ui/static/ui/vendor").rglob("*") if path.is_file()]

    assert wrong == []
    assert {str(path.relative_to(ROOT)) for path in folder} <= {file["path"] for file in files}


def test_the_models_have_their_migrations(tmp_path: Path) -> None:
    command = [str(ROOT / ".venv/bin/python"), "-m", "houban.config.cli", "makemigrations", "--check", "--dry-run"]
    environment = {"HOUBAN_DATA": str(tmp_path), "PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert "No changes detected" in done.stdout, done.stdout + done.stderr
