"""Each way out against a real server of its kind on this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings

from houban.matters.notifying import channels, posting
from houban.matters.notifying.adapters import Adapter, Message, NotSentError, UncertainError
from houban.matters.notifying.mail import Mail
from houban.matters.notifying.robots import DingTalk, WeCom
from houban.matters.notifying.sms import Sms

SECRET = "SEC0123456789abcdef"
MOMENT = datetime(2026, 7, 1, 1, 2, 3, 456000, tzinfo=UTC)
SAID = Message("13800001234", "后半篇提醒", "21-06-000001 网格事件，待派遣，没有时限")


class Gateway:
    """A server that keeps what it is sent, and answers as a test wants it to."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str], Any]] = []
        self.status, self.answer, self.hangs_up = 200, b'{"errcode": 0, "errmsg": "ok"}', False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append((self.path, dict(self.headers), json.loads(body)))
                if outer.hangs_up:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(outer.answer)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send?key=abc"
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.close()


class Postbox:
    """What a mail server does with what it is given."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.recipients = "250 OK"
        self.data = "250 OK"
        self.hangs_up = False

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.recipients

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope)
        if self.hangs_up:
            server.transport.abort()
        return self.data


@pytest.fixture
def postbox(settings: LazySettings) -> Iterator[Postbox]:
    made = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield made
    controller.stop()


def test_mail_arrives_with_sender_subject_and_words(postbox: Postbox) -> None:
    Mail("houban@daan.example").send(Message("luoqiang@daan.example", SAID.subject, SAID.text))

    (mail,) = postbox.mails
    assert (mail.mail_from, mail.rcpt_tos) == ("houban@daan.example", ["luoqiang@daan.example"])
    read = message_from_bytes(mail.content, policy=policy.default)
    assert (read["From"], read["To"], read["Subject"]) == (
        "houban@daan.example",
        "luoqiang@daan.example",
        SAID.subject,
    )
    assert read.get_content().strip() == SAID.text


def test_a_refused_mail_was_not_sent_and_names_nobody(postbox: Postbox) -> None:
    postbox.recipients = "550 no such luoqiang@daan.example"

    with pytest.raises(NotSentError) as told:
        Mail("houban@daan.example").send(Message("luoqiang@daan.example", "x", "x"))

    assert "luoqiang" not in str(told.value)
    assert postbox.mails == []


def test_a_refused_text_was_not_sent(postbox: Postbox) -> None:
    postbox.data = "451 try later"

    with pytest.raises(NotSentError, match="SMTPDataError 451"):
        Mail("houban@daan.example").send(Message("luoqiang@daan.example", "x", "x"))


def test_a_server_that_hangs_up_after_the_words_leaves_it_uncertain(postbox: Postbox) -> None:
    postbox.hangs_up = True

    with pytest.raises(UncertainError):
        Mail("houban@daan.example").send(Message("luoqiang@daan.example", "x", "x"))
    assert len(postbox.mails) == 1


def test_no_mail_server_means_not_sent(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()

    with pytest.raises(NotSentError, match="连不上邮件服务器"):
        Mail("houban@daan.example").send(SAID)


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_text_message_goes_with_its_token(gateway: Gateway) -> None:
    Sms(gateway.url, "token").send(SAID)

    ((path, headers, body),) = gateway.seen
    assert path == "/send?key=abc"
    assert headers["Authorization"] == "Bearer token"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert body == {"mobile": "13800001234", "text": SAID.text}


def test_a_group_of_wecom_is_told_in_text(gateway: Gateway) -> None:
    WeCom(gateway.url).send(SAID)

    ((path, _headers, body),) = gateway.seen
    assert path == "/send?key=abc"
    assert body == {"msgtype": "text", "text": {"content": SAID.text}}


def test_a_group_of_dingtalk_is_told_with_a_signature(gateway: Gateway) -> None:
    DingTalk(gateway.url, SECRET, lambda: MOMENT).send(SAID)

    ((path, _headers, body),) = gateway.seen
    query = parse_qs(urlsplit(path).query)
    wanted = hmac.new(SECRET.encode(), b"1782867723456\n" + SECRET.encode(), hashlib.sha256).digest()
    assert query == {"key": ["abc"], "timestamp": ["1782867723456"], "sign": [base64.b64encode(wanted).decode()]}
    assert body["text"] == {"content": SAID.text}


def test_without_a_secret_dingtalk_is_not_signed(gateway: Gateway) -> None:
    DingTalk(gateway.url, "", lambda: MOMENT).send(SAID)

    assert gateway.seen[0][0] == "/send?key=abc"


@pytest.mark.parametrize("make", [WeCom, lambda url: DingTalk(url, SECRET, lambda: MOMENT)], ids=["wecom", "dingtalk"])
def test_a_robot_that_refuses_has_not_sent(make: Any, gateway: Gateway) -> None:
    adapter: Adapter = make(gateway.url)
    gateway.answer = b'{"errcode": 45009, "errmsg": "api freq out of limit"}'

    with pytest.raises(NotSentError, match="errcode 45009"):
        adapter.send(SAID)
    gateway.answer = b"<html>"
    with pytest.raises(UncertainError, match="看不懂"):
        adapter.send(SAID)


@pytest.mark.parametrize(
    ("status", "error"), [(403, NotSentError), (429, NotSentError), (503, NotSentError), (502, UncertainError)]
)
def test_what_a_gateway_answers_says_whether_it_took_it(status: int, error: type[Exception], gateway: Gateway) -> None:
    gateway.status = status

    with pytest.raises(error, match=f"HTTP {status}"):
        Sms(gateway.url, "").send(SAID)


def test_a_gateway_that_hangs_up_leaves_it_uncertain_and_one_that_is_away_does_not(
    gateway: Gateway,
) -> None:
    gateway.hangs_up = True
    with pytest.raises(UncertainError, match="没有回音"):
        Sms(gateway.url, "").send(SAID)
    with pytest.raises(NotSentError, match="连不上"):
        Sms(f"http://127.0.0.1:{closed_port()}/", "").send(SAID)


def test_a_gateway_that_does_not_answer_leaves_it_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(UncertainError, match="TimeoutError"):
            Sms(f"http://127.0.0.1:{silent.getsockname()[1]}/", "").send(SAID)


def test_there_are_as_many_ways_out_as_are_set(settings: LazySettings) -> None:
    assert channels.adapters(lambda: MOMENT) == {}
    settings.HOUBAN_MAIL_SERVER, settings.HOUBAN_MAIL_FROM = "smtp://x", "houban@daan.example"
    settings.HOUBAN_SMS_GATEWAY, settings.HOUBAN_SMS_TOKEN = "https://sms.example/", "t"
    settings.HOUBAN_WECOM_WEBHOOK = "https://qyapi.example/?key=a"
    settings.HOUBAN_DINGTALK_WEBHOOK, settings.HOUBAN_DINGTALK_SECRET = "https://oapi.example/?t=a", SECRET

    made = channels.adapters(lambda: MOMENT)

    assert [type(one) for one in made.values()] == [Mail, Sms, WeCom, DingTalk]
    assert list(made) == ["mail", "sms", "wecom", "dingtalk"]
