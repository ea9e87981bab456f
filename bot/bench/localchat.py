"""How fast the built-in chat is: over HTTP, in process, and as a page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from statistics import median

from bot.bench.client import fetch, rate, request
from bot.bench.model import ROUNDS, Benchmark, Comparison, in_turns
from bot.bench.servers import CHATS, FIRST_PERSON, MESSAGES, chat, message, served
from bot.localchat.api import DEFAULT_TOKEN
from bot.localchat.server import page_paths

_STATE = "/control/state"


def over_http(seconds: float) -> Comparison:
    """sendMessage over HTTP beside an application that answers two bytes to the same requests."""

    def asking(path: str) -> Callable[[int], bytes]:
        return lambda number: request("POST", path, _body(number))

    each = seconds / ROUNDS / 2
    with served("chat") as ours, served("bare") as bare:
        fetch(ours, ["/control/clock"])
        fetch(bare, ["/"])
        measured, beside = in_turns(
            lambda: rate(ours, asking(f"/bot{DEFAULT_TOKEN}/sendMessage"), each),
            lambda: rate(bare, asking("/"), each),
        )
    return Comparison("localchat-http", "/s", measured, beside)


def in_process(seconds: float) -> Comparison:
    """api.call of sendMessage beside writing and reading the same message and its answer as JSON."""
    api = chat()
    sent = message(FIRST_PERSON, 1)
    answered = api.call("sendMessage", sent)

    def round_trip(_number: int) -> None:
        json.loads(json.dumps(sent))
        json.loads(json.dumps(answered))

    def call(number: int) -> None:
        api.call("sendMessage", message(FIRST_PERSON + number % CHATS, number))

    each = seconds / ROUNDS / 2
    measured, beside = in_turns(lambda: _calls(call, each), lambda: _calls(round_trip, each))
    return Comparison("localchat-call", "/s", measured, beside)


def page(_seconds: float) -> Comparison:
    """The page and all its files, one after the other, beside as many bytes from the bare application."""
    return _beside_bare("localchat-page", 0, page_paths())


def first_state(_seconds: float, messages: int = MESSAGES) -> Comparison:
    """What the page asks first, in a chat full of messages, beside as many bytes from the bare application."""
    return _beside_bare("localchat-state", messages, [_STATE])


BENCHMARKS = (
    Benchmark("localchat-http", "sendMessage a second over HTTP; bare: an application that answers “ok”", over_http),
    Benchmark("localchat-call", "sendMessage a second in process; bare: the same message through json", in_process),
    Benchmark("localchat-page", "the page and its files; bare: as many bytes", page),
    Benchmark(
        "localchat-state", f"the first state, {CHATS} chats of {MESSAGES} messages; bare: as many bytes", first_state
    ),
)


def _body(number: int) -> bytes:
    return json.dumps(message(FIRST_PERSON + number % CHATS, number)).encode()


def _calls(call: Callable[[int], None], seconds: float) -> float:
    start, number = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        call(number)
        number += 1
    return number / (time.perf_counter() - start)


def _beside_bare(name: str, messages: int, paths: Sequence[str]) -> Comparison:
    with served("chat", messages) as ours, served("bare") as bare:
        sizes = [fetch(ours, [path]).bytes for path in paths]
        same = [f"/{size}" for size in sizes]
        fetch(bare, same)
        measured, beside = in_turns(lambda: fetch(ours, paths).whole, lambda: fetch(bare, same).whole)
        first_byte = median(fetch(ours, paths).first_byte for _ in range(ROUNDS))
    return Comparison(name, "ms", measured, beside, sum(sizes), first_byte)
