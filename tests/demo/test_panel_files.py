"""The panel's files: words in both languages, nothing unsafe, and agreement with what the bot says and listens to."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.texts.commands import command_of

PAGE = Path(str(resources.files("bot.demo") / "page"))
SCREENS = Path(str(resources.files("bot.texts") / "screens"))
FILES = {path.name: path.read_text(encoding="utf-8") for path in sorted(PAGE.iterdir()) if path.is_file()}
SCRIPTS = {name: text for name, text in FILES.items() if name.endswith(".js")}
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
IMPORT = re.compile(r'^import \{([^}]+)\} from "\./([\w.]+)";$', re.MULTILINE)
FAMILIES = ("speed_", "manner_", "need_", "own_plan", "own_roster")
STEP_WORDS = ("title", "text", "todo", "done")


def words_of(language: str) -> dict[str, str]:
    """The keys of one language's table in words.js with their words; words over two lines are joined."""
    table = re.search(rf"^const {language.upper()} = \{{$(.*?)^\}};$", SCRIPTS["words.js"], re.MULTILINE | re.DOTALL)
    assert table is not None
    body = re.sub(r'"\s*\n\s*\+ "', "", table[1])
    return dict(re.findall(rf"(\w+): {STRING.pattern}", body))


def steps() -> list[str]:
    table = re.search(r"^const STEPS = \{(.*)\};$", SCRIPTS["steps.js"], re.MULTILINE)
    assert table is not None
    return re.findall(r"(\w+):", table[1])


def block(name: str) -> str:
    found = re.search(rf"^export const {name} = \{{(.*?)\}};$", SCRIPTS["words.js"], re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_both_languages_have_the_same_words() -> None:
    chinese, english = words_of("zh"), words_of("en")
    assert len(chinese) > 80
    assert list(chinese) == list(english)
    assert all(words.strip() for words in (*chinese.values(), *english.values()))


def test_both_languages_fill_in_the_same_values() -> None:
    chinese, english = words_of("zh"), words_of("en")
    named = re.compile(r"\{\w+\}")
    assert {key for key in chinese if set(named.findall(chinese[key])) != set(named.findall(english[key]))} == set()


def test_every_word_asked_for_exists_and_none_is_left_over() -> None:
    code = "\n".join(text for name, text in SCRIPTS.items() if name != "words.js")
    known = set(words_of("zh"))
    asked = set(re.findall(r'\b(?:say|said|told)\(\s*"(\w+)"', code)) | set(re.findall(r'"(need_\w+)"', code))
    spoken = {key for key in known if f'"{key}"' in code or key in section_names() or key.startswith(FAMILIES)}
    spoken |= {f"{step}_{part}" for step in steps() for part in STEP_WORDS}
    assert asked - known == set()
    assert known - spoken == set()


def section_names() -> set[str]:
    table = re.search(r"^const SECTIONS = \{(.*)\};$", SCRIPTS["panel.js"], re.MULTILINE)
    assert table is not None
    return set(re.findall(r"(\w+):", table[1]))


def test_the_tour_has_eight_steps_each_told_in_full() -> None:
    known = words_of("zh")
    assert len(steps()) == 8
    assert {f"{step}_{part}" for step in steps() for part in STEP_WORDS} <= set(known)


@pytest.mark.parametrize("name", [name for name in FILES if name != "words.js"])
def test_only_the_words_file_speaks_chinese(name: str) -> None:
    assert re.findall(r"[\u2e80-\u9fff\uff00-\uffef]", FILES[name]) == []


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_a_script_builds_nodes_and_never_parses_text_as_code(name: str) -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\(\"style\""
    assert re.findall(forbidden, SCRIPTS[name]) == []


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_what_a_script_imports_is_exported_there_and_used_here(name: str) -> None:
    text = SCRIPTS[name]
    for names, source in IMPORT.findall(text):
        for one in (part.strip() for part in names.split(",")):
            assert re.search(rf"^export (?:async )?(?:function|class|const) {one}\b", SCRIPTS[source], re.MULTILINE), (
                one
            )
            assert len(re.findall(rf"\b{one}\b", text)) > 1, f"{one} is imported in vain"
    assert len(re.findall(r"^import ", text, re.MULTILINE)) == len(IMPORT.findall(text))


@pytest.mark.parametrize("name", list(FILES))
def test_a_file_stays_short(name: str) -> None:
    assert len(FILES[name].splitlines()) <= 330


def bot_says() -> list[str]:
    """Every text of the bot in both languages, without markup."""
    catalogue = read_po((Path(str(resources.files("bot.texts"))) / "en.po").open("rb"), locale="en")
    texts: list[str] = []
    for message in catalogue:
        for said in (message.id, message.string):
            texts += [said] if isinstance(said, str) else list(said or ())
    return [re.sub(r"<[^>]+>", "", text) for text in texts]


def test_what_the_tour_listens_for_is_what_the_bot_says() -> None:
    texts = bot_says()
    marks = re.findall(r"^\s+(\w+): /(.+)/,$", block("SAID"), re.MULTILINE)
    assert {key for key, _ in marks} == {"signed", "received", "own_words", "returned", "report_number", "owed"}
    for _, pattern in marks:
        for alternative in pattern.split("|"):
            assert any(re.search(alternative, text) for text in texts), alternative


def test_what_the_tour_types_is_a_command_of_the_bot() -> None:
    typed = dict(re.findall(r'(\w+): "([^"]+)"', block("COMMANDS")))
    assert {name: command_of(words) for name, words in typed.items()} == {name: name for name in typed}


def test_every_button_the_tour_presses_is_one_the_bot_draws() -> None:
    drawn = "\n".join(path.read_text(encoding="utf-8") for path in SCREENS.glob("*.py"))
    pressed = set(re.findall(r'(?:press|find)\(\w+(?:\.\w+)?, "(\w+)"', SCRIPTS["steps.js"]))
    pressed |= set(re.findall(r'action === "(\w+)"', SCRIPTS["hand.js"] + SCRIPTS["steps.js"]))
    assert {"pp", "pa", "sg", "f", "st", "go", "rr", "rc", "rl", "sm", "sx"} <= pressed
    assert {action for action in pressed if f'"{action}"' not in drawn} == set()
