"""The wire without a network: python-telegram-bot's requests answered by a function in this process, for rehearsals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from telegram import InputFile
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

Files = Mapping[str, tuple[str, bytes, str]]
Call = Callable[[str, Mapping[str, str], Files], Mapping[str, Any]]
Fetch = Callable[[str], bytes | None]
Delay = Callable[[str, Mapping[str, str]], float]


class DirectRequest(BaseRequest):
    """Answers each request by `call(method, parameters, files)`, and file downloads by `fetch(path)`.

    `delay(method, parameters)` gives the seconds a call is held back.
    """

    def __init__(self, call: Call, fetch: Fetch, delay: Delay) -> None:
        self._call = call
        self._fetch = fetch
        self._delay = delay

    @property
    def read_timeout(self) -> float | None:
        """There is nothing to wait for."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_timeouts: object,
        **_more: object,
    ) -> tuple[int, bytes]:
        """One request; a file's address gives its bytes, anything else is a Bot API call."""
        if "/file/bot" in url:
            data = self._fetch(url.split("/", 5)[-1])
            return (200, data) if data is not None else (404, b"Not Found")
        parameters = dict(request_data.json_parameters) if request_data else {}
        method = url.rsplit("/", 1)[-1]
        held = self._delay(method, parameters)
        if held > 0:
            await asyncio.sleep(held)
        answer = self._call(method, parameters, _files(request_data))
        return int(answer.get("error_code", 200)), json.dumps(answer, ensure_ascii=False).encode()


def _files(data: RequestData | None) -> Files:
    if data is None or not data.contains_files or not data.multipart_data:
        return {}
    return {name: (part[0], _bytes(part[1]), part[2]) for name, part in data.multipart_data.items()}


def _bytes(content: object) -> bytes:
    if isinstance(content, InputFile):
        content = content.input_file_content
    return content if isinstance(content, bytes) else b""


def build_direct_bot(token: str, call: Call, fetch: Fetch, delay: Delay) -> ExtBot[None]:
    """A Bot whose whole world is the three functions."""
    request = DirectRequest(call, fetch, delay)
    return ExtBot(
        token,
        base_url="http://direct/bot",
        base_file_url="http://direct/file/bot",
        request=request,
        get_updates_request=request,
    )
