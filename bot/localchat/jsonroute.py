"""JSON in and out: an action becomes an endpoint, and what it refuses becomes 400 with a code and words."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.localchat.errors import ApiError, ControlError
from bot.localchat.world import Json

Action = Callable[[Request], Awaitable[Json]]


def endpoint(action: Action) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that answers with what `action` returns; {"error", "text"} and 400 when it refuses."""

    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await action(request))
        except ControlError as error:
            return _refused(error.code, str(error))
        except ApiError as error:
            return _refused("refused", error.description)
        except (KeyError, TypeError, ValueError, json.JSONDecodeError) as error:
            return _refused("bad_request", repr(error))

    return answer


def _refused(code: str, text: str) -> Response:
    return JSONResponse({"error": code, "text": text}, status_code=400)
