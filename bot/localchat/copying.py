"""Messages passed on: forwards with their origin."""

from __future__ import annotations

from bot.localchat.views import sender_view
from bot.localchat.world import Json, Message, World


def forwarded_body(world: World, message: Message) -> Json:
    """A message's content as a forward carries it: with where it came from first."""
    kept = {key: value for key, value in message.body.items() if key != "media_group_id"}
    if "forward_origin" in kept:
        return kept
    origin: Json = {"type": "user", "date": message.date, "sender_user": sender_view(world, message.sender_id)}
    return {**kept, "forward_origin": origin}
