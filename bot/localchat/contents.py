"""What a message says: text, caption, file, place, contact; first read from a call, then checked and written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.localchat.errors import ApiError, bad_request
from bot.localchat.formatting import FormattedText, formatted
from bot.localchat.media import KINDS, referenced_file
from bot.localchat.params import Params
from bot.localchat.views import file_content, person_view
from bot.localchat.world import Json, StoredFile, World

MAX_TEXT = 4096
MAX_CAPTION = 1024
CAPTION_FIELDS = frozenset({"caption", "caption_entities", "show_caption_above_media"})
_ALBUM = frozenset({"photo", "video", "document", "audio"})
_ALONE_IN_ALBUMS = ("document", "audio")
_COVERED = frozenset({"photo", "video", "animation"})
"""Kinds of media that can be hidden behind a spoiler and carry their caption above."""


def read_text(params: Params) -> FormattedText:
    """The text of a call, its markup read."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    return formatted(params.text("text"), params.text("parse_mode"), params.parsed("entities"))


def read_caption(params: Params) -> FormattedText:
    """The caption of a call, its markup read."""
    return formatted(params.text("caption"), params.text("parse_mode"), params.parsed("caption_entities"))


def text_body(world: World, text: FormattedText, params: Params) -> Json:
    """The checked text of a message as its content fields."""
    if not text.text:
        raise bad_request("text must be non-empty")
    if text.length > MAX_TEXT:
        raise bad_request("message is too long")
    body = _with_entities(world, {"text": text.text}, text, "entities")
    preview = params.parsed("link_preview_options") or {}
    if not preview and params.flag("disable_web_page_preview"):
        preview = {"is_disabled": True}
    return {**body, "link_preview_options": preview} if preview else body


def caption_body(world: World, text: FormattedText) -> Json:
    """The checked caption as content fields; none when there is no caption."""
    if text.length > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return _with_entities(world, {"caption": text.text}, text, "caption_entities") if text.text else {}


def file_body(kind: str, stored: StoredFile, options: Mapping[str, Any]) -> Json:
    """A stored file as content fields; `options` may hide it or put its caption above."""
    body = file_content(stored)
    if kind not in _COVERED:
        return body
    if _yes(options.get("has_spoiler")):
        body["has_media_spoiler"] = True
    if _yes(options.get("show_caption_above_media")):
        body["show_caption_above_media"] = True
    return body


def read_album(params: Params) -> list[tuple[Json, FormattedText]]:
    """The items of sendMediaGroup with their captions read."""
    items: list[Json] = params.parsed("media") or []
    read = [(item, _item_caption(item)) for item in items]
    for item in items:
        _check_kind(params, item, album=True)
    return read


def check_album(items: list[Json]) -> None:
    """Refuse albums that are empty, too large or mixed."""
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > 10:
        raise bad_request("too many messages to send as an album")
    above = {_yes(item.get("show_caption_above_media")) for item in items if item["type"] in _COVERED}
    if len(above) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")
    kinds = {item["type"] for item in items}
    alone = next((kind for kind in _ALONE_IN_ALBUMS if kind in kinds), None)
    if alone is not None and len(kinds) > 1:
        raise bad_request(f"{alone} can't be mixed with other media types")


def read_media(params: Params) -> tuple[Json, FormattedText]:
    """The InputMedia of editMessageMedia with its caption read."""
    item: Json | None = params.parsed("media")
    if item is None:
        raise bad_request("can't parse input media JSON object")
    caption = _item_caption(item)
    _check_kind(params, item, album=False)
    return item, caption


def media_body(world: World, params: Params, item: Json, caption: FormattedText) -> Json:
    """The content fields of an InputMedia."""
    kind = str(item["type"])
    stored = referenced_file(world, params, kind, item)
    return {**file_body(kind, stored, item), **caption_body(world, caption)}


def location_body(params: Params) -> Json:
    """The place of a sendLocation, static or live."""
    for name in ("latitude", "longitude"):
        if not params.text(name).strip():
            raise bad_request(f"{name} is empty")
    location: Json = {name: params.number(name) for name in ("latitude", "longitude")}
    if abs(location["latitude"]) > 90 or abs(location["longitude"]) > 180:
        raise bad_request("wrong location specified")
    for name in ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius"):
        if params.number(name):
            location[name] = params.number(name) if name == "horizontal_accuracy" else params.integer(name)
    return {"location": location}


def contact_body(params: Params) -> Json:
    """The contact of a sendContact."""
    if not any(character.isdigit() for character in params.text("phone_number")):
        raise bad_request('field "phone_number" must contain a valid phone number')
    if not params.text("first_name").strip():
        raise bad_request('field "first_name" must be non-empty')
    names = ("phone_number", "first_name", "last_name", "vcard")
    return {"contact": {name: params.text(name) for name in names if params.text(name)}}


def _item_caption(item: Json) -> FormattedText:
    return formatted(str(item.get("caption") or ""), str(item.get("parse_mode") or ""), item.get("caption_entities"))


def _check_kind(params: Params, item: Json, album: bool) -> None:
    kind, media = str(item["type"]), str(item["media"])
    if not media or (media.startswith("attach://") and params.attached(media) is None):
        raise _media_refusal("media not found")
    if kind == "voice_note":
        raise _media_refusal(f'type "{kind}" is not allowed')
    if kind not in KINDS or kind == "voice":
        raise _media_refusal(f'type "{kind}" is unsupported')
    if album and kind not in _ALBUM:
        raise _media_refusal(f'type "{kind}" can\'t be used in sendMediaGroup')


def _media_refusal(words: str) -> ApiError:
    return bad_request(f"can't parse InputMedia: {words}")


def _with_entities(world: World, body: Json, text: FormattedText, field: str) -> Json:
    entities = [known for entity in text.entities if (known := _with_person(world, entity)) is not None]
    return {**body, field: entities} if entities else body


def _with_person(world: World, entity: Json) -> Json | None:
    if entity["type"] != "text_mention":
        return entity
    person = world.people.get(int(entity["user"]["id"]))
    return None if person is None else {**entity, "user": person_view(person)}


def _yes(value: Any) -> bool:
    return str(value).strip().lower() in {"true", "yes", "1"}
