"""What a person does to matters; each in one transaction, with its record."""

from houban.matters.actions.opening import Report, open_matter
from houban.matters.actions.stepping import Wish, take

__all__ = ["Report", "Wish", "open_matter", "take"]
