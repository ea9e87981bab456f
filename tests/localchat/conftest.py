"""One bot, two people, a clock that stands at nine on a working morning in Shanghai."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock

LI, WANG = 11, 12
START = datetime(2022, 3, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
def api(clock: MovableClock) -> BotApi:
    """李明 has started the bot; 王芳 exists and has not."""
    api = BotApi(clock)
    api.add_user(LI, "李明", title="联络员·县财政局", start="invite-li")
    api.add_user(WANG, "王芳", "en")
    api.user_starts(LI)
    api.call("getUpdates", {"offset": 2})
    return api


@pytest.fixture
def ok(api: BotApi) -> Callable[..., Any]:
    """Calls a method and gives its result; fails with the refusal's words."""

    def call(method: str, files: dict[str, Any] | None = None, **params: Any) -> Any:
        envelope = api.call(method, params, files)
        assert envelope["ok"], envelope
        return envelope["result"]

    return call
