"""Messages passed on: forwards with their origin, and copies without it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from bot.localchat.contents import CAPTION_FIELDS, caption_body, read_caption
from bot.localchat.errors import bad_request
from bot.localchat.formatting import FormattedText
from bot.localchat.params import Params
from bot.localchat.sending import Envelope, deliver, put, read_envelope
from bot.localchat.views import message_view, sender_view
from bot.localchat.world import Chat, Json, Message, World

MAX_AT_ONCE = 100
_CONTENT = frozenset({"text", "photo", "document", "video", "animation", "audio", "voice", "location", "contact"})


def forward_message(world: World, params: Params) -> Json:
    """forwardMessage."""
    source, message = _one(world, params, "forward")
    if not forwardable(message):
        raise bad_request("the message can't be forwarded")
    envelope = read_envelope(world, params)
    extra = {**envelope.extra, **origin(world, message)}
    envelope = Envelope(envelope.chat, None, None, extra)
    return message_view(world, deliver(world, envelope, dict(source.messages[message.id].body)))


def copy_message(world: World, params: Params) -> Json:
    """copyMessage: a caption, even an empty one, takes the place of the old."""
    caption = read_caption(params) if params.has("caption") else None
    _, message = _one(world, params, "copy")
    if not forwardable(message):
        raise bad_request("the message can't be copied")
    envelope = read_envelope(world, params)
    body = dict(message.body)
    if caption is not None and captioned(message):
        body = _with_caption(world, body, caption)
    return {"message_id": deliver(world, envelope, body).id}


def forward_messages(world: World, params: Params) -> list[Json]:
    """forwardMessages: those that can be forwarded, in their order."""
    return _many(world, params, lambda message: (dict(message.body), origin(world, message)))


def copy_messages(world: World, params: Params) -> list[Json]:
    """copyMessages: those that can be copied, in their order."""
    bare = params.flag("remove_caption")

    def copied(message: Message) -> tuple[Json, Json]:
        kept = {key: value for key, value in message.body.items() if not bare or key not in CAPTION_FIELDS}
        return kept, {}

    return _many(world, params, copied)


def forwardable(message: Message) -> bool:
    """Whether a message may be passed on at all."""
    return says_something(message) and not message.extra.get("has_protected_content")


def says_something(message: Message) -> bool:
    """Whether this is more than a note of what happened in the chat."""
    return not _CONTENT.isdisjoint(message.body)


def captioned(message: Message) -> bool:
    """Whether a message can carry a caption."""
    return not {"photo", "document", "video", "animation", "audio", "voice"}.isdisjoint(message.body)


def origin(world: World, message: Message) -> Json:
    """Where a forwarded message comes from, however often it was passed on."""
    known = message.extra.get("forward_origin")
    sender = sender_view(world, message.sender_id)
    return {"forward_origin": known or {"type": "user", "date": message.date, "sender_user": sender}}


def message_ids(params: Params) -> list[int]:
    """The `message_ids` of a call: 1 to 100."""
    numbers = [int(number) for number in params.parsed("message_ids") or []]
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > MAX_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    if any(number <= 0 for number in numbers):
        raise bad_request("invalid message identifier specified")
    return numbers


def _source(world: World, params: Params) -> Chat:
    if not params.text("from_chat_id"):
        raise bad_request('parameter "from_chat_id" is required')
    return world.chat_for_bot(params.text("from_chat_id"))


def _one(world: World, params: Params, purpose: str) -> tuple[Chat, Message]:
    source = _source(world, params)
    message = source.messages.get(params.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request(f"message to {purpose} not found")
    return source, message


def _many(world: World, params: Params, passed_on: Callable[[Message], tuple[Json, Json]]) -> list[Json]:
    numbers = message_ids(params)
    source = _source(world, params)
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    found = [source.messages[number] for number in numbers if number in source.messages]
    messages = [message for message in found if not message.deleted]
    if not messages:
        raise bad_request("there are no messages to forward")
    messages = [message for message in messages if forwardable(message)]
    if not messages:
        raise bad_request("messages can't be forwarded")
    envelope = read_envelope(world, params)
    if world.gate is not None:
        world.gate.pass_one(envelope.chat.id, len(messages))
    return [_put(world, envelope, *passed_on(message)) for message in messages]


def _put(world: World, envelope: Envelope, body: Json, extra: Json) -> Json:
    one = Envelope(envelope.chat, None, None, {**envelope.extra, **extra})
    return {"message_id": put(world, one, body).id}


def _with_caption(world: World, body: Json, caption: FormattedText) -> dict[str, Any]:
    kept = {key: value for key, value in body.items() if key not in {"caption", "caption_entities"}}
    return {**kept, **caption_body(world, caption)}
