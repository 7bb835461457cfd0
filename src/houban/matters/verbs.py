"""What the acts on matters are called in the record."""

from houban.core.record.words import name_verbs
from houban.matters.words import Verb

name_verbs({f"matters.{verb.value}": verb.label for verb in Verb})
