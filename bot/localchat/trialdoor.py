"""What tests and bot developers ask of the chat: the transcript of the bot's calls, and faults to come."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.routing import Route

from bot.localchat.api import BotApi, Call
from bot.localchat.faults import Fault
from bot.localchat.jsonroute import endpoint
from bot.localchat.world import Json

_KINDS = frozenset({"delay", "drop_before", "drop_after", "error"})


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
        body = await request.json()
        if body.get("kind") not in _KINDS:
            raise ValueError("kind is delay, drop_before, drop_after or error")
        return asdict(self._api.faults.add(Fault(**body)))

    async def clear_faults(self, _request: Request) -> Json:
        """No more faults."""
        self._api.faults.clear()
        return {}


def _call(call: Call) -> Json:
    return {**asdict(call), "at": call.at.isoformat()}
