"""What no model may hold: a mark upon a person (ADR 14), or a telephone or identity number in plain (ADR 17)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.test.utils import isolate_apps

from houban.core.models import RecordEntry
from houban.divisions.models import Division, Flow
from houban.organisation.models import Appointment, Organisation, Person

Model = type[models.Model]

# Words of a field's name, and of its label, that put a mark on whom the row is about.
MARKS = {
    "score", "scores", "scoring", "point", "points", "rating", "rate", "rated", "rank", "ranking", "ranked", "credit",
    "grade", "graded", "level", "tier", "star", "stars", "merit", "demerit", "reputation", "reliability", "trust",
    "loyalty", "honesty", "evaluation", "appraisal", "assessment", "performance", "percentile", "risk", "danger",
    "blacklist", "redlist", "blacklisted", "profile",
}  # fmt: skip
MARKED = re.compile(
    "评分|得分|打分|积分|分数|扣分|加分|星级|等级|评级|分级|信用|诚信|排名|名次|考核|画像|标签|风险|表现"
)
PEOPLE = {
    "person", "people", "resident", "residents", "citizen", "citizens", "villager", "villagers", "member", "members",
    "user", "staff",
}  # fmt: skip

# Numbers that are sealed, by the words of a field's name and of its label.
NUMBERS = [
    {"phone"}, {"phones"}, {"telephone"}, {"mobile"}, {"cellphone"}, {"tel"}, {"landline"}, {"wechat"}, {"passport"},
    {"identity"}, {"idcard"}, {"ssn"}, {"id", "card"}, {"id", "number"}, {"bank", "card"}, {"bank", "account"},
    {"birthday"}, {"birthdate"}, {"contact"}, {"home", "address"}, {"sfzh"}, {"sjh"},
]  # fmt: skip
NUMBERED = re.compile("电话|手机|身份证|身份号码|证件号|联系方式|银行卡|护照|微信|出生日期|住址")

# Where a rule is wrong about a field, by label of the model and name of the field, with the reason.
ABOUT_NOBODY: dict[str, str] = {
    "matters.Matter.level": "which level of government deals with a matter: village, town or county",
    "matters.Step.level": "which level of government deals with a matter after a step",
    "matters.Matter.rating": "how satisfied whoever reported is with what organisations did about a matter",
    "matters.Order.grade": "how weighty a supervision order is, and nothing about whoever carries it out",
    "matters.Step.rating": "how satisfied whoever reported is with what organisations did about a matter",
}
PUBLIC_NUMBERS: dict[str, str] = {}


def own_models() -> list[Model]:
    """Return every model of the project."""
    return [model for model in apps.get_models() if model.__module__.startswith("houban.")]


def words(name: str) -> set[str]:
    """Return the words of an identifier: of credit_score and creditScore alike."""
    return set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().replace("_", " ")))


def own_fields(model: Model) -> Iterator[models.Field[object, object]]:
    """Return the fields that a model has columns for."""
    return (field for field in model._meta.get_fields() if isinstance(field, models.Field))


def is_about_a_person(model: Model, seen: frozenset[Model] = frozenset()) -> bool:
    """Tell whether a row is of a person: it is one, or it hangs on one, however far up.

    Who entered or settled a row (`entered_by`) is not whom it is about.
    """
    if model in (Person, get_user_model()):
        return True
    above = [
        field.related_model
        for field in own_fields(model)
        if field.is_relation and not field.name.endswith("_by") and isinstance(field.related_model, type)
    ]
    return any(is_about_a_person(one, seen | {model}) for one in above if one not in seen | {model})


def marks(chosen: Iterable[Model]) -> list[str]:
    """Return the fields that put a mark on a person, as app.Model.field."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in chosen
        for field in own_fields(model)
        if _is_a_mark(field, about_a_person=is_about_a_person(model))
    ]


def _is_a_mark(field: models.Field[object, object], *, about_a_person: bool) -> bool:
    named = words(field.name)
    has_mark = bool(named & MARKS) or bool(MARKED.search(str(field.verbose_name)))
    return has_mark and not field.is_relation and (about_a_person or bool(named & PEOPLE))


