"""Settings that can't be used stop the start with a sentence that says what to set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"HOUBAN_PORT": "abc"}, "HOUBAN_PORT 要写成 1 到 65535 的整数"),
        ({"HOUBAN_PORT": "99999"}, "HOUBAN_PORT 要写成 1 到 65535 的整数"),
        ({"HOUBAN_HTTPS": "maybe"}, "HOUBAN_HTTPS 要写成 true 或 false"),
        ({"HOUBAN_CIPHER": "des"}, "HOUBAN_CIPHER 要写成 aes 或 sm4"),
        ({"HOUBAN_MASTER_KEY": "1:" + "k" * 43}, "还缺 HOUBAN_INDEX_KEY"),
        ({"HOUBAN_INDEX_KEY": "k" * 43}, "还缺 HOUBAN_MASTER_KEY"),
        ({"HOUBAN_MASTER_KEY": "k" * 43, "HOUBAN_INDEX_KEY": "k" * 43}, "HOUBAN_MASTER_KEY 要写成“版本:密钥”"),
        ({"HOUBAN_MASTER_KEY": "1:short", "HOUBAN_INDEX_KEY": "k" * 43}, "密钥不足 43 个字符"),
        ({"HOUBAN_RECORD_KEY": "short"}, "HOUBAN_RECORD_KEY 至少要 32 个字符"),
        ({"HOUBAN_BASE_MAP": "https://t.example/{z}/{x}/{y}"}, "还缺 HOUBAN_BASE_MAP_APPROVAL"),
        ({"HOUBAN_BASE_MAP": "https://t.example/{z}", "HOUBAN_BASE_MAP_APPROVAL": "GS"}, "要写明 {z}、{x}、{y} 三处"),
        ({"HOUBAN_BASE_MAP": "https://a;b/{z}{x}{y}", "HOUBAN_BASE_MAP_APPROVAL": "GS"}, "要写成 https://主机"),
        ({"HOUBAN_MAIL_SERVER": "smtp://x"}, "还缺 HOUBAN_MAIL_FROM、HOUBAN_MAIL_TO"),
        ({"HOUBAN_MAIL_SERVER": "x", "HOUBAN_MAIL_FROM": "a@b", "HOUBAN_MAIL_TO": "{username}@b"}, "smtp+tls://"),
        ({"HOUBAN_MAIL_SERVER": "smtp://x", "HOUBAN_MAIL_FROM": "a@b", "HOUBAN_MAIL_TO": "b"}, "要写明 {username}"),
        ({"HOUBAN_SMS_GATEWAY": "file:///etc"}, "HOUBAN_SMS_GATEWAY 要写成 https://"),
        ({"HOUBAN_WECOM_WEBHOOK": "x"}, "HOUBAN_WECOM_WEBHOOK 要写成 https://"),
        ({"HOUBAN_DINGTALK_WEBHOOK": "x"}, "HOUBAN_DINGTALK_WEBHOOK 要写成 https://"),
        ({"DATABASE_URL": "postgres://a:b@localhost/x"}, "还缺 DATABASE_OWNER_URL"),
        ({"DATABASE_OWNER_URL": "postgres://a:b@localhost/x"}, "还缺 DATABASE_URL"),
    ],
    ids=str,
)
@pytest.mark.parametrize("word", ["serve", "figures"])
def test_a_bad_setting_is_told_in_one_sentence(setting: dict[str, str], said: str, word: str, tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "HOUBAN_", "DJANGO_"))}
    environment = clean | {"HOUBAN_DATA": str(tmp_path), "PYTHONPATH": str(ROOT / "src")} | setting

    command = [sys.executable, "-m", "houban.config.cli", word]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
