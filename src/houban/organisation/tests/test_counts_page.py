"""The page that counts what the county has."""

from __future__ import annotations

import pytest
from django.test import Client

from houban.accounts.models import User
from houban.organisation.facts import DECLARED


@pytest.mark.usefixtures("daan")
def test_the_page_lists_every_count(client: Client) -> None:
    client.force_login(User.objects.get(username="heyuan"))

    page = client.get("/organisation/counts/").content.decode()

    assert all(f"/reports/figures/{name}/" in page for name in DECLARED)
    assert client.get("/organisation/counts/?on=2019-10-31").status_code == 200
    assert client.get("/organisation/counts/export/").headers["Content-Type"].endswith("sheet")
