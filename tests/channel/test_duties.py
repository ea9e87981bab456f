"""Work for one at a time: begun with its lease, ended before the lease is let go, taken up again after an outage."""

from __future__ import annotations

import asyncio

import pytest

from bot.channel import duties
from bot.channel.duties import every, keep, live
from bot.domain.model import DubanError
from storage.leases import Alone
from tests.channel.fakes import until


class Place(Alone):
    """A place whose leases come and go on order."""

    def __init__(self) -> None:
        self.mine, self.away, self.said = False, 0, []
        self.errors: list[str | None] = []

    async def beat(self) -> None:
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise DubanError(error)

    async def take(self, lease: str) -> bool:
        if self.away:
            self.away -= 1
            raise DubanError("database_unreachable")
        if self.mine:
            self.said.append(f"took {lease}")
        return self.mine

    async def leave(self, lease: str) -> None:
        self.said.append(f"left {lease}")

    def holds(self, _lease: str) -> bool:
        return self.mine


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties, "LOOK_SECONDS", 0.01)


async def test_work_begins_with_the_lease_and_is_over_before_it_is_left() -> None:
    place = Place()

    async def work() -> None:
        place.said.append("began")
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.02)
            place.said.append("landed")

    keeping = asyncio.create_task(keep(place, "x", work))
    await asyncio.sleep(0.05)
    assert place.said == []
    place.mine = True
    await until(lambda: "began" in place.said)
    place.mine = False
    await until(lambda: "left x" in place.said)
    assert place.said == ["took x", "began", "landed", "left x"]
    place.mine = True
    await until(lambda: place.said.count("began") == 2)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert place.said == ["took x", "began", "landed", "left x"] * 2


async def test_a_database_out_of_reach_is_waited_for() -> None:
    place = Place()
    place.mine, place.away = True, 3

    async def work() -> None:
        place.said.append("done")

    await asyncio.wait_for(keep(place, "x", work), 3)
    assert place.said == ["took x", "done", "left x"]


async def test_work_that_fails_for_good_ends_the_keeping_and_frees_the_lease() -> None:
    place = Place()
    place.mine = True

    async def work() -> None:
        raise DubanError("token_refused")

    with pytest.raises(DubanError) as error:
        await keep(place, "x", work)
    assert error.value.code == "token_refused"
    assert place.said == ["took x", "left x"]


async def test_outages_are_lived_through_and_said_once_each_way(caplog: pytest.LogCaptureFixture) -> None:
    place = Place()
    place.errors = ["database_unreachable"] * 9 + ["database_in_use"] * 4 + [None]
    slept = 0

    async def sleep(_seconds: float) -> None:
        nonlocal slept
        slept += 1
        if slept == 20:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await live(place, sleep=sleep)
    assert [record.getMessage().split(",")[0] for record in caplog.records] == [
        "out of touch with the database",
        "in touch with the database again",
    ]


async def test_a_database_somebody_else_keeps_for_himself_ends_the_process() -> None:
    place = Place()
    place.errors = ["database_in_use"] * duties.REFUSALS

    async def sleep(_seconds: float) -> None:
        await asyncio.sleep(0)

    with pytest.raises(DubanError) as error:
        await live(place, sleep=sleep)
    assert error.value.code == "database_in_use"


async def test_a_regular_job_that_fails_has_its_next_turn() -> None:
    turns: list[str] = []

    async def job() -> None:
        turns.append("job")
        raise ValueError("no")

    async def sleep(seconds: float) -> None:
        turns.append(f"{seconds}")
        if len(turns) == 6:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await every(30, job, sleep=sleep)
    assert turns == ["job", "30"] * 3
