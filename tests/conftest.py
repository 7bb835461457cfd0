"""What tests of pages share: somebody of the demonstration, signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client


@pytest.fixture
def signed_in() -> Callable[[str], Client]:
    from houban.accounts.models import User  # once the apps are there

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(name=name))
        return client

    return sign_in
