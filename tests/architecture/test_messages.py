"""The English catalogue is complete."""

from __future__ import annotations

import messages


def test_every_message_has_its_english() -> None:
    assert messages.faults() == []


def test_the_catalogue_is_not_empty() -> None:
    assert len(list(messages.stored())) > 400
