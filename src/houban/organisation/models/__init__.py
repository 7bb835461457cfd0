"""Who: organisations, posts, people, and the powers that follow from them."""

from houban.organisation.models.authority import Heir, Incompatible, PostPower, Reach
from houban.organisation.models.organisations import Membership, Organisation, Quota
from houban.organisation.models.people import Kinship, Person, QuotaPlace
from houban.organisation.models.personal import PersonalValue, PersonKey
from houban.organisation.models.posts import Appointment, Charge, Post, Term

__all__ = [
    "Appointment",
    "Charge",
    "Heir",
    "Incompatible",
    "Kinship",
    "Membership",
    "Organisation",
    "Person",
    "PersonKey",
    "PersonalValue",
    "Post",
    "PostPower",
    "Quota",
    "QuotaPlace",
    "Reach",
    "Term",
]