def plain_numbers(chosen: Iterable[Model]) -> list[str]:
    """Return the fields of text that hold a number which is to be sealed, as app.Model.field."""
    texts = (models.CharField, models.TextField, models.BigIntegerField)
    return [
        f"{model._meta.label}.{field.name}"
        for model in chosen
        for field in own_fields(model)
        if isinstance(field, texts)
        and (any(number <= words(field.name) for number in NUMBERS) or NUMBERED.search(str(field.verbose_name)))
    ]


def test_no_model_rates_a_person() -> None:
    assert [name for name in marks(own_models()) if name not in ABOUT_NOBODY] == []


def test_no_model_holds_telephones_or_identity_numbers_in_plain() -> None:
    assert [name for name in plain_numbers(own_models()) if name not in PUBLIC_NUMBERS] == []


def test_every_exemption_has_its_field_and_its_reason() -> None:
    known = {f"{model._meta.label}.{field.name}" for model in own_models() for field in own_fields(model)}

    assert set(ABOUT_NOBODY) | set(PUBLIC_NUMBERS) <= known
    assert all(len(reason) > 20 for reason in [*ABOUT_NOBODY.values(), *PUBLIC_NUMBERS.values()])


def test_the_rule_knows_what_is_about_a_person() -> None:
    assert is_about_a_person(Person)
    assert is_about_a_person(Appointment)
    assert not any(is_about_a_person(model) for model in (Organisation, Division, Flow, RecordEntry))


def test_organisations_and_places_may_have_codes_levels_and_scores() -> None:
    assert {field.name for field in own_fields(Organisation)} >= {"credit_code"}
    assert {field.name for field in own_fields(Division)} >= {"level"}
    assert marks([Organisation, Division, Flow]) == []


def planted(name: str, field: models.Field[object, object], **more: models.Field[object, object]) -> Model:
    """Make a model that is no part of the project."""
    meta = type("Meta", (), {"app_label": "organisation"})
    with isolate_apps("houban.organisation"):
        return type("Planted", (models.Model,), {"__module__": __name__, "Meta": meta, name: field, **more})


@pytest.mark.parametrize("name", ["score", "credit_score", "integrityRating", "star_level", "risk_grade", "rank"])
def test_a_planted_mark_on_a_person_is_caught(name: str) -> None:
    of_person = planted(name, models.IntegerField(), person=models.ForeignKey(Person, models.PROTECT))
    of_appointment = planted(name, models.IntegerField(), held=models.ForeignKey(Appointment, models.PROTECT))

    assert marks([of_person]) == marks([of_appointment]) == [f"organisation.Planted.{name}"]


def test_a_mark_behind_another_name_is_caught_by_its_label() -> None:
    model = planted("total", models.IntegerField("文明积分"), person=models.ForeignKey(Person, models.PROTECT))

    assert marks([model]) == ["organisation.Planted.total"]


def test_a_mark_on_a_person_without_a_key_to_one_is_caught_by_its_name() -> None:
    assert marks([planted("resident_score", models.IntegerField())]) == ["organisation.Planted.resident_score"]


def test_an_institution_may_be_scored_by_somebody() -> None:
    model = planted(
        "score",
        models.IntegerField("得分"),
        organisation=models.ForeignKey(Organisation, models.PROTECT),
        settled_by=models.ForeignKey(get_user_model(), models.PROTECT),
    )

    assert marks([model]) == []


@pytest.mark.parametrize("name", ["phone", "mobile_phone", "identity", "id_card", "idCardNumber", "contact", "tel"])
def test_a_planted_number_in_plain_is_caught(name: str) -> None:
    assert plain_numbers([planted(name, models.CharField(max_length=20))]) == [f"organisation.Planted.{name}"]
    assert plain_numbers([planted(name, models.TextField())]) == [f"organisation.Planted.{name}"]


def test_a_number_behind_another_name_is_caught_by_its_label() -> None:
    model = planted("reach", models.CharField("联系电话", max_length=20))

    assert plain_numbers([model]) == ["organisation.Planted.reach"]


@pytest.mark.parametrize("name", ["title", "credit_code", "telling", "identical", "number", "hotel"])
def test_other_names_pass(name: str) -> None:
    assert plain_numbers([planted(name, models.CharField(max_length=20))]) == []
