"""The groups' part of the people's door: who comes and goes, and groups that move.

POST groups            {id (negative), title, members: [id]}     gives {id}
POST groups/join       {chat, user, by?}                         gives {message_id}; `by`: who lets them in
POST groups/leave      {chat, user, by?}                         gives {message_id}; `by`: who removes them
POST groups/promote    {chat, user, admin?, by?}
POST groups/bot        {chat, by, inside}                        the bot is put in, or taken out
POST groups/migrate    {chat, to (negative)}                     becomes a supergroup under another id
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from bot.localchat.api import BotApi
from bot.localchat.jsonroute import Action, body_of, endpoint
from bot.localchat.world import Json


class GroupDoor:
    """`/control/groups…`."""

    def __init__(self, api: BotApi) -> None:
        self._api = api

    def routes(self) -> list[Route]:
        """Its addresses."""
        acts: dict[str, Action] = {
            "": self.add,
            "/join": self.join,
            "/leave": self.leave,
            "/promote": self.promote,
            "/bot": self.bot,
            "/migrate": self.migrate,
        }
        return [Route(f"/control/groups{path}", endpoint(act), methods=["POST"]) for path, act in acts.items()]

    async def add(self, request: Request) -> Json:
        """A new group."""
        body = await body_of(request)
        members = [int(member) for member in body["members"]]
        return {"id": self._api.add_group(int(body["id"]), str(body["title"]), members).id}

    async def join(self, request: Request) -> Json:
        """Somebody comes in."""
        body = await body_of(request)
        return {"message_id": self._api.user_joins(int(body["chat"]), int(body["user"]), by=body.get("by"))}

    async def leave(self, request: Request) -> Json:
        """Somebody goes, or is removed."""
        body = await body_of(request)
        return {"message_id": self._api.user_leaves(int(body["chat"]), int(body["user"]), by=body.get("by"))}

    async def promote(self, request: Request) -> Json:
        """Somebody becomes an administrator, or is one no longer."""
        body = await body_of(request)
        admin = bool(body.get("admin", True))
        self._api.user_promotes(int(body["chat"]), int(body["user"]), admin, by=body.get("by"))
        return {}

    async def bot(self, request: Request) -> Json:
        """The bot is put into the group, or taken out of it."""
        body = await body_of(request)
        act = self._api.add_bot if body["inside"] else self._api.remove_bot
        act(int(body["chat"]), int(body["by"]))
        return {}

    async def migrate(self, request: Request) -> Json:
        """The group becomes a supergroup."""
        body = await body_of(request)
        self._api.migrate_group(int(body["chat"]), int(body["to"]))
        return {}
