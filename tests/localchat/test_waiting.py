"""Nobody who waits for a change misses one."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.localchat.waiting import Waiters


@pytest.fixture
async def waiters() -> Waiters:
    waiters = Waiters()
    waiters.attach()
    return waiters


async def test_a_change_between_the_look_and_the_wait_is_not_missed(waiters: Waiters) -> None:
    ticket = waiters.ticket()
    waiters.poke()
    assert await waiters.wait(ticket, 0)
    assert not await waiters.wait(waiters.ticket(), 0)


async def test_one_poke_from_another_thread_wakes_everybody(waiters: Waiters) -> None:
    waiting = [asyncio.create_task(waiters.wait(waiters.ticket(), 5)) for _ in range(3)]
    await asyncio.sleep(0)
    threading.Thread(target=waiters.poke).start()
    assert await asyncio.gather(*waiting) == [True, True, True]


async def test_pokes_from_many_threads_are_all_seen(waiters: Waiters) -> None:
    """Each thread changes something and pokes; who looks, waits and looks again sees the last change without delay."""
    changes = 0
    lock = threading.Lock()

    def change() -> None:
        nonlocal changes
        for _ in range(200):
            with lock:
                changes += 1
            waiters.poke()

    threads = [threading.Thread(target=change) for _ in range(4)]
    for thread in threads:
        thread.start()
    while True:
        ticket = waiters.ticket()
        if changes == 800:
            break
        assert await waiters.wait(ticket, 5)
    for thread in threads:
        thread.join()


async def test_who_gives_up_leaves_nothing_behind(waiters: Waiters) -> None:
    assert not await waiters.wait(waiters.ticket(), 0.01)
    patient = asyncio.create_task(waiters.wait(waiters.ticket(), 5))
    impatient = asyncio.create_task(waiters.wait(waiters.ticket(), 5))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    waiters.poke()
    assert await patient


async def test_at_the_end_everybody_is_let_go_and_told_that_nothing_came(waiters: Waiters) -> None:
    waiting = asyncio.create_task(waiters.wait(waiters.ticket(), 5))
    await asyncio.sleep(0)
    waiters.detach()
    assert not await waiting
    assert not await waiters.wait(waiters.ticket(), 5)
    waiters.poke()
