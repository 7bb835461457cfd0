"""What the loop is made of."""

from houban.matters.models.duties import DutyRule, OfficeSeason
from houban.matters.models.evidence import Evidence
from houban.matters.models.matters import Matter, Step, Transition
from houban.matters.models.standards import FilingRule, MatterType, SameType, Standard

__all__ = [
    "DutyRule",
    "Evidence",
    "FilingRule",
    "Matter",
    "MatterType",
    "OfficeSeason",
    "SameType",
    "Standard",
    "Step",
    "Transition",
]
