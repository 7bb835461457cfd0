"""What a person does to the register; each in one transaction, with its record."""

from houban.divisions.actions.boundaries import import_boundaries, place_seat, withdraw_boundaries, withdraw_seats
from houban.divisions.actions.branches import (
    add,
    add_copy,
    copy_branch,
    discard_branch,
    enact_branch,
    open_branch,
    rename_branch,
)
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
    "add",
    "add_copy",
    "annul",
    "assign_codes",
    "attach",
    "begin_correction",
    "copy",
    "copy_branch",
    "correct",
    "correct_value",
    "discard",
    "discard_branch",
    "draft",
    "draft_and_enact",
    "enact",
    "enact_branch",
    "import_boundaries",
    "import_list",
    "measure",
    "move",
    "open_branch",
    "place_seat",
    "reconcile",
    "redraft",
    "remove_total",
    "rename_branch",
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
