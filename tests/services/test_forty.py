"""A Word plan of forty tasks in a clerk's hands: its doubts by taps, an undo, 启用, its revision."""

from __future__ import annotations

import pytest

from bot.domain.settling import open_doubts
from bot.services import planning
from bot.stage import data_of, parts_of
from storage.tables import Plan
from tests.services.forty import DIFFERENCES, MOST_TAPS, PLAN, TASKS, revised, word
from tests.services.stage_play import Play

BOSS = "王牵头"


class Clerk:
    """Presses what the newest card offers, and counts."""

    def __init__(self, play: Play) -> None:
        self.play, self.user, self.taps = play, play.user(BOSS), 0

    async def tap(self, action: str, *start: str) -> None:
        """The first button of this action on the newest card, whose steps begin so."""
        card = next(one for one in reversed(self.play.api.messages(self.user)) if data_of(one))
        steps = [parts_of(data)[4:] for data in data_of(card) if parts_of(data)[1] == action]
        found = next(one for one in steps if one[: len(start)] == list(start))
        self.taps += 1
        assert await self.play.taps(self.user, action, ":".join(found) or None), (action, found)

    async def sends(self, text: str, name: str) -> None:
        await self.play.sends(self.user, name, word(text))

    @property
    def shown(self) -> str:
        return self.play.last(self.user)


@pytest.mark.slow
async def test_forty_tasks_are_settled_by_few_taps_and_their_revision_is_just_what_was_changed(checked: Play) -> None:
    clerk = Clerk(checked)
    await clerk.sends(PLAN, "计划.docx")
    assert f"{TASKS}项任务" in clerk.shown
    plan_id = checked.read(lambda session: max(plan.id for plan in session.query(Plan)))

    def waiting() -> int:
        return checked.read(lambda s: len(open_doubts(planning.reading_of(s.get_one(Plan, plan_id)))))

    asked = waiting()
    await clerk.tap("pp", "doubts")
    while waiting():
        await clerk.tap("ps")
    assert 8 <= asked < clerk.taps < MOST_TAPS
    assert "都已核对" in clerk.shown
    await clerk.tap("pu")
    assert waiting() == 1
    await clerk.tap("pp", "activate")
    await clerk.tap("pa")
    assert "已启用" in clerk.shown

    await clerk.sends(revised(), "修订稿.docx")
    await clerk.tap("rv", "go", "list")
    kinds = [line.split("　")[0].split(" ")[-1] for line in clerk.shown.splitlines() if "☐" in line]
    assert tuple(kinds) == DIFFERENCES, clerk.shown
    for step in (("all",), ("go", "confirm"), ("sure",)):
        await clerk.tap("rv", *step)
    assert "已修订" in clerk.shown
    assert checked.dead() == []
