"""What a person does to the register; each in one transaction, with its record."""

from houban.divisions.actions.boundaries import import_boundaries, place_seat, withdraw_boundaries, withdraw_seats
from houban.divisions.actions.changes import annul, attach, discard, draft, draft_and_enact, enact
from houban.divisions.actions.codes import assign_codes
from houban.divisions.actions.correcting import begin as begin_correction
from houban.divisions.actions.correcting import correct, correct_value
from houban.divisions.actions.drafts import copy, redraft
from houban.divisions.actions.lists import import_list, reconcile, sign, sign_difference, sign_each, unsign
from houban.divisions.actions.measurements import measure
from houban.divisions.actions.measurements import withdraw as withdraw_measurements
from houban.divisions.actions.ordering import move
from houban.divisions.actions.settings import set_baseline
from houban.divisions.actions.totals import remove_total, state_total

__all__ = [
    "annul",
    "assign_codes",
    "attach",
    "begin_correction",
    "copy",
    "correct",
    "correct_value",
    "discard",
    "draft",
    "draft_and_enact",
    "enact",
    "import_boundaries",
    "import_list",
    "measure",
    "move",
    "place_seat",
    "reconcile",
    "redraft",
    "remove_total",
    "set_baseline",
    "sign",
    "sign_difference",
    "sign_each",
    "state_total",
    "unsign",
    "withdraw_boundaries",
    "withdraw_measurements",
    "withdraw_seats",
]
