"""The written-down description of the Bot API agrees with what two libraries know of it."""

from __future__ import annotations

import inspect

import aiogram.methods
import aiogram.types
import pytest
import telegram

from bot.localchat.description import SHAPES
from bot.localchat.methods import METHODS

NAMES = {name.lower(): name for name in aiogram.methods.__all__}
NOT_OF_THE_API = {"read_timeout", "write_timeout", "connect_timeout", "pool_timeout", "api_kwargs", "self", "filename"}
PUT_INTO_OTHER_FIELDS = {"contact", "location", "media"}
PUT_INTO_THE_FIRST_ITEM = {"sendmediagroup": {"caption", "parse_mode", "caption_entities"}}
OBJECTS = ("InlineKeyboardButton", "KeyboardButton", "ReplyParameters", "LinkPreviewOptions", "BotCommand")


def test_every_method_is_described_and_every_description_is_served() -> None:
    assert {name for name in SHAPES if name[0].islower()} == set(METHODS)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_fields_are_those_aiogram_sends(method: str) -> None:
    known = getattr(aiogram.methods, NAMES[method]).model_fields
    assert set(SHAPES[method]) == set(known)
    needed = {name for name, field in known.items() if field.is_required()}
    assert {name for name, field in SHAPES[method].items() if field.required} == needed


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"close", "logout"}))
def test_whatever_python_telegram_bot_can_send_is_taken(method: str) -> None:
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in NAMES[method]).lstrip("_")
    parameters = set(inspect.signature(getattr(telegram.Bot, snake)).parameters) - NOT_OF_THE_API
    elsewhere = PUT_INTO_OTHER_FIELDS | PUT_INTO_THE_FIRST_ITEM.get(method, set())
    assert parameters - elsewhere - set(SHAPES[method]) == set()


@pytest.mark.parametrize("name", OBJECTS)
def test_objects_have_the_fields_aiogram_knows(name: str) -> None:
    assert set(SHAPES[name]) == set(getattr(aiogram.types, name).model_fields)


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("ReplyMarkup", ["InlineKeyboardMarkup", "ReplyKeyboardMarkup", "ReplyKeyboardRemove", "ForceReply"]),
        ("InputMedia", [f"InputMedia{kind}" for kind in ("Photo", "Video", "Audio", "Document", "Animation")]),
        ("BotCommandScope", ["BotCommandScopeDefault", "BotCommandScopeChatMember"]),
        ("MenuButton", ["MenuButtonDefault", "MenuButtonWebApp", "MenuButtonCommands"]),
        ("ReactionType", ["ReactionTypeEmoji", "ReactionTypeCustomEmoji", "ReactionTypePaid"]),
    ],
)
def test_objects_of_several_kinds_have_the_fields_of_all(name: str, members: list[str]) -> None:
    known = {field for member in members for field in getattr(aiogram.types, member).model_fields}
    assert set(SHAPES[name]) == known


def test_every_type_named_is_described_or_plain() -> None:
    plain = {"String", "Integer", "Float", "Boolean", "Chat", "File", "Object"}
    named = {field.kind for shape in SHAPES.values() for field in shape.values()}
    assert named - plain <= set(SHAPES)
