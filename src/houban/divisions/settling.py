"""The questions of a comparison: what went where between the register's map and a later list, and how far one is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from houban.divisions import comparison, places
from houban.divisions.actions.settling import mark
from houban.divisions.models import Change, DivisionCode, Flow, OfficialList
from houban.divisions.rules import acttext, names
from houban.divisions.rules.candidates import SURE, Candidate, Evidence, Ranking
from houban.divisions.rules.infer import Place
from houban.divisions.words import Answer

FULL = 0.85  # from this score on, a suggestion may be confirmed together with others


@dataclass(frozen=True)
class Question:
    """A division that is gone, or goes on under another name: where did it go?"""

    code: str
    name: str
    town: str
    flows: tuple[Flow, ...]

    @property
    def answer(self) -> str:
        """Return what was answered, empty while it is open."""
        return self.flows[0].answer

    @property
    def mark(self) -> str:
        """Return what tells this state of the answer from another."""
        return mark(self.flows[0])

    @property
    def is_suggested(self) -> bool:
        """Tell whether it is open, with a suggestion."""
        return not self.answer and bool(self.flows[0].target_code)

    @property
    def is_likely(self) -> bool:
        """Tell whether its suggestion may be confirmed together with others."""
        score = self.flows[0].score
        return self.is_suggested and score is not None and float(score) >= FULL

    @property
    def onward(self) -> str:
        """Return in words where it went, as answered or suggested."""
        return "、".join(short(flow.target_code, flow.target_name) for flow in self.flows if flow.target_name)


def short(code: str, name: str) -> str:
    """Return a list's name as people say it."""
    level = names.level_of(code)
    return names.short(name, names.form_of(code, name, level)) if level else name


