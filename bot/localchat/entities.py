"""Entities over plain text, the links they may carry, and Telegram's sentence for markup that is wrong."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from bot.localchat.errors import ApiError, bad_request

Entity = dict[str, Any]
_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://)?(?P<host>[^/?#:]*)(?P<port>:\d{1,5})?(?P<rest>[/?#].*)?"
)
_APP = re.compile(r"(?i)(?P<scheme>tg|ton|tonsite):(?://)?(?P<rest>.*)")
_HOST = re.compile(r"[^\s@.]+(?:\.[^\s@.]+)+\.?")
_MENTION = re.compile(r"(?i)tg:(?://)?user/?\?(?P<query>[^#]*)")

_FOUND_BY_TELEGRAM = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)
_CARRIED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("bold", "italic", "underline", "strikethrough", "spoiler", "code"), ()),
    **dict.fromkeys(("blockquote", "expandable_blockquote"), ()),
    "pre": ("language",),
    "text_link": ("url",),
    "text_mention": ("user",),
    "custom_emoji": ("custom_emoji_id",),
    "date_time": ("unix_time", "date_time_format"),
}
"""The kinds of entity a bot may give, each with the fields that belong to it."""
_MAY_BE_LEFT_OUT = frozenset({"language", "date_time_format"})

_OUTER_FIRST = {
    name: rank
    for rank, name in enumerate(
        (
            *("blockquote", "expandable_blockquote", "pre", "code", "text_link", "text_mention"),
            *("bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"),
        )
    )
}


def utf16_length(text: str) -> int:
    """How long Telegram finds the text."""
    return len(text) if text.isascii() else len(text) + sum(1 for character in text if character > "\uffff")


def in_order(entities: list[Entity]) -> list[Entity]:
    """Entities as Telegram lists them: by place, the longer first, of equal ones the outer kind first."""
    return sorted(
        entities, key=lambda entity: (entity["offset"], -entity["length"], _OUTER_FIRST.get(entity["type"], 5))
    )


def entities_refusal(text: str) -> ApiError:
    """400 for markup that cannot be read."""
    return bad_request(f"can't parse entities: {text}")


def checked_link(url: str) -> str:
    """The link as Telegram writes it; ValueError with Telegram's reason when it takes no such link."""
    app = _APP.fullmatch(url)
    if app is not None:
        return f"{app['scheme'].lower()}://{app['rest']}"
    parts = _URL.fullmatch(url.strip())
    scheme = (parts["scheme"] or "http").lower() if parts is not None else ""
    if parts is None or (scheme in {"http", "https"} and not _HOST.fullmatch(parts["host"])):
        raise ValueError("Wrong HTTP URL")
    if scheme not in {"http", "https"}:
        raise ValueError("Unsupported URL protocol")
    rest = parts["rest"] or "/"
    slash = "" if rest.startswith("/") else "/"
    return f"{scheme}://{parts['host'].lower()}{parts['port'] or ''}{slash}{rest}"


def link_entity(url: str, offset: int, length: int) -> Entity | None:
    """The entity of a text with a link or a mention behind it; None when Telegram would drop the link."""
    place: Entity = {"offset": offset, "length": length}
    mention = _MENTION.fullmatch(url)
    number = dict(parse_qsl(mention["query"])).get("id", "") if mention is not None else ""
    if number.isdecimal() and int(number) > 0:
        return {**place, "type": "text_mention", "user": {"id": int(number)}}
    try:
        return {**place, "type": "text_link", "url": checked_link(url)}
    except ValueError:
        return None


def given_entities(text: str, given: list[Entity]) -> list[Entity]:
    """The entities a bot gave for `text`, checked; kinds that Telegram finds by itself are left out."""
    units = text.encode("utf-16-le", "surrogatepass")
    return [kept for entity in given if (kept := _checked_entity(units, entity)) is not None]


def _checked_entity(units: bytes, entity: Entity) -> Entity | None:
    kind, offset, length = entity["type"], int(entity["offset"]), int(entity["length"])
    if kind in _FOUND_BY_TELEGRAM:
        return None
    more = _carried(kind, entity)
    if offset < 0 or length <= 0:
        return None
    _check_place(units, offset, offset + length)
    if kind == "text_link":
        more["url"] = _entity_link(str(entity["url"]))
    return {"offset": offset, "length": length, "type": kind, **more}


def _carried(kind: str, entity: Entity) -> Entity:
    names = _CARRIED.get(kind)
    if names is None:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    missing = next((name for name in names if name not in entity and name not in _MAY_BE_LEFT_OUT), None)
    if missing is not None:
        raise bad_request(f"can't parse MessageEntity: Can't find field \"{missing}\"")
    return {name: entity[name] for name in names if name in entity}


def _check_place(units: bytes, begin: int, end: int) -> None:
    last = len(units) // 2
    if end > last:
        beyond = f"ends after the end of the text at UTF-16 offset {last}"
        raise bad_request(f"entity beginning at UTF-16 offset {begin} {beyond}")
    for side, place in (("begins", begin), ("ends", end)):
        if _splits_a_pair(units, place):
            place_in_bytes = _bytes_before(units, place)
            raise bad_request(f"entity {side} in a middle of a UTF-16 symbol at byte offset {place_in_bytes}")


def _splits_a_pair(units: bytes, place: int) -> bool:
    return 0 < place < len(units) // 2 and 0xDC <= units[place * 2 + 1] < 0xE0


def _bytes_before(units: bytes, place: int) -> int:
    return len(units[: place * 2].decode("utf-16-le", "ignore").encode())


def _entity_link(url: str) -> str:
    try:
        return checked_link(url)
    except ValueError as reason:
        raise bad_request(f"entity URL '{url}' is invalid: {reason}") from None
