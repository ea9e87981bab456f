"""The page is whole, loads nothing from elsewhere and never takes people's words for HTML."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.localchat.api import BotApi
from bot.localchat.server import PAGE
from bot.localchat.standin import StandIn

SCRIPTS = sorted(path.name for path in PAGE.glob("*.js"))


def test_every_file_of_the_page_is_served_under_a_strict_policy(api: BotApi) -> None:
    with StandIn(api) as chat, httpx.Client(base_url=chat.url) as client:
        page = client.get("/")
        files = {name: client.get(f"/{name}") for name in [*SCRIPTS, "chat.css"]}
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert {name for name, answer in files.items() if answer.status_code != 200} == set()
    assert "javascript" in files["chat.js"].headers["content-type"]
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|https?://", page.text)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_writes_html(name: str) -> None:
    script = (PAGE / name).read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", script)


def test_every_element_the_scripts_ask_for_exists() -> None:
    script = "".join((PAGE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    wanted = set(re.findall(r'\$\("([\w-]+)"\)', script))
    assert len(wanted) > 20
    assert wanted <= set(re.findall(r'id="([\w-]+)"', page))
