"""The chat as part of a program: it starts, keeps, closes and complains in good order."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.keeping import Keeper
from bot.localchat.server import bound_socket, serve
from tests.localchat.conftest import LI, START


async def test_cancelling_closes_the_door_and_saves_the_chat(api: BotApi, tmp_path: Path) -> None:
    with bound_socket("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    serving = asyncio.create_task(serve(api, port=port, keeper=Keeper(api, tmp_path)))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(100):
            await asyncio.sleep(0.02)
            try:
                answer = await client.post("/control/send", json={"chat": LI, "text": "留着"})
                break
            except httpx.ConnectError:
                continue
        assert answer.status_code == 200
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
        with pytest.raises(httpx.TransportError):
            await client.get("/control/clock")
    again = BotApi(MovableClock(START))
    assert Keeper(again, tmp_path).load()
    assert again.last_message(LI)["text"] == "留着"


async def test_a_taken_port_is_an_os_error(api: BotApi) -> None:
    with bound_socket("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            await serve(api, port=taken.getsockname()[1])


async def test_closing_ends_a_long_poll_at_once_and_in_good_order(api: BotApi) -> None:
    ports: asyncio.Queue[int] = asyncio.Queue()
    serving = asyncio.create_task(serve(api, port=0, ready=ports.put_nowait))
    url = f"http://127.0.0.1:{await ports.get()}/bot{api.token}/getUpdates"
    async with httpx.AsyncClient() as client:
        poll = asyncio.create_task(client.post(url, json={"offset": 2, "timeout": 30}, timeout=40))
        await asyncio.sleep(0.1)
        begin = time.monotonic()
        serving.cancel()
        assert (await poll).json() == {"ok": True, "result": []}
        with pytest.raises(asyncio.CancelledError):
            await serving
    assert time.monotonic() - begin < 0.9


async def test_updates_reach_a_webhook_and_stop_when_it_is_deleted(api: BotApi) -> None:
    arrived: asyncio.Queue[bytes] = asyncio.Queue()

    async def hook(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.put_nowait(await reader.readuntil(b"}}"))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    ports: asyncio.Queue[int] = asyncio.Queue()
    async with await asyncio.start_server(hook, "127.0.0.1", 0) as bot:
        serving = asyncio.create_task(serve(api, port=0, ready=ports.put_nowait))
        url = f"http://127.0.0.1:{await ports.get()}"
        there = f"http://127.0.0.1:{bot.sockets[0].getsockname()[1]}/hook"
        async with httpx.AsyncClient(base_url=f"{url}/bot{api.token}") as client:
            await client.post("/setWebhook", json={"url": there, "secret_token": "s3"})
            api.user_sends(LI, "first")
            told = await asyncio.wait_for(arrived.get(), 10)
            await client.post("/deleteWebhook")
            api.user_sends(LI, "second")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(arrived.get(), 0.3)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    assert b'"first"' in told
    assert b"x-telegram-bot-api-secret-token: s3" in told.lower()
