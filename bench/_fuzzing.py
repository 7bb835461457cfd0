"""Fuzzed requests over HTTP: the API by its own description, pages by query strings of any kind."""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import _bench
import _serving
import matters
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core import NotSet
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
A_BATCH = 25  # requests of one operation before the next has its turn
OF_PAGES = 0.3  # requests to pages for each one to the API
READ = re.compile(r"""(?:GET|query|params)(?:\.get(?:list)?\(|\[)["'](\w+)["']""")
VALUES = (
    "", " ", "0", "1", "-1", "9" * 30, "1e400", "NaN", "١٢", "９９", "true", "null", "[]", "{}", "\x00", "a\x00b",
    "'", '"', "';--", "%", "%%s", "%(x)s", "\\", "{{7*7}}", "<b>", "../..", "2020-06-30", "2020-02-30",
    "0001-01-01", "9999-12-31", "10000-01-01", "+2020-06-30", "2020-06-30T00:00:00Z", "20200630", "\ud7ff\uffff",
    "\u202e", "🧯" * 50, "护栏", "x" * 3000, "mine", "all", "division", "00000000-0000-7000-8000-000000000000",
    "2147483648", "-9223372036854775809", "1,2", "1;2",
)  # fmt: skip
RAW = ("%", "%ff%fe", "%ed%a0%80", "=&=&&", "a[]=1&a[]=2", "%00=%00", "?" * 40, "q=%c0%ae", "page=1&page=x", ";" * 99)


@dataclass
class Asked:
    """What was asked, and what went wrong."""

    connection: HTTPConnection = field(default_factory=lambda: HTTPConnection("127.0.0.1", _serving.PORT, timeout=60))
    statuses: Counter[int | str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    unlike: Counter[str] = field(default_factory=Counter)

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, Any, bytes]:
        """Ask; note what was answered with 500 or above, or not at all."""
        try:
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
            status, said, content = answer.status, answer.headers, answer.read()
        except (OSError, HTTPException) as error:
            self.connection.close()
            self.statuses[type(error).__name__] += 1
            self.broken[f"{method} {path[:300]}: {error!r}"] += 1
            return 0, {}, b""
        self.statuses[status] += 1
        if status >= 500:
            self.broken[f"{method} {path[:300]} {(body or b'')[:300]!r}: {status}"] += 1
        return status, said, content


def measured(people: matters.Loop, folder: Path, *, many: int) -> list[_bench.Bar]:
    """Ask the API so many times and pages besides, as somebody of each power in turn."""
    everybody = [_serving.headers(one) for one in clients(people)]
    asked, of_pages = Asked(), int(many * OF_PAGES)
    with _serving.web(folder):
        _ask_api(asked, everybody, many)
        of_api = asked.statuses.total()
        _ask_pages(asked, everybody, of_pages)
    print(f"answers {dict(asked.statuses)}", file=sys.stderr)
    for what, n in [*asked.broken.items(), *asked.unlike.items()][:40]:
        print(f"{n} × {what}", file=sys.stderr)
    size, broken = f"{asked.statuses.total():,} requests", asked.broken.total()
    return [
        _bench.at_most("answered with 500 or not at all", size=size, value=broken, unit="answers", bar=0),
        _bench.at_most("unlike the description", size=f"{of_api:,} to the API", value=asked.unlike.total(),
                       unit="answers", bar=0),
    ]  # fmt: skip


def clients(people: matters.Loop) -> list[Any]:
    """Return somebody of each power."""
    first: dict[str, int] = {}
    for body, power in people.held:
        first.setdefault(power, body)
    return [people.county, *(people.of(body, power) for power, body in first.items())]


