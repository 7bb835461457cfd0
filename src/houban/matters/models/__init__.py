"""What the loop is made of."""

from houban.matters.models.comments import Comment, Mention
from houban.matters.models.duties import DutyRule, OfficeSeason
from houban.matters.models.evidence import Evidence
from houban.matters.models.imports import Intake, Platform, Stage
from houban.matters.models.matters import Matter, Step, Transition
from houban.matters.models.notices import Delivery, Notification, ReadMark, Subscription
from houban.matters.models.orders import Order
from houban.matters.models.parties import Party, PartyKey
from houban.matters.models.standards import FilingRule, MatterType, SameType, Standard

__all__ = [
    "Comment",
    "Delivery",
    "DutyRule",
    "Evidence",
    "FilingRule",
    "Intake",
    "Matter",
    "MatterType",
    "Mention",
    "Notification",
    "OfficeSeason",
    "Order",
    "Party",
    "PartyKey",
    "Platform",
    "ReadMark",
    "SameType",
    "Stage",
    "Standard",
    "Step",
    "Subscription",
    "Transition",
]
