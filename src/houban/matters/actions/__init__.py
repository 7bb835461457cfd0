"""What a person does to matters; each in one transaction, with its record."""

from houban.matters.actions.commenting import comment
from houban.matters.actions.opening import Report, open_matter, open_once
from houban.matters.actions.ordering import correct
from houban.matters.actions.stepping import Wish, take
from houban.matters.actions.subscribing import subscribe
from houban.matters.actions.sweeping import Swept, escalate_late, follow_map, sweep

__all__ = [
    "Report",
    "Swept",
    "Wish",
    "comment",
    "correct",
    "escalate_late",
    "follow_map",
    "open_matter",
    "open_once",
    "subscribe",
    "sweep",
    "take",
]
