"""A small HTTP client over bare sockets: it must cost little beside what it measures."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

CONNECTIONS = 8
PATIENCE = 30.0
"""Seconds without a byte after which a server is given up."""
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


def request(method: str, path: str, body: bytes = b"") -> bytes:
    """An HTTP/1.1 request on a connection that stays open."""
    more = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{more}\r\n".encode() + body


class _Caller(asyncio.Protocol):
    """One connection that asks again as soon as it is answered, until `until` (of time.perf_counter)."""

    def __init__(self, make: Callable[[int], bytes], until: float) -> None:
        self._make = make
        self._until = until
        self._received = b""
        self.answered = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first time."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._transport.write(self._make(0))

    def data_received(self, data: bytes) -> None:
        """Count a whole answer and ask again."""
        self._received += data
        if not _is_whole(self._received):
            return
        if not self._received.startswith(b"HTTP/1.1 200"):
            self._end(RuntimeError(self._received[:300].decode(errors="replace")))
            return
        self._received = b""
        self.answered += 1
        if time.perf_counter() < self._until:
            self._transport.write(self._make(self.answered))
        else:
            self._end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server hung up."""
        self._end(exc or ConnectionResetError("the server hung up"))

    def _end(self, error: Exception | None) -> None:
        self._transport.close()
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


def rate(port: int, make: Callable[[int], bytes], seconds: float, connections: int = CONNECTIONS) -> float:
    """Answers a second from 127.0.0.1:`port` to requests that `make` writes, over several connections at once.

    RuntimeError with the answer's beginning when one is not 200.
    """

    async def measured() -> float:
        start = time.perf_counter()
        loop = asyncio.get_running_loop()
        callers = [
            (await loop.create_connection(lambda: _Caller(make, start + seconds), "127.0.0.1", port))[1]
            for _ in range(connections)
        ]
        await asyncio.gather(*(caller.done for caller in callers))
        return sum(caller.answered for caller in callers) / (time.perf_counter() - start)

    return asyncio.run(measured())


@dataclass(frozen=True, slots=True)
class Fetched:
    """Several addresses fetched one after the other: milliseconds to each one's first byte in sum, and in all."""

    first_byte: float
    whole: float
    bytes: int


def fetch(port: int, paths: Sequence[str]) -> Fetched:
    """Fetch `paths` over one connection, each when the one before is there. RuntimeError when one is not 200."""
    first_byte, size = 0.0, 0
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begin = time.perf_counter()
        for path in paths:
            asked = time.perf_counter()
            connection.sendall(request("GET", path))
            received = bytearray(connection.recv(1 << 18) or _hung_up())
            first_byte += time.perf_counter() - asked
            while not _is_whole(received):
                received += connection.recv(1 << 18) or _hung_up()
            if not received.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{path}: {received[:300].decode(errors='replace')}")
            size += len(received)
        whole = time.perf_counter() - begin
    return Fetched(first_byte * 1000, whole * 1000, size)


def _hung_up() -> bytes:
    raise ConnectionResetError("the server hung up")


def _is_whole(received: bytes | bytearray) -> bool:
    end = received.find(_HEAD_END)
    if end < 0:
        return False
    head = bytes(received[:end]).lower()
    at = head.find(_LENGTH)
    length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return len(received) >= end + len(_HEAD_END) + length
