"""What `duban doctor` says about the running house: the clock, what waits, and which process does what."""

from __future__ import annotations

from collections.abc import Iterator

from bot.channel import clockguard, health
from bot.channel.client import TELEGRAM
from bot.cli.console import clock
from bot.settings import Settings
from storage.database import Database
from storage.leases import SENDER


def findings(settings: Settings, db: Database) -> Iterator[tuple[bool, str]]:
    """Lines of the check, each with whether it is well; nothing for the built-in chat."""
    token = settings.token.get_secret_value()
    if not token:
        return
    yield _clock(settings)
    bot_id = token.partition(":")[0]
    found = db.read_now(lambda session: health.at(session, int(bot_id) if bot_id.isdecimal() else 0, clock()))
    waiting = f"最久的来信已等{found.inbox_lag_seconds}秒，最久的待发消息已等{found.outbox_lag_seconds}秒"
    yield found.status == "ok", waiting
    if found.processes:
        names = "，".join(f"{_word(lease)}：{name}" for lease, name in (found.leases or {}).items())
        yield SENDER in (found.leases or {}), f"有{found.processes}个进程；{names or '没有进程在收发'}"


def _clock(settings: Settings) -> tuple[bool, str]:
    if not settings.clock_check:
        return True, "不核对时钟（DUBAN_CLOCK_CHECK=off）"
    ahead = clockguard.ask(settings.api_url or TELEGRAM, settings.proxy)
    if ahead is None:
        return True, "消息服务没有报时间，时钟未核对"
    off = f"{abs(ahead.total_seconds()):.0f}秒"
    if abs(ahead) <= clockguard.LIMIT:
        return True, f"时钟与消息服务相差{off}"
    return False, f"时钟与消息服务相差{off}：计划和发送会停住，请校准系统时间；有意改动的请设 DUBAN_CLOCK_CHECK=off"


def _word(lease: str) -> str:
    return "发送" if lease == SENDER else "接收"
