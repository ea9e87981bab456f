"""What tests and bot developers ask of the chat: the transcript of the bot's calls, and faults to come."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.routing import Route

from bot.localchat.api import BotApi, Call
from bot.localchat.faults import Fault
from bot.localchat.jsonroute import body_of, endpoint
from bot.localchat.world import LARGEST_ID, Json

_KINDS = frozenset({"delay", "drop_before", "drop_after", "error"})
_LONGEST = 3600
_NUMBERS = (
    ("count", 1, 1_000_000),
    ("skip", 0, 1_000_000),
    ("code", 400, 599),
    ("retry_after", 0, 1_000_000),
    ("chat_id", -LARGEST_ID, LARGEST_ID),
)


class TrialDoor:
    """`/control/transcript` and `/control/faults`."""

    def __init__(self, api: BotApi) -> None:
        self._api = api

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/control/transcript", endpoint(self.transcript), methods=["GET"]),
            Route("/control/faults", endpoint(self.faults), methods=["GET"]),
            Route("/control/faults", endpoint(self.add_fault), methods=["POST"]),
            Route("/control/faults", endpoint(self.clear_faults), methods=["DELETE"]),
        ]

    async def transcript(self, request: Request) -> Json:
        """The bot's calls after number `after`, oldest first (refused ones: `ok` false), at most the newest `limit`."""
        query = request.query_params
        chat_id = int(query["chat"]) if "chat" in query else None
        method, after = query.get("method"), int(query.get("after", 0))
        both = self._api.transcript(method, chat_id) + self._api.refusals(method, chat_id)
        found = sorted((call for call in both if call.number > after), key=lambda call: call.number)
        newest = found[-int(query["limit"]) :] if "limit" in query else found
        return {"calls": [_call(call) for call in newest]}

    async def faults(self, _request: Request) -> Json:
        """The faults still to come."""
        return {"faults": [asdict(rule) for rule in self._api.faults.rules]}

    async def add_fault(self, request: Request) -> Json:
        """One more fault."""
        body = await body_of(request)
        return asdict(self._api.faults.add(_fault(body)))

    async def clear_faults(self, _request: Request) -> Json:
        """No more faults."""
        self._api.faults.clear()
        return {}


def _fault(body: Json) -> Fault:
    """The fault described. ValueError when a field is of the wrong type or size, TypeError for an unknown one."""
    if body.get("kind") not in _KINDS:
        raise ValueError("kind is delay, drop_before, drop_after or error")
    for name, least, most in _NUMBERS:
        value = body.get(name)
        if value is not None and (type(value) is not int or not least <= value <= most):
            raise ValueError(f"{name} is a whole number between {least} and {most}")
    seconds = body.get("seconds", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _LONGEST:
        raise ValueError(f"seconds is a number between 0 and {_LONGEST}")
    if not all(isinstance(body.get(name, ""), str) for name in ("method", "description")):
        raise ValueError("method and description are texts")
    return Fault(**{name: value for name, value in body.items() if value is not None})


def _call(call: Call) -> Json:
    return {**asdict(call), "at": call.at.isoformat()}
