"""`duban localchat`: the Bot API stand-in alone, for anybody who writes a bot."""

from __future__ import annotations

import errno
import re
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import typer

from bot.cli.stopping import until_stopped
from bot.domain.model import DubanError
from bot.localchat import passwords
from bot.localchat.alone import alone
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.keeping import Keeper
from bot.localchat.server import serve
from bot.settings import load

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]+")
_USER = re.compile(r"([1-9][0-9]{0,14})[:：](.*\S.*)")
_PEOPLE = {"zh": ((1001, "张三"), (1002, "李四")), "en": ((1001, "Alice"), (1002, "Bob"))}
_WORDS = {
    "zh": {"page": "网页", "token": "令牌", "stop": "按 Ctrl+C 结束。", "stopped": "已停止。"},
    "en": {"page": "page", "token": "token", "stop": "Press Ctrl+C to stop.", "stopped": "Stopped."},
}


def localchat(
    host: Annotated[str, typer.Option(help="监听地址 / address to bind to")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口，0为任选 / port, 0 for any free one")] = 8081,
    token: Annotated[str, typer.Option(help="机器人令牌 / the bot's token")] = "",
    password: Annotated[
        str, typer.Option(help="网页密码，最好用 DUBAN_PASSWORD / the page's password, better in DUBAN_PASSWORD")
    ] = "",
    limits: Annotated[bool, typer.Option(help="像 Telegram 一样限速 / flood limits as at Telegram")] = True,
    strict: Annotated[
        bool, typer.Option("--strict/--lenient", help="拒绝未知字段 / refuse unknown fields, which Telegram ignores")
    ] = True,
    keep: Annotated[Path | None, typer.Option(help="把聊天存在这个目录 / keep the chat in this directory")] = None,
    user: Annotated[list[str] | None, typer.Option(help="人员，可多次 / a person, repeatable: 1001:张三")] = None,
    language: Annotated[str, typer.Option(help="人员的语言 / the people's language code")] = "zh-hans",
    timezone: Annotated[str, typer.Option(help="网页的时区 / the page's time zone")] = "",
) -> None:
    """单独打开内置聊天，供开发机器人用。/ The Bot API stand-in alone, for writing bots without Telegram."""
    settings = load()
    secret = password or settings.password.get_secret_value()
    zone = _zone(timezone) if timezone else settings.zone
    if token and not _TOKEN.fullmatch(token):
        raise DubanError("localchat_token_bad")
    passwords.check(host, secret)
    clock = MovableClock(datetime.now(UTC), running=True)
    bot_token = passwords.token_for(secret, token)
    api = BotApi(clock, bot_token, limits, strict=strict, username="standin_bot", name="Stand-in")
    with alone(keep / "chat.lock") if keep is not None else nullcontext():
        keeper = _taken_up(api, keep) if keep is not None else None
        clock.set(datetime.now(UTC))
        _let_in(api, user or [], language)
        words = _WORDS[_spoken(language)]
        say = partial(_introduce, host, api.token, words)
        until_stopped(_serve(api, host, port, zone, keeper, secret, say), words["stopped"])


async def _serve(
    api: BotApi, host: str, port: int, zone: ZoneInfo, keeper: Keeper | None, password: str, say: partial[None]
) -> None:
    try:
        await serve(api, host, port, zone=zone, keeper=keeper, password=password, ready=say)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise DubanError("port_taken", host=host, port=port) from None
        raise DubanError("address_unusable", host=host, port=port, reason=error.strerror or "") from None


def _taken_up(api: BotApi, folder: Path) -> Keeper:
    """The keeper of what `folder` holds, after taking that up."""
    keeper = Keeper(api, folder)
    try:
        keeper.load()
    except OSError as error:
        raise DubanError("file_not_writable", name=str(folder), reason=error.strerror or "") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DubanError("kept_chat_unreadable", where=str(folder)) from None
    return keeper


def _let_in(api: BotApi, typed: list[str], language: str) -> None:
    """The people asked for, or two when nobody is there; whom a kept chat knows stays as kept."""
    people = [_person(text) for text in typed]
    if len({number for number, _ in people}) < len(people):
        raise DubanError("localchat_user_bad", text=" ".join(typed))
    if not people and not api.world.people:
        people = list(_PEOPLE[_spoken(language)])
    for number, name in people:
        if number not in api.world.people:
            api.add_user(number, name, language)


def _person(text: str) -> tuple[int, str]:
    matched = _USER.fullmatch(text.strip())
    if matched is None:
        raise DubanError("localchat_user_bad", text=text)
    return int(matched[1]), matched[2].strip()


def _zone(name: str) -> ZoneInfo:
    if name not in available_timezones():
        raise DubanError("settings_bad", name="--timezone", reason="unknown time zone")
    return ZoneInfo(name)


def _spoken(language: str) -> str:
    return "zh" if language.lower().startswith("zh") else "en"


def _introduce(host: str, token: str, words: dict[str, str], port: int) -> None:
    """Where the page is, and what a bot needs to know."""
    name = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104 - compared
    url = f"http://{name}:{port}"
    typer.echo(f"{words['page']}  {url}/")
    typer.echo(f"{words['token']}  {token}")
    typer.echo(
        f"python-telegram-bot  ApplicationBuilder().token({token!r})"
        f".base_url('{url}/bot').base_file_url('{url}/file/bot').build()"
    )
    typer.echo(f"aiogram  Bot({token!r}, session=AiohttpSession(api=TelegramAPIServer.from_base('{url}')))")
    typer.echo(words["stop"])
