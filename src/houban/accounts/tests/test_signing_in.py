"""Signing in and out, the password, and accounts from the command line."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client

from houban.accounts.models import User
from houban.core.models import RecordEntry

SESSION = "/account/session/"
GOOD = "Qing-Shan-Lv-Shui-7"


@pytest.fixture
def zhang(db: None) -> User:
    return User.objects.create_user("zhang", name="张三", password=GOOD)


def sign_in(client: Client, username: str, password: str, **more: str) -> int:
    sent = {"username": username, "password": password, **more}
    return client.post(SESSION, sent, REMOTE_ADDR=f"10.0.0.{uuid4().int % 250}").status_code


def test_the_right_password_lets_in_and_is_on_record(client: Client, zhang: User) -> None:
    assert sign_in(client, "zhang", GOOD) == 302

    assert client.get("/").status_code == 200
    assert RecordEntry.objects.filter(verb="accounts.signed_in", actor_id=zhang.pk).exists()


def test_passwords_are_hashed_with_argon2(zhang: User) -> None:
    assert zhang.password.startswith("argon2")


@pytest.mark.parametrize(("username", "password"), [("zhang", "wrong"), ("nobody", GOOD)])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    client: Client, zhang: User, username: str, password: str
) -> None:
    response = client.post(SESSION, {"username": username, "password": password})

    assert response.status_code == 422
    assert "用户名或密码不对" in response.content.decode()


def test_after_five_failures_even_the_right_password_must_wait(client: Client, db: None) -> None:
    name = f"u{uuid4().hex[:8]}"
    User.objects.create_user(name, name="某人", password=GOOD)
    for _ in range(5):
        sign_in(client, name, "wrong")

    response = client.post(SESSION, {"username": name, "password": GOOD})

    assert response.status_code == 422
    assert "15 分钟后再试" in response.content.decode()


def test_a_disabled_account_stays_out(client: Client, zhang: User) -> None:
    call_command("admin", "disable", "zhang", stdout=io.StringIO())

    assert sign_in(client, "zhang", GOOD) == 422


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_elsewhere(client: Client, zhang: User, target: str) -> None:
    response = client.post(SESSION, {"username": "zhang", "password": GOOD, "next": target})

    assert response["Location"] == "/"


def test_signing_out_ends_the_session(client: Client, zhang: User) -> None:
    client.force_login(zhang)

    client.post("/account/session/end/")

    assert client.get("/")["Location"].startswith(SESSION)


def test_a_new_password_counts_and_ends_other_sessions(client: Client, zhang: User) -> None:
    elsewhere = Client()
    for one in (client, elsewhere):
        one.force_login(zhang)

    client.post("/account/password/", {"old": GOOD, "new": GOOD + "8", "again": GOOD + "8"})

    zhang.refresh_from_db()
    assert zhang.check_password(GOOD + "8")
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


@pytest.mark.parametrize(
    ("current", "new", "again"), [("wrong", GOOD + "8", GOOD + "8"), (GOOD, "12345678", "12345678"), (GOOD, "a1", "b2")]
)
def test_a_bad_change_of_password_changes_nothing(
    client: Client, zhang: User, current: str, new: str, again: str
) -> None:
    client.force_login(zhang)

    response = client.post("/account/password/", {"old": current, "new": new, "again": again})

    zhang.refresh_from_db()
    assert response.status_code == 422
    assert zhang.check_password(GOOD)


@pytest.mark.usefixtures("daan")
def test_a_demonstration_lets_in_without_a_password(client: Client) -> None:
    clerk = User.objects.get(username="zhoumin")

    client.post(f"/account/session/demonstration/{clerk.pk}/")

    assert "周敏" in client.get("/").content.decode()


def test_a_real_installation_has_no_demonstration_sign_ins(client: Client, zhang: User) -> None:
    User.objects.filter(pk=zhang.pk).update(demonstration_role="示范")

    assert client.post(f"/account/session/demonstration/{zhang.pk}/").status_code == 404


def test_an_administrator_is_made_from_the_command_line(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{GOOD}\n"))

    call_command("admin", "create", "li", "--name", "李四", "--password-stdin", stdout=io.StringIO())

    made = User.objects.get(username="li")
    assert (made.name, made.check_password(GOOD)) == ("李四", True)


def test_a_name_is_taken_once_and_a_weak_password_is_refused(zhang: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{GOOD}\n"))
    with pytest.raises(CommandError):
        call_command("admin", "create", "zhang", "--name", "张三", "--password-stdin")

    monkeypatch.setattr("sys.stdin", io.StringIO("12345678\n"))
    with pytest.raises(CommandError):
        call_command("admin", "create", "wang", "--name", "王五", "--password-stdin")


def test_a_password_is_reset_from_the_command_line(zhang: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{GOOD}9\n"))

    call_command("admin", "reset-password", "zhang", "--password-stdin", stdout=io.StringIO())

    zhang.refresh_from_db()
    assert zhang.check_password(f"{GOOD}9")


def test_cookies_are_kept_from_scripts(settings: LazySettings) -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
