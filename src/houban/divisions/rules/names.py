"""What codes and names say: level, parent, form, short and official name.

Source: 国家统计局《统计用区划代码和城乡划分代码编制规则》: 2-2-2-3-3 digits; town codes 001-099 streets,
100-199 towns, 200-399 townships, 400-599 similar units; village codes 001-199 communities,
200-399 villages, 400-499 similar to communities, 500-599 similar to villages.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from houban.divisions.words import LEVEL_OF_FORM, Form, Level

LEVEL_OF_LENGTH = {
    2: Level.PROVINCE,
    4: Level.CITY,
    6: Level.COUNTY,
    9: Level.TOWN,
    12: Level.VILLAGE,
    15: Level.GROUP,
}
PARENT_LENGTH = {4: 2, 6: 4, 9: 6, 12: 9, 15: 12}

ENDINGS = [
    (Level.CITY, "地区", Form.PREFECTURE),
    (Level.CITY, "自治州", Form.PREFECTURE),
    (Level.CITY, "盟", Form.PREFECTURE),
    (Level.COUNTY, "特区", Form.COUNTY),
    (Level.COUNTY, "林区", Form.COUNTY),
    (Level.COUNTY, "区", Form.DISTRICT),
    (Level.COUNTY, "市", Form.COUNTY_CITY),
    (Level.TOWN, "街道", Form.STREET),
    (Level.TOWN, "街道办事处", Form.STREET),
    (Level.TOWN, "镇", Form.TOWN),
    (Level.TOWN, "乡", Form.TOWNSHIP),
]
BANDS = {
    Level.TOWN: [(100, Form.STREET), (200, Form.TOWN), (400, Form.TOWNSHIP), (1000, Form.TOWN_LIKE)],
    Level.VILLAGE: [
        (200, Form.COMMUNITY),
        (400, Form.VILLAGE),
        (500, Form.COMMUNITY_LIKE),
        (1000, Form.VILLAGE_LIKE),
    ],
}
PLAIN = {
    Level.PROVINCE: Form.PROVINCE,
    Level.CITY: Form.CITY,
    Level.COUNTY: Form.COUNTY,
    Level.TOWN: Form.TOWN_LIKE,
    Level.VILLAGE: Form.VILLAGE,
    Level.GROUP: Form.VILLAGE_GROUP,
    Level.CELL: Form.CELL,
}

COMMUNITY = re.compile(r"(社区)?(居民委员会|居委会)$")
VILLAGE = re.compile(r"(村)?(村民委员会|村委会)$")


def level_of(code: str) -> Level | None:
    """Return the level a code's length stands for, or None where no level has that length."""
    return LEVEL_OF_LENGTH.get(len(code)) if code.isdigit() else None


def tells_parent(code: str, level: str) -> bool:
    """Tell whether a code is made like ours, so that its first digits are the code of the division above."""
    return level_of(code) == level


def parent_code(code: str) -> str:
    """Return the code of the division above; empty for a province."""
    length = PARENT_LENGTH.get(len(code))
    return code[:length] if length else ""


def form_of(code: str, name: str, level: str) -> Form:
    """Tell the form from the name's ending where it decides, else from the code's last three digits."""
    for of_level, ending, form in ENDINGS:
        if of_level == level and name.endswith(ending):
            return form
    if level == Level.GROUP:
        return Form.COMMUNITY_GROUP if _band(code[:12], Level.VILLAGE) == Form.COMMUNITY else Form.VILLAGE_GROUP
    return _band(code, level) or PLAIN[Level(level)]


def _band(code: str, level: str) -> Form | None:
    tail = code[-3:]
    if level not in BANDS or not tail.isdigit() or len(code) not in (9, 12):
        return None
    return next(form for below, form in BANDS[Level(level)] if int(tail) < below)


def short(official: str, form: str) -> str:
    """Turn a list's name into the one people use: 何家冲村委会 → 何家冲村."""
    if form == Form.COMMUNITY and COMMUNITY.search(official):
        return COMMUNITY.sub("社区", official)
    if form == Form.VILLAGE and VILLAGE.search(official):
        return VILLAGE.sub("村", official)
    return official


def official(name: str, form: str) -> str:
    """Return the name as official lists print it: 何家冲村 → 何家冲村委会."""
    if form == Form.COMMUNITY and name.endswith("社区"):
        return f"{name}居委会"
    if form == Form.VILLAGE and name.endswith("村"):
        return f"{name}委会"
    return name


def next_code(parent: str, form: str, *, used: Collection[str]) -> str:
    """Propose the code after the highest of a form below a parent; a gap where the band is full, else nothing.

    `used` holds every code ever borne there: a code that was given up is not given out again.
    """
    level = LEVEL_OF_FORM.get(Form(form))
    if level not in BANDS or PARENT_LENGTH.get(len(parent) + 3) != len(parent) or level != level_of(f"{parent}001"):
        return ""
    low = 1
    for below, of_band in BANDS[level]:
        if of_band == form:
            taken = {int(code[-3:]) for code in used if code.startswith(parent) and len(code) == len(parent) + 3}
            inside = {number for number in taken if low <= number < below}
            free = [number for number in range(low, below) if number not in inside]
            after = [number for number in free if number > max(inside, default=low - 1)]
            return f"{parent}{(after or free or [0])[0]:03d}" if free else ""
        low = below
    return ""