@dataclass(frozen=True)
class Town:
    """A town with its questions."""

    code: str
    name: str
    questions: list[Question] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Count what has been answered."""
        return sum(bool(one.answer) for one in self.questions)


class Settling:
    """All questions of a list's comparison, with both lists and what is known besides."""

    def __init__(self, official: OfficialList) -> None:
        """Read the draft and both lists; `comparison` must be a draft of the list."""
        self.official = official
        self.change: Change = official.comparison  # type: ignore[assignment]
        self.old = comparison.ours(official)
        self.new = comparison.theirs(official)
        self.questions = self._questions()
        self.by_code = {one.code: one for one in self.questions}

    def _questions(self) -> list[Question]:
        grouped: dict[str, list[Flow]] = {}
        for flow in self.change.flows.exclude(source_code="").order_by("source_code", "number"):
            grouped.setdefault(flow.source_code, []).append(flow)
        found = []
        for code, flows in grouped.items():
            above = self.old.get(names.parent_code(code))
            town = short(above.code, above.name) if above else ""
            found.append(Question(code, short(code, flows[0].source_name), town, tuple(flows)))
        return found

    @cached_property
    def towns(self) -> list[Town]:
        """Return the questions by town, in the order of the codes."""
        found: dict[str, Town] = {}
        for one in self.questions:
            code = names.parent_code(one.code)
            found.setdefault(code, Town(code, one.town)).questions.append(one)
        return list(found.values())

    @cached_property
    def progress(self) -> dict[str, int]:
        """Count the questions by what was answered; `suggested` and `open` are still to do."""
        counted = Counter(one.answer or ("suggested" if one.is_suggested else "open") for one in self.questions)
        keys = (Answer.SETTLED, Answer.UNKNOWN, Answer.DOUBTFUL, "suggested", "open")
        return {str(key): counted[key] for key in keys} | {"all": len(self.questions)}

    @property
    def left(self) -> int:
        """Count what nobody has answered."""
        return self.progress["suggested"] + self.progress["open"]

    @cached_property
    def reading(self) -> acttext.Reading:
        """Return what is understood of the act's text."""
        return acttext.read(self.change.text)

    @cached_property
    def mentioned(self) -> dict[str, list[tuple[str, str, str]]]:
        """Return by old code where the act's text says it went: the new code, the groups, the sentence."""
        old, new = _named(self.old.values()), _named(self.new.values())
        found: dict[str, list[tuple[str, str, str]]] = {}
        for said in self.reading.said:
            for source in said.sources:
                for code in self._meant(old.get(source, []), said):
                    for target in self._nearest(new.get(said.target, []), code):
                        found.setdefault(code, []).append((target, said.groups, said.sentence))
        return found

    def _meant(self, codes: list[str], said: acttext.Said) -> list[str]:
        """Of several divisions of one name, keep those that a question is about and whose town the target lies in."""
        asked = [code for code in codes if code in self.by_code]
        if len(asked) < 2:
            return asked
        towns = {names.parent_code(code) for code in _named(self.new.values()).get(said.target, [])}
        return [code for code in asked if names.parent_code(code) in towns]

    def _nearest(self, codes: list[str], source: str) -> list[str]:
        near = [code for code in codes if names.parent_code(code) == names.parent_code(source)]
        return (near or codes)[:1]

    @cached_property
    def ranking(self) -> Ranking:
        """Return what ranks candidates, with the act's text as evidence; borders come with `candidates`."""
        return Ranking(self.old, self.new, Evidence({c: [m[0] for m in ms] for c, ms in self.mentioned.items()}, {}))

    def candidates(self, question: Question) -> list[Candidate]:
        """Return the candidates of a question, best first."""
        town = names.parent_code(question.code)
        moved = [flow.target_code for one in (self.by_code.get(town),) if one for flow in one.flows]
        source = self.old.get(question.code) or Place(question.code, question.flows[0].source_name, town)
        ranking = Ranking(
            self.old, self.new, Evidence(self.ranking.evidence.act, {question.code: self._borders(question.code)})
        )
        return ranking.of(source, [code for code in moved if code])

    def _borders(self, code: str) -> dict[str, float]:
        """Return the kilometres of border shared with others on the day before the list, by code."""
        before = self.official.as_of - timedelta(days=1)
        bearer = DivisionCode.objects.on(before).filter(scheme=self.official.scheme, code=code).first()
        near = places.neighbours(bearer.division_id, before) if bearer else []
        if not near:
            return {}
        codes = DivisionCode.objects.on(before).filter(
            scheme=self.official.scheme, division__in=[one.division for one in near]
        )
        of = dict(codes.values_list("division_id", "code"))
        return {of[one.division]: one.kilometres for one in near if one.division in of}

    def find(self, text: str) -> list[Candidate]:
        """Return the later list's divisions whose name or code holds a text."""
        found = [place for place in self.new.values() if text in place.name or place.code.startswith(text)]
        return [Candidate(place, 0.0, ()) for place in found[:9]]

    def next(self, code: str = "", *, step: int = 1, among: str = "open") -> Question | None:
        """Return the question after (or before) one; the next open one, or the next of all."""
        if not self.questions:
            return None
        at = next((n for n, one in enumerate(self.questions) if one.code == code), -1 if step > 0 else 0)
        size = len(self.questions)
        order = [self.questions[(at + step * n) % size] for n in range(1, size + 1)]
        return next((one for one in order if among == "all" or not one.answer), None)

    def counted(self) -> list[tuple[str, int, int]]:
        """Return what the two lists count, by form as people say it: before, and after."""
        before, after = (
            Counter(names.form_of(p.code, p.name, level) for p in some if (level := names.level_of(p.code)))
            for some in (self.old.values(), self.new.values())
        )
        return [(str(form.label), before[form], after[form]) for form in before | after if before[form] != after[form]]


def _named(places: Iterable[Place]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for place in places:
        found.setdefault(short(place.code, place.name), []).append(place.code)
    return found


__all__ = ["SURE", "Question", "Settling", "Town", "short"]
