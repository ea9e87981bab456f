"""JSON in and out: an action becomes an endpoint, and what it refuses becomes 400 with a code and words."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.localchat.errors import ApiError, ControlError
from bot.localchat.jsonvalues import is_text, read_json
from bot.localchat.wire import BodyTooLargeError, ClientGone, at_most, read_body
from bot.localchat.world import Json

Action = Callable[[Request], Awaitable[Json]]
MAX_JSON = 1 << 20
"""Bytes of a JSON body; the longest message is far shorter."""


class _Answer(JSONResponse):
    """JSON in which half a character, as a refused call may have carried, is written as an escape."""

    def render(self, content: Any) -> bytes:
        """The body."""
        try:
            return super().render(content)
        except UnicodeEncodeError:
            return json.dumps(content, allow_nan=False).encode()


def endpoint(action: Action) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that answers with what `action` returns; {"error", "text"} and 400 when it refuses."""

    async def answer(request: Request) -> Response:
        try:
            return _Answer(await action(request))
        except ControlError as error:
            return _refused(error.code, str(error))
        except ApiError as error:
            return _refused("refused", error.description)
        except HTTPException as error:
            return _refused("bad_request", error.detail)
        except (KeyError, TypeError, ValueError, OverflowError, BodyTooLargeError) as error:
            return _refused("bad_request", repr(error))
        except (ClientGone, ClientDisconnect):
            return Response(status_code=400)

    return answer


async def body_of(request: Request) -> Json:
    """The request's JSON object. ValueError when it is none, or cannot be kept as it is."""
    body = read_json(await read_body(request.receive, MAX_JSON))
    if not isinstance(body, dict):
        raise ValueError("a JSON object is expected")
    if not is_text(body):
        raise ValueError("strings must be encoded in UTF-8")
    return body


def limited(request: Request, most: int) -> Request:
    """The same request, of whose body no more than `most` bytes are taken in. BodyTooLargeError when it goes on."""
    return Request(request.scope, at_most(most, request.receive))


def _refused(code: str, text: str) -> Response:
    return JSONResponse({"error": code, "text": text}, status_code=400)
