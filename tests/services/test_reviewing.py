"""The review desk: accepted, returned with a reason and a limit, never one's own."""

from __future__ import annotations

import pytest

from bot.domain.model import DubanError, Role
from bot.services import entering, reviewing
from bot.texts.sentences import sentence
from storage import cards
from storage.tables import Card, Report, Review
from tests.services.stage_play import Play, at

WATER, BOSS = "李水利", "王牵头"


async def reported(play: Play) -> Report:
    await play.says(play.user(WATER), "（一）1 已完成")
    await play.taps(play.user(WATER), "wy")
    await play.says(play.user(BOSS), "/review")
    return play.rows(Report)[0]


async def test_an_accepted_report_leaves_the_queue(play: Play) -> None:
    await reported(play)
    await play.taps(play.user(BOSS), "ra")
    assert [row.accepted for row in play.rows(Review)] == [True]
    await play.says(play.user(BOSS), "/review")
    assert play.newest_card(BOSS, "review").state["stage"] == "empty"


async def test_a_returned_report_asks_its_sender_again_at_once_with_reason_and_limit(play: Play) -> None:
    report = await reported(play)
    heard = play.sent_to(play.user(WATER))
    await play.taps(play.user(BOSS), "rr")
    await play.taps(play.user(BOSS), "rc", "missing_figures")
    await play.taps(play.user(BOSS), "rl", "1")
    (review,) = play.rows(Review)
    assert (review.accepted, review.reason, review.limit_on.isoformat()) == (False, "missing_figures", "2024-04-03")
    assert play.sent_to(play.user(WATER)) == heard + 1
    assert "4月3日" in play.last(play.user(WATER))
    await play.taps(play.user(WATER), "st", "done")
    await play.taps(play.user(WATER), "go")
    assert [(row.version, row.number) for row in play.rows(Report)] == [(1, report.number), (2, report.number)]


async def test_a_returned_report_is_reminded_of_until_it_is_answered(play: Play) -> None:
    await reported(play)
    for action, arg in (("rr", None), ("rc", "no_seal"), ("rl", "0")):
        await play.taps(play.user(BOSS), action, arg)
    await play.until(at(4, 1, 9))
    assert "（一）1" in play.last(play.user(WATER))


async def test_nobody_reviews_an_own_report(play: Play) -> None:
    await reported(play)

    def both(session):  # type: ignore[no-untyped-def]
        from storage.tables import Person

        entering.grant(session, session.get_one(Person, play.person_id(WATER)), Role.COORDINATOR, play.clock.now())

    play.write(both)
    await play.says(play.user(WATER), "/review")
    for action in ("ra", "rr"):
        await play.taps(play.user(WATER), action)
        assert play.toast() == sentence("own_report", {}, "zh")
    assert play.rows(Review) == []


async def test_a_report_corrected_meanwhile_cannot_be_judged_on_the_old_card(play: Play) -> None:
    await reported(play)
    await play.says(play.user(WATER), "（一）1 还没有完成，完成了70%")
    await play.taps(play.user(WATER), "wy")
    await play.taps(play.user(BOSS), "ra")
    if not play.rows(Review):
        assert play.toast() == sentence("report_replaced", {}, "zh")
    assert all(play.read(lambda s, r=row: s.get_one(Report, r.report_id)).version == 2 for row in play.rows(Review))


@pytest.mark.parametrize(("stage", "choice"), [("show", 0), ("limit", -1), ("limit", 3)])
async def test_a_limit_that_was_not_offered_is_refused(play: Play, stage: str, choice: int) -> None:
    report = await reported(play)
    state = {"plan": play.plan_id, "report": report.id, "stage": stage, "reason": "no_seal"}
    now = play.clock.now()
    card = play.write(lambda s: cards.add(s, 1, play.person_id(BOSS), "review", state, now))

    def give_back(session):  # type: ignore[no-untyped-def]
        reviewing.return_report(session, play.actor(BOSS), session.get_one(Card, card.id), choice, now)

    with pytest.raises(DubanError, match="card_moved_on"):
        play.write(give_back)
    assert play.rows(Review) == []
