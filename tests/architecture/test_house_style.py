"""The rules of docs/house-style.md that a machine can hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "houban"
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEMPLATE, LONGEST_SCRIPT = 400, 40, 150, 60
BANNED_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers", "processor"}
EDGE = {"views", "api", "tasks", "commands", "middleware", "clock", "serve", "preparing", "server", "context"}
CLOCKS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("timezone", "now"),
    ("timezone", "localdate"),
}
CLOCKS |= {("timezone", "localdate"), ("timezone", "localtime"), ("clock", "now"), ("clock", "today"), ("time", "time")}


def python_files() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def everything() -> list[Path]:
    more = [path for folder in ("tests", "tools", "bench") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [*python_files(), *more, ROOT / "conftest.py", ROOT / "run"]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_file_is_longer_than_it_can_be_read() -> None:
    long = {name_of(path): lines(path) for path in everything() if lines(path) > LONGEST_FILE}

    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in everything()
        for node in functions(ast.parse(path.read_text(encoding="utf-8")))
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


def test_no_template_is_too_long() -> None:
    long = {name_of(p): lines(p) for p in SOURCE.rglob("templates/**/*.html") if lines(p) > LONGEST_TEMPLATE}

    assert long == {}


def test_no_script_is_too_long() -> None:
    own = [path for path in SOURCE.rglob("static/**/*.js") if "vendor" not in path.parts]

    assert own
    assert {name_of(path): lines(path) for path in own if lines(path) > LONGEST_SCRIPT} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [
        name_of(path) for path in everything() if path.stem in BANNED_NAMES or path.parent.name in BANNED_NAMES
    ] == []


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_only_the_edge_reads_the_clock(path: Path) -> None:
    if EDGE & {path.stem, *path.parts} or "tests" in path.parts:
        return
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    clocks = [
        node.lineno
        for node in calls
        if isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in CLOCKS
    ]

    assert clocks == []


def test_every_public_thing_says_what_it_is() -> None:
    silent = [
        f"{name_of(path)}:{getattr(node, 'lineno', 1)}"
        for path in python_files()
        if "tests" not in path.parts and path.stem != "__init__"
        for node in public_things(ast.parse(path.read_text(encoding="utf-8")))
        if ast.get_docstring(node) is None
    ]

    assert silent == []


def public_things(
    module: ast.Module,
) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    yield module
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            decorated = [d.id for d in getattr(node, "decorator_list", []) if isinstance(d, ast.Name)]
            if "overload" not in decorated:
                yield node


def test_no_code_swallows_every_error() -> None:
    swallowing = [
        name_of(path) for path in everything() if re.search(r"except( Exception| BaseException)?:\s*pass", text(path))
    ]

    assert swallowing == []


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_dependency_has_its_reason() -> None:
    wanted = re.findall(
        r'^    "[a-z][\w.-]*(?:\[[\w,-]+\])?[<>=][^"]*",(.*)$', text(ROOT / "pyproject.toml"), re.MULTILINE
    )

    assert len(wanted) > 20
    assert [comment for comment in wanted if not comment.strip().startswith("# ")] == []
