"""Requests and answers straight on ASGI, where a request object for every call would cost more than the call."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

RawHeader = tuple[bytes, bytes]
_CUT = "localchat.cut"


class BodyTooLargeError(Exception):
    """More bytes came than the address takes."""

    def __init__(self) -> None:
        super().__init__("the body is too large")


class ClientGone(Exception):  # noqa: N818 - a state of the wire, not a failure of this program
    """The client hung up while it spoke: nothing was asked, and nobody hears an answer."""


class DroppableProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol, telling each request how to cut its connection, for faults."""

    def on_message_begin(self) -> None:
        """Put the way to cut into the request's scope."""
        super().on_message_begin()
        self.scope["extensions"] = {_CUT: {"abort": self.transport.abort}}


async def cut(scope: Scope, send: Send) -> None:
    """Cut the request's connection; the client hears nothing more."""
    way = scope.get("extensions", {}).get(_CUT)
    if way is None:
        await answer(send, 502, b"")
        return
    way["abort"]()
    await asyncio.sleep(0)  # so that the server has noticed, and does not miss an answer


async def read_body(receive: Receive, limit: int) -> bytes:
    """The request's body, whole. BodyTooLargeError above `limit` bytes, ClientGone when it breaks off."""
    limited = at_most(limit, receive)
    message = await limited()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts = [body]
    while message.get("more_body"):
        message = await limited()
        parts.append(message.get("body", b""))
    return b"".join(parts)


def at_most(limit: int, receive: Receive) -> Receive:
    """`receive` that raises BodyTooLargeError after more than `limit` bytes, and ClientGone when the client left."""
    left = limit

    async def receiving() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        left -= len(message.get("body", b""))
        if left < 0:
            raise BodyTooLargeError
        return message

    return receiving


async def answer(
    send: Send, status: int, body: bytes, kind: bytes = b"text/plain; charset=utf-8", headers: Iterable[RawHeader] = ()
) -> None:
    """A whole answer at once."""
    own = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": own})
    await send({"type": "http.response.body", "body": body})


def header(scope: Scope, name: bytes) -> str:
    """The first header of that (lower-case) name, "" when there is none."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""
