"""Who went into whom in 2020, for the demonstration: not published, so made up; compound names give some away."""

from __future__ import annotations

TABLE = {
    "002": {"009": "014", "016": "013"},
    "003": {"010": "007"},
    "004": {"007": "008"},
    "006": {"001": "005", "002": "005"},
    "100": {"009": "008", "206": "213", "207": "213", "208": "209", "211": "212"},
    "102": {"202": "201", "205": "204", "206": "207", "208": "209"},
    "103": {
        "201": "219",
        "206": "205",
        "209": "209",
        "210": "209",
        "211": "213",
        "214": "215",
        "216": "219",
        "218": "217",
    },
    "104": {
        "201": "226",
        "202": "226",
        "203": "227",
        "204": "227",
        "205": "228",
        "206": "228",
        "207": "230",
        "208": "230",
        "209": "234",
        "210": "234",
        "213": "229",
        "214": "229",
        "215": "231",
        "216": "231",
        "217": "232",
        "219": "232",
        "220": "221",
        "223": "222",
        "224": "233",
        "225": "233",
    },
    "105": {
        "201": "212",
        "202": "212",
        "203": "213",
        "205": "210",
        "206": "210",
        "207": "211",
        "208": "213",
        "209": "211",
    },
    "106": {"206": "207", "208": "208", "209": "208"},
    "107": {
        "204": "235",
        "205": "203",
        "206": "214",
        "207": "214",
        "208": "209",
        "210": "212",
        "211": "234",
        "215": "234",
        "217": "216",
        "218": "236",
        "221": "236",
        "223": "222",
        "225": "226",
        "227": "224",
        "228": "230",
        "229": "235",
        "231": "220",
        "232": "233",
    },
    "108": {"202": "201", "204": "203", "206": "205", "207": "208", "211": "212", "214": "213"},
    "109": {
        "201": "201",
        "204": "203",
        "205": "206",
        "208": "209",
        "209": "209",
        "210": "211",
        "212": "214",
        "213": "207",
        "216": "201",
        "217": "215",
    },
}
SPLIT = [("510304103212", "510304103213", "1-6"), ("510304103212", "510304103203", "7-99")]
UNSURE = {"510304104201", "510304104202"}


def flows(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return (old code, new code, groups); demand that they explain every difference of the two lists."""
    rows = [
        (f"510304{town}{source}", f"510304{town}{target}", "")
        for town, pairs in TABLE.items()
        for source, target in pairs.items()
    ]
    rows += SPLIT
    gone = {code for code, name in before.items() if len(code) == 12 and after.get(code) != name}
    come = {code for code, name in after.items() if len(code) == 12 and before.get(code) != name}
    explained = {source for source, _target, _part in rows}
    if gone != explained or not come <= {target for _source, target, _part in rows}:
        raise ValueError(f"{gone ^ explained} {come}")
    return sorted(rows)


def numbers(part: str) -> range:
    """Return the numbers of the groups a part names, such as 1-6."""
    first, _, last = part.partition("-")
    return range(int(first), int(last) + 1) if part else range(0)
