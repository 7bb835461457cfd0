"""The loop told a second time, plainly: what the tests of turns hold code and database against.

Nothing here is taken from the rules of the app; who is who are the people of `make.loop`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

POWERS = {  # the organisation somebody acts for, and what the post lets them do
    "网格员": ("村委会", {"handle", "verify"}),
    "村书记": ("村委会", {"handle", "dispatch"}),
    "镇调度": ("镇政府", {"handle", "dispatch", "verify"}),
    "执法员": ("执法队", {"handle"}),
    "局科员": ("住建局", {"handle"}),
    "县调度": ("县平台", {"handle", "dispatch", "verify"}),
    "县领导": ("县平台", {"supervise"}),
}
RECEIVERS = {1: "村委会", 2: "镇政府", 3: "县平台"}
WORK = "dispatched handling"
LOOP = {  # verb: from, to (= stays), by whom, only if
    "resolve": ("reported", "closed", "reporter receiver", "village"),
    "file": ("reported", "filed", "receiver", ""),
    "reject": ("reported", "rejected", "receiver", ""),
    "retype": (f"filed {WORK}", "=", "receiver", "runs"),
    "dispatch": (f"filed {WORK}", "dispatched", "receiver", "runs"),
    "return": (WORK, "filed", "holder", "runs first_return"),
    "accept": ("dispatched", "handling", "holder", ""),
    "escalate": ("reported filed", "reported", "receiver", "below_county"),
    "ask": (WORK, "=", "holder", "in_time"),
    "extend": (WORK, "=", "receiver", "in_time runs extended_once"),
    "pause": (WORK, "=", "receiver", "in_time runs never_paused"),
    "resume": (WORK, "=", "receiver holder", "stopped"),
    "submit": ("handling", "verifying", "holder", "runs"),
    "verify": ("verifying", "closed", "verifier", "no_part"),
    "send_back": ("verifying", "handling", "verifier", ""),
    "close": ("filed", "closed", "receiver", "no_part"),
    "recheck": ("closed", "=", "verifier", "drawn"),
    "reopen": ("closed", "filed", "receiver reporter", "unmerged"),
    "merge": (f"reported filed {WORK}", "closed", "receiver", "runs no_part"),
    "unmerge": ("closed", "filed", "receiver", "merged"),
    "split": (f"filed {WORK}", "=", "receiver", ""),
    "supervise": (f"reported filed {WORK} verifying", "=", "leader", ""),
    "reply": ("closed rejected", "=", "receiver", ""),
    "rate": ("closed", "=", "reporter", "unrated"),
    "appeal": ("closed rejected", "=", "holder reporter", "never_appealed"),
}
ORDER = {verb: LOOP[verb] for verb in ("accept", "ask", "extend", "appeal", "submit")} | {
    "verify": ("verifying", "closed", "reporter verifier", "others_work no_part"),
    "send_back": ("verifying", "handling", "reporter verifier", "others_work"),
    "appeal": ("closed rejected", "=", "holder", "never_appealed"),
    "withdraw": (f"{WORK} verifying", "closed", "reporter", ""),
}
MAJOR = {verb: LOOP[verb] for verb in ("file", "reject", "escalate", "close", "reply", "supervise")} | {
    "follow": ("reported filed", "=", "reporter receiver", ""),
}
APPEAL = {"reject": LOOP["reject"], "close": ("reported", "closed", "receiver", "")}
TABLES = {"event": LOOP, "supervision": ORDER, "rectification": ORDER, "major": MAJOR, "appeal": APPEAL}
ENDED = ("closed", "rejected")


@dataclass
class Stand:
    """A matter as the reference has it; organisations and people by name."""

    kind: str
    reporter: str
    receiver: str
    state: str = "reported"
    level: int = 1
    holder: str = ""
    handler: str = ""
    due: datetime | None = None
    stopped: bool = False
    drawn: bool = False
    rated: bool = False
    merged: bool = False
    count: dict[str, int] = field(default_factory=dict)
    returned: set[str] = field(default_factory=set)
    children: list[Stand] = field(default_factory=list)

    def ends(self, verb: str) -> str:
        """Return where a verb leads from here; where it leads nowhere, the state it is in."""
        row = TABLES[self.kind].get(verb)
        return self.state if row is None or row[1] == "=" else row[1]

    def may(self, verb: str, name: str, now: datetime) -> bool:
        """Tell whether somebody may take a verb."""
        row = TABLES[self.kind].get(verb)
        if row is None or self.state not in row[0].split():
            return False
        return any(self._is(who, name) for who in row[2].split()) and all(
            self._holds(only, name, now) for only in row[3].split()
        )

    def _is(self, who: str, name: str) -> bool:
        body, powers = POWERS[name]
        return {
            "reporter": name == self.reporter,
            "receiver": body == self.receiver and "dispatch" in powers,
            "holder": body == self.holder and "handle" in powers,
            "verifier": "verify" in powers and body != self.holder and name != self.handler,
            "leader": "supervise" in powers,
        }[who]

    def _holds(self, only: str, name: str, now: datetime) -> bool:
        return {
            "others_work": POWERS[name][0] != self.holder and name != self.handler,
            "village": self.level == 1,
            "below_county": self.level < 3,
            "runs": not self.stopped,
            "stopped": self.stopped,
            "in_time": self.due is None or now <= self.due,
            "first_return": POWERS[name][0] not in self.returned,
            "extended_once": self.count.get("extend", 0) < 2,
            "never_paused": "pause" not in self.count,
            "never_appealed": "appeal" not in self.count,
            "drawn": self.drawn,
            "unrated": not self.rated,
            "unmerged": not self.merged,
            "merged": self.merged,
            "no_part": all(child.state in ENDED for child in self.children if child.kind == self.kind),
        }[only]

    def take(self, verb: str, name: str, holder: str) -> None:
        """Stand as after a verb; the rule of the test draws whatever closes at the village."""
        body = POWERS[name][0]
        self.state = self.ends(verb)
        self.count[verb] = self.count.get(verb, 0) + 1
        if verb == "escalate":
            self.level, self.holder, self.handler = self.level + 1, "", ""
            self.receiver = RECEIVERS[self.level]
        elif verb == "dispatch":
            self.holder, self.handler = holder, ""
        elif verb in ("return", "reopen", "unmerge"):
            self.holder, self.handler = "", ""
        elif verb in ("accept", "submit", "resolve"):
            self.handler = name
        self._mark(verb, body)

    def _mark(self, verb: str, body: str) -> None:
        if verb == "return":
            self.returned.add(body)
        if verb == "resolve":
            self.holder = self.holder or self.receiver
        if verb in ("pause", "resume", "reopen", "escalate", "file", "unmerge"):
            self.stopped = verb == "pause"
        if verb in ("verify", "resolve", "recheck", "reopen"):
            self.drawn = verb == "resolve" or (verb == "verify" and self.level == 1)
        if verb in ("rate", "reopen"):
            self.rated = verb == "rate"
        if verb in ("merge", "unmerge"):
            self.merged = verb == "merge"

    def begotten(self, verb: str, name: str) -> list[Stand]:
        """Return the matters a verb opens beside, reported by whoever took it."""
        if verb == "supervise":
            held = self.holder or self.receiver
            return [Stand("supervision", name, POWERS[name][0], "dispatched", self.level, held)]
        if verb == "appeal":
            return [Stand("appeal", name, "县平台", level=3)]
        if verb == "split":
            return [Stand(self.kind, name, RECEIVERS[self.level], level=self.level) for _part in range(2)]
        return []
