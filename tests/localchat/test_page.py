"""The page is whole, loads nothing from elsewhere, never takes people's words for HTML, and speaks two languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import httpx
import pytest

from bot.localchat.api import BotApi
from bot.localchat.server import PAGE
from bot.localchat.standin import StandIn

SCRIPTS = sorted(path.name for path in PAGE.glob("*.js"))
STYLES = sorted(path.name for path in PAGE.glob("*.css"))
HTML = (PAGE / "index.html").read_text(encoding="utf-8")
SOURCES = {name: (PAGE / name).read_text(encoding="utf-8") for name in [*SCRIPTS, *STYLES]}
CODE = "".join(source for name, source in SOURCES.items() if name.endswith(".js"))


def _book(name: str) -> dict[str, str]:
    """One dictionary of words.js."""
    book = re.search(rf"const {name} = \{{(.*?)\n\}};", SOURCES["words.js"], re.S)
    assert book is not None
    return dict(re.findall(r'\b(\w+): "([^"]*)"', book[1]))


ZH, EN = _book("ZH"), _book("EN")


def test_every_file_of_the_page_is_served_under_a_strict_policy(api: BotApi) -> None:
    with StandIn(api) as chat, httpx.Client(base_url=chat.url) as client:
        page = client.get("/")
        files = {name: client.get(f"/{name}") for name in SOURCES}
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert {name for name, answer in files.items() if answer.status_code != 200} == set()
    assert "javascript" in files["chat.js"].headers["content-type"]
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|https?://", page.text)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_writes_html_or_runs_words_as_code(name: str) -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|javascript:"
    assert not re.search(forbidden, SOURCES[name])


@pytest.mark.parametrize("name", SCRIPTS)
def test_object_addresses_are_given_back(name: str) -> None:
    assert SOURCES[name].count("createObjectURL") <= SOURCES[name].count("revokeObjectURL")


def test_every_element_the_scripts_ask_for_exists() -> None:
    wanted = set(re.findall(r'\$\("([\w-]+)"\)', CODE))
    assert len(wanted) > 50
    assert wanted <= set(re.findall(r'id="([\w-]+)"', HTML))


def test_every_module_is_loaded_before_it_is_asked_for() -> None:
    preloaded = set(re.findall(r'<link rel="modulepreload" href="([\w.-]+)">', HTML))
    imported = set(re.findall(r'from "\./([\w.-]+)"', CODE))
    assert imported == preloaded
    assert imported | {"chat.js", "early.js"} == set(SCRIPTS)


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    assert len(ZH) > 100
    assert ZH.keys() == EN.keys()
    gaps = {key: [set(re.findall(r"\{(\w+)\}", book[key])) for book in (ZH, EN)] for key in ZH}
    assert {key: both for key, both in gaps.items() if both[0] != both[1]} == {}
    assert not [key for key, words in EN.items() if re.search("[\u4e00-\u9fff]", words) and key != "other_language"]


def _asked_for() -> Iterator[str]:
    yield from re.findall(r'\bt\("(\w+)"', CODE)
    yield from re.findall(r'data-w(?:-label|-placeholder)?="(\w+)"', HTML)


def test_every_word_asked_for_is_in_the_dictionary() -> None:
    asked = set(_asked_for())
    assert len(asked) > 80
    assert asked <= ZH.keys()


def _listed(name: str) -> list[str]:
    found = re.search(rf"const {name} = \[(.*?)\];", SOURCES["messages.js"], re.S)
    return re.findall(r'"(\w+)"', found[1]) if found else []


def test_every_kind_of_service_message_and_of_media_has_its_words() -> None:
    kinds, services = _listed("KINDS"), _listed("SERVICES")
    assert len(kinds) > 5 and len(services) > 5
    assert {*kinds, *(f"service_{service}" for service in services)} <= ZH.keys()


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "words.js"])
def test_words_for_people_stand_in_the_dictionary_only(name: str) -> None:
    assert not re.search("[\u4e00-\u9fff]", SOURCES[name])


def test_the_document_itself_says_nothing_in_one_language() -> None:
    body = HTML.partition("<body")[2]
    assert not re.search("[\u4e00-\u9fff]", HTML)
    assert not re.search(r"\s(aria-label|title|placeholder)=", body)


def test_every_button_has_a_name() -> None:
    for tag, words in re.findall(r"<button([^>]*)>(.*?)</button>", HTML, re.S):
        filled_later = 'id="theme"' in tag or 'id="start"' in tag
        assert filled_later or "data-w" in tag or "data-w" in words or "<span id" in words, tag


def _palettes() -> dict[str, dict[str, str]]:
    css = SOURCES["chat.css"]
    found = {}
    for name, selector in (("light", r":root \{"), ("dark", r':root\[data-theme="dark"\] \{')):
        block = re.search(selector + r"(.*?)\n\}", css, re.S)
        assert block is not None
        found[name] = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block[1]))
    return found


def _luminance(colour: str) -> float:
    digits = colour.strip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("ground", "panel", "mine", "theirs", "button", "hover", "chosen")
PAIRS = [
    *product(("ink", "soft", "accent"), GROUNDS),
    ("accent-ink", "accent"),
    ("mark-ink", "mark"),
    ("good", "good-ground"),
    ("bad", "bad-ground"),
    ("good", "panel"),
    ("bad", "panel"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_their_ground(theme: str) -> None:
    colours = _palettes()[theme]
    weak = {f"{ink} on {ground}": round(_contrast(colours[ink], colours[ground]), 2) for ink, ground in PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


def test_both_palettes_have_the_same_colours() -> None:
    palettes = _palettes()
    assert palettes["light"].keys() == palettes["dark"].keys()
