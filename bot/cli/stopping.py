"""Running until asked to stop: SIGTERM and SIGINT end it in good order, a refusal inside becomes the command's."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import typer

from bot.domain.model import DubanError


def until_stopped(work: Coroutine[Any, Any, None], goodbye: str = "已停止。") -> None:
    """Run until it ends or SIGTERM/SIGINT asks it to; the first refusal inside is raised as such."""

    async def guarded() -> None:
        task = asyncio.ensure_future(work)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            typer.echo(goodbye)

    try:
        asyncio.run(guarded())
    except BaseExceptionGroup as group:
        refusal = _first_refusal(group)
        raise refusal if refusal is not None else group from None


def _first_refusal(group: BaseExceptionGroup[BaseException]) -> DubanError | None:
    matched = group.subgroup(DubanError)
    while matched is not None:
        first = matched.exceptions[0]
        if isinstance(first, DubanError):
            return first
        matched = first if isinstance(first, BaseExceptionGroup) else None
    return None
