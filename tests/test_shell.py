"""The page shell: who may open what, the as-of day, the policy, errors, languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from houban.accounts.models import User
from houban.divisions.models import Change

pytestmark = pytest.mark.usefixtures("daan")


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(User.objects.get(username="zhoumin"))
    return client


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one


def _of_the_api(view: object) -> bool:
    """Tell whether a view is the API's, which asks for a session itself; tests/access.csv holds its answers."""
    return str(getattr(getattr(view, "func", view), "__module__", "")).startswith("ninja.")


def test_every_view_says_who_may_open_it() -> None:
    pages = [one for one in patterns() if not _of_the_api(one.callback)]
    silent = [str(one.pattern) for one in pages if getattr(one.callback, "access", None) is None]

    assert silent == []


@pytest.mark.parametrize(
    "url",
    ["/", "/divisions/", "/divisions/export.xlsx", "/divisions/changes/", "/reports/", "/reports/figures/villages/"],
)
def test_a_stranger_is_sent_to_sign_in_and_back(client: Client, url: str) -> None:
    response = client.get(url)

    assert response.status_code == 302
    assert response["Location"] == f"/account/session/?next={url}"


@pytest.mark.parametrize("url", ["/divisions/changes/new/", "/divisions/lists/new/", "/divisions/baselines/villages/"])
def test_only_the_post_for_it_enters(client: Client, url: str) -> None:
    client.force_login(User.objects.get(username="heyuan"))

    response = client.get(url)

    assert response.status_code == 403
    assert "您今天的岗位没有这项职权" in response.content.decode()


@pytest.mark.parametrize("url", ["/", "/divisions/", "/divisions/changes/", "/divisions/counts/", "/reports/figures/"])
def test_every_link_of_a_page_keeps_the_day(clerk: Client, url: str) -> None:
    page = clerk.get(url, {"on": "2018-10-31"}).content.decode()

    own = re.findall(r'href="(/(?:divisions|reports)/[^"]*)"', page)
    free = re.compile(r"/(new|template|report)\b|/baselines/|/(changes|lists)/new/")
    assert own
    back_to_today = url
    assert {link for link in own if "on=" not in link and not free.search(link)} <= {back_to_today}


def test_the_day_moves_what_a_page_shows(clerk: Client) -> None:
    assert "永嘉乡" in clerk.get("/divisions/", {"on": "2018-10-31"}).content.decode()
    tree = clerk.get("/divisions/", {"on": "2020-06-30"}).content.decode()
    assert "正在查看 2020 年 6 月 30 日的区划" in tree


@pytest.mark.parametrize("day", ["2020-13-01", "yesterday", "0", "9999999-01-01"])
def test_a_day_that_is_none_is_told(clerk: Client, day: str) -> None:
    response = clerk.get("/divisions/", {"on": day})

    assert response.status_code == 400
    assert "请写成 2020-06-30 这样" in response.content.decode()


@pytest.mark.parametrize("url", ["/matters/rules/?q=%00", "/search/?q=a%00b", "/matters/?%00=1"])
def test_a_query_with_the_character_0_is_refused_with_a_sentence(clerk: Client, url: str) -> None:
    for response in (clerk.get(url), clerk.post("/matters/new/", {"title": "井盖\0"})):
        assert response.status_code == 400
        assert "看不懂的内容" in response.content.decode()


def test_before_the_first_list_the_page_says_so(clerk: Client) -> None:
    assert "2010 年 1 月 1 日还没有名录" in clerk.get("/divisions/", {"on": "2010-01-01"}).content.decode()


def test_scripts_need_the_nonce_of_their_answer(clerk: Client) -> None:
    first, second = clerk.get("/"), clerk.get("/")

    policy = first["Content-Security-Policy"]
    scripts = policy.split("script-src", 1)[1].split(";", 1)[0]
    assert "unsafe" not in policy
    assert policy != second["Content-Security-Policy"]
    inline = re.findall(r"<script(?![^>]*src=)([^>]*)>", first.content.decode())
    nonces = [re.search(r'nonce="([^"]+)"', tag) for tag in inline if "application/json" not in tag]
    assert nonces
    assert all(found and found[1] in scripts for found in nonces)


def test_no_page_has_inline_styles_or_handlers(clerk: Client) -> None:
    for url in ("/", "/divisions/", "/reports/figures/villages/", "/kit/"):
        page = clerk.get(url).content.decode()
        assert re.findall(r"<[^>]+\s(?:style|on\w+)=", page) == []


def test_what_people_write_is_shown_as_text(clerk: Client) -> None:
    attack = "<script>alert(1)</script>"
    Change.objects.create(
        effective_on="2021-06-01", title=attack, recorded_at="2021-06-01T00:00Z", recorded_by_name="x"
    )

    for url in ("/divisions/changes/", "/", f"/search/?q={attack}", f"/divisions/?q={attack}"):
        assert attack not in clerk.get(url).content.decode()


def test_a_missing_page_speaks_chinese(clerk: Client) -> None:
    response = clerk.get("/divisions/999999/")

    assert response.status_code == 404
    assert "登记里没有这个单位" in response.content.decode()


def test_the_language_and_the_theme_can_be_chosen(clerk: Client) -> None:
    clerk.post("/language/", {"language": "en", "next": "/"})
    clerk.post("/theme/", {"theme": "dark", "next": "/"})

    page = clerk.get("/divisions/").content.decode()

    assert '<html lang="en">' in page
    assert "Tree of divisions" in page
    assert re.search(r"tokens-dark[^>]*>", page)
    assert "prefers-color-scheme: dark" not in page


def test_the_theme_never_leads_elsewhere(clerk: Client) -> None:
    assert clerk.post("/theme/", {"theme": "dark", "next": "https://evil.example/"})["Location"] == "/"


@pytest.mark.parametrize(
    ("query", "found"), [("何市", "何市镇"), ("510304104", "何市镇"), ("永嘉", "永嘉乡"), ("减少率", "行政村减少率")]
)
def test_the_search_finds_divisions_of_any_time_and_figures(clerk: Client, query: str, found: str) -> None:
    assert found in clerk.get("/search/", {"q": query}).content.decode()


def test_a_search_that_finds_nothing_says_so(clerk: Client) -> None:
    assert "没有找到" in clerk.get("/search/", {"q": "不存在的村"}).content.decode()


def test_every_page_of_a_demonstration_says_so(clerk: Client) -> None:
    for url in ("/", "/divisions/", "/reports/"):
        assert "示范数据" in clerk.get(url).content.decode()


def test_the_program_says_that_it_is_well(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"
