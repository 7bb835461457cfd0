"""Read a setting, or say in one sentence what to write instead."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d+)?")
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
YES, NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off", "")


class SettingError(RuntimeError):
    """A setting holds what can't be used; the message says what to write."""


def number(name: str, *, default: int, least: int, most: int) -> int:
    """Return a whole number within bounds."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or not least <= int(text) <= most:
        raise SettingError(f"{name} 要写成 {least} 到 {most} 的整数，现在是“{text}”。不设时用 {default}。")
    return int(text)


def choice(name: str, *, default: str, among: tuple[str, ...]) -> str:
    """Return one of a few words."""
    text = os.environ.get(name, "").strip().lower()
    if text and text not in among:
        raise SettingError(f"{name} 要写成 {' 或 '.join(among)}，现在是“{text}”。不设时用 {default}。")
    return text or default


def switch(name: str, *, default: bool) -> bool:
    """Return whether something is on."""
    text = os.environ.get(name)
    if text is None:
        return default
    if text.strip().lower() not in YES + NO:
        raise SettingError(f"{name} 要写成 true 或 false，现在是“{text}”。")
    return text.strip().lower() in YES


def key(name: str, *, least: int) -> str:
    """Return a key that is long enough, or an empty text."""
    text = os.environ.get(name, "").strip()
    if text and len(text) < least:
        raise SettingError(
            f"{name} 至少要 {least} 个字符，现在是 {len(text)} 个。不设时自动生成一个，存在数据文件夹里。"
        )
    return text


def base_map_host(url: str, approval: str) -> str:
    """Return the scheme and host of a base map, empty without one; refuse what can't be or may not be shown."""
    if bool(url) != bool(approval):
        missing = "HOUBAN_BASE_MAP_APPROVAL（审图号）" if url else "HOUBAN_BASE_MAP"
        raise SettingError(f"底图要和审图号一起设，还缺 {missing}。")
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not HOST.fullmatch(parts.netloc):
        raise SettingError("HOUBAN_BASE_MAP 要写成 https://主机/…{z}…{x}…{y} 的瓦片地址。")
    if any(f"{{{name}}}" not in url for name in "xyz"):
        raise SettingError("HOUBAN_BASE_MAP 要写明 {z}、{x}、{y} 三处。")
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class MailServer:
    """A mail server as Django's settings name its parts."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    is_tls: bool = False
    starts_tls: bool = False


def mail_server(url: str, sender: str, to: str) -> MailServer:
    """Read a mail server given as `smtp://user:password@host:25`."""
    given = {"HOUBAN_MAIL_SERVER": url, "HOUBAN_MAIL_FROM": sender, "HOUBAN_MAIL_TO": to}
    if any(given.values()) and not all(given.values()):
        missing = "、".join(name for name, value in given.items() if not value)
        raise SettingError(f"发邮件的三项要一起设，还缺 {missing}。")
    if not url:
        return MailServer()
    parts = urlsplit(url)
    if parts.scheme not in MAIL_PORTS or not parts.hostname:
        raise SettingError(
            "HOUBAN_MAIL_SERVER 要写成 smtp://、smtp+tls:// 或 smtps:// 开头的地址，如 smtps://用户:口令@主机:465。"
        )
    if "{username}" not in to:
        raise SettingError("HOUBAN_MAIL_TO 要写明 {username} 在哪里，如 {username}@example.gov.cn。")
    return MailServer(
        host=parts.hostname,
        port=parts.port or MAIL_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=parts.scheme == "smtps",
        starts_tls=parts.scheme == "smtp+tls",
    )


def gateway(name: str, url: str) -> str:
    """Return the address of a gateway that messages are posted to."""
    if url and (urlsplit(url).scheme not in ("https", "http") or not urlsplit(url).netloc):
        raise SettingError(f"{name} 要写成 https:// 开头的地址。")
    return url