def _ask_api(asked: Asked, everybody: list[dict[str, str]], many: int) -> None:
    """Let schemathesis make requests from the description: some as described, some not."""
    from houban.config.api import api

    described = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    schema = schemathesis.openapi.from_dict(described)
    operations: list[Any] = [one.ok() for one in schema.get_all_operations()]  # type: ignore[union-attr]
    kinds = [(one, mode) for one in operations for mode in GenerationMode]
    until, turn = asked.statuses.total() + many, 0
    while asked.statuses.total() < until:
        operation, mode = kinds[turn % len(kinds)]
        headers = everybody[turn // len(kinds) % len(everybody)]
        most = min(A_BATCH, until - asked.statuses.total())
        _batch(asked, operation.as_strategy(generation_mode=mode), headers, most=most, number=turn)
        turn += 1


def _batch(asked: Asked, cases: Any, headers: dict[str, str], *, most: int, number: int) -> None:
    """Ask some requests of one operation, other ones in each batch."""
    quiet = settings(max_examples=most, deadline=None, database=None, phases=[Phase.generate],
                     suppress_health_check=list(HealthCheck))  # fmt: skip

    @seed(number)
    @quiet
    @given(case=cases)
    def ask(case: schemathesis.Case[Any]) -> None:
        _ask_case(asked, case, headers)

    ask()


def _ask_case(asked: Asked, case: schemathesis.Case[Any], headers: dict[str, str]) -> None:
    """Send a case and hold the answer against the description."""
    path = case.formatted_path + (f"?{urlencode(case.query, doseq=True)}" if case.query else "")
    body = None if isinstance(case.body, NotSet) else case.body
    raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    status, said, content = asked.ask(case.method, quote(path, safe="/?&=%+"), headers, raw)
    if status == 0:
        return
    by_name = {name.lower(): [value] for name, value in said.items()}
    request = requests.Request(case.method, f"http://testserver{case.formatted_path}").prepare()
    response = schemathesis.Response(status, by_name, content, request, elapsed=0.0, verify=False)
    try:
        case.validate_response(response, checks=CHECKS)
    except (Failure, FailureGroup) as failure:
        asked.unlike[f"{case.method} {path[:200]} {(raw or b'')[:200]!r}: {str(failure)[:300]}"] += 1


def _ask_pages(asked: Asked, everybody: list[dict[str, str]], many: int) -> None:
    """Ask every page that takes no more than a number for queries of any kind."""
    chance = random.Random(3)  # noqa: S311 - no secret
    names, pages = sorted(queried()), sorted(addresses())
    for number in range(many):
        chosen = [(chance.choice(names), chance.choice(VALUES)) for _ in range(chance.randrange(1, 5))]
        query = chance.choice(RAW) if number % 10 == 0 else urlencode(chosen, errors="surrogatepass")
        asked.ask("GET", f"{pages[number % len(pages)]}?{query}", chance.choice(everybody), None)


def queried() -> set[str]:
    """Return the names under which the program reads queries, as its source says, and those of two forms."""
    source = _bench.ROOT / "src" / "houban"
    files = [path for path in source.rglob("*.py") if "tests" not in path.parts]
    return {name for path in files for name in READ.findall(path.read_text(encoding="utf-8"))} | {
        "unit",
        "type",
        "holder",
    }


def addresses() -> Iterator[str]:
    """Yield the address of every page, with something real in its place where there is."""
    from django.urls import get_resolver

    from houban.divisions import register
    from houban.matters.models import Matter

    matter, county = Matter.objects.values_list("pk", flat=True)[0], register.county()
    words = {"name": "villages", "measure": "villages", "source": "person", "verb": "dispatch", "part": "types"}
    for pattern in _patterns(get_resolver(), ""):
        if pattern.startswith(("api/", "account/session/")):
            continue
        known = re.sub(r"<slug:(\w+)>", lambda found: words.get(found[1], "x"), pattern)
        yield "/" + re.sub(r"<[^>]*>", str(county), re.sub(r"<uuid:[^>]*>", str(matter), known))


def _patterns(resolver: Any, prefix: str) -> Iterator[str]:
    for one in resolver.url_patterns:
        place = prefix + str(one.pattern)
        yield from _patterns(one, place) if hasattr(one, "url_patterns") else [place]
