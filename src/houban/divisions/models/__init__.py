"""The register: identities, their dated versions and codes, the changes, and who flowed into whom."""

from houban.divisions.models.baselines import Baseline
from houban.divisions.models.branches import Branch
from houban.divisions.models.changes import Change, ControlTotal, Flow
from houban.divisions.models.divisions import Division
from houban.divisions.models.lists import ListDifference, ListEntry, OfficialList
from houban.divisions.models.measurements import Measurement
from houban.divisions.models.places import Boundary, BoundarySet, Seat
from houban.divisions.models.settling import Gesture
from houban.divisions.models.versions import DivisionCode, DivisionVersion

__all__ = [
    "Baseline",
    "Boundary",
    "BoundarySet",
    "Branch",
    "Change",
    "ControlTotal",
    "Division",
    "DivisionCode",
    "DivisionVersion",
    "Flow",
    "Gesture",
    "ListDifference",
    "ListEntry",
    "Measurement",
    "OfficialList",
    "Seat",
]
