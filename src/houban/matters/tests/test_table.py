"""Every verb from every state by every post: allowed exactly where the table says, in code and in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from houban.core import claims
from houban.matters import kinds, office, promises
from houban.matters.actions import writing
from houban.matters.actions.stepping import facts_of
from houban.matters.actions.writing import Said
from houban.matters.hands import Hand
from houban.matters.models import Matter, Step, Transition
from houban.matters.refusals import RefusedError
from houban.matters.rules import guards, outcome, table
from houban.matters.rules.clocks import Limit, Unit
from houban.matters.rules.guards import Facts, Me
from houban.matters.rules.outcome import Given
from houban.matters.tests.make import NOW, Loop, as_owner, loop
from houban.matters.words import State, Verb

pytestmark = pytest.mark.django_db
PEOPLE = ("网格员", "村书记", "镇调度", "执法员", "局科员", "县调度", "县领导")


def test_the_database_has_the_table_of_the_code() -> None:
    columns = promises.COLUMNS.split(", ")

    assert set(Transition.objects.values_list(*columns)) == table.rows()
    assert len(table.rows()) > 60


def test_a_verb_has_one_row_a_kind() -> None:
    with pytest.raises(ValueError, match="two rows"):
        table.Kind("twice", "两次", "L", (table.REPORT, table.REPORT))


@pytest.mark.parametrize("name", PEOPLE)
def test_code_and_database_agree_on_every_verb_from_every_state(name: str, tmp_path: Path) -> None:
    """Try each row from each state it may and may not begin in; the database must refuse what the code refuses."""
    made = loop(tmp_path)
    matter = made.open()
    made.open(title="另一件")
    hand = made.hand(name)
    asked = 0
    for state in State:
        for row in kinds.EVENT.rows:
            if row.verb is Verb.REPORT:
                continue
            _force(matter, state, made)
            facts, me = facts_of(matter), hand.over(matter.unit_id)
            wanted = guards.refusal(row, facts, me, NOW)
            assert _refused(matter, row, made, hand, facts, me) == bool(wanted), (name, state, row.verb, wanted)
            asked += 1
    assert asked == len(State) * (len(kinds.EVENT.rows) - 1)


def _force(matter: Matter, state: State, made: Loop) -> None:
    """Put a matter into a state as nobody could: as the owner, past the trigger."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE matters_matter DISABLE TRIGGER matter_moves_by_steps")
        cursor.execute(
            "UPDATE matters_matter SET state = %s, holder_id = %s, handler_id = %s WHERE id = %s",
            [state.value, made.bodies["执法队"].pk, made.people["执法员"].pk, matter.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE matters_matter ENABLE TRIGGER matter_moves_by_steps")
    matter.refresh_from_db()


def _refused(matter: Matter, row: table.Row, made: Loop, hand: Hand, facts: Facts, me: Me) -> bool:
    """Write the step as the code would, or as a cheat would who is nobody to the matter, and take it back."""
    body = guards.as_what(row, facts, me)
    other = Matter.objects.exclude(pk=matter.pk).first()
    given_with = Given(
        person=hand.person, type=matter.type_id, limit=Limit(1, Unit.WORKING_DAY), receiver=made.bodies["镇政府"].pk,
        holder=made.bodies["执法队"].pk, twin=str(other.pk) if other else None,
    )  # fmt: skip
    stand = outcome.after(row.verb, writing.stand_of(matter), given_with, at=NOW, office=office.current())
    cheat = made.bodies["执法队"].pk
    said = Said(row.verb, (row.to or State(matter.state)).value, body if isinstance(body, int) else cheat, NOW)
    if row.verb is Verb.RATE:
        said = replace(said, rating=4)
    try:
        with transaction.atomic():
            writing.write(matter, said, stand, hand, at=NOW)
            transaction.set_rollback(True)
    except IntegrityError:
        return True
    finally:
        matter.refresh_from_db()
    return False


@pytest.mark.usefixtures("owner")
def test_a_matter_moves_by_its_steps_alone(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()

    with pytest.raises(IntegrityError, match="moves by its steps alone"), transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(state="closed")
    with pytest.raises(IntegrityError, match="moves by its steps alone"), transaction.atomic():
        Matter.objects.filter(pk=matter.pk)._raw_delete("default")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Step.objects.filter(matter=matter).update(text="改了")


def test_nobody_takes_a_step_in_another_name(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    secretary, other = made.hand("村书记"), made.people["镇调度"].pk
    made.hand("村书记")
    said = Said(Verb.REJECT, State.REJECTED, made.bodies["村委会"].pk, NOW, text="无")

    with pytest.raises(IntegrityError, match="own name"), transaction.atomic():
        writing.write(matter, said, writing.stand_of(matter), secretary.__class__(secretary.actor, other), at=NOW)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(st.tuples(st.sampled_from([verb.value for verb in Verb]), st.sampled_from(PEOPLE)), max_size=8))
def test_whatever_is_tried_the_matter_is_the_last_state_of_its_steps(
    path: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with transaction.atomic():
        claims.enter(claims.service("test"), at=datetime.now(UTC))
        made = loop(tmp_path_factory.mktemp("loop"))
        matter = made.open()
        refusals: list[str] = []
        for verb, name in path:
            try:
                made.take(
                    matter,
                    verb,
                    name,
                    text="试",
                    rule=made.rule.pk,
                    amount=1,
                    rating=5,
                    wish="help",
                    parts=("甲", "乙"),
                )
            except RefusedError as refusal:
                refusals.append(refusal.reason)
        matter.refresh_from_db()
        last = matter.steps.order_by("-position").first()
        assert last is not None
        assert (matter.state, matter.steps_taken, matter.holder_id, matter.due) == (
            last.ends, last.position, last.holder_id, last.due,
        )  # fmt: skip
        transaction.set_rollback(True)
