"""Sealed quarters stay as they were; the audit chain shows who touched it."""

from __future__ import annotations

from sqlalchemy import text

from bot.services import sealing
from storage import audit
from storage.tables import Plan, Seal
from tests.services.stage_play import Play, at


async def test_the_quarter_is_sealed_once_and_later_answers_do_not_move_it(play: Play) -> None:
    await play.until(at(4, 12, 10))
    (first,) = play.rows(Seal)
    await play.says(play.user("李水利"), "（一）1 已完成")
    await play.taps(play.user("李水利"), "wy")

    def again(session):  # type: ignore[no-untyped-def]
        found = sealing.seal(session, session.get_one(Plan, play.plan_id), "2024Q1", play.clock.now())
        return found.id, found.sha256, found.figures

    assert play.write(again) == (first.id, first.sha256, first.figures)
    assert "第一季度" in play.last(play.user("赵领导"))


async def test_the_same_figures_have_the_same_hash(play: Play) -> None:
    def both(session):  # type: ignore[no-untyped-def]
        plan, now = session.get_one(Plan, play.plan_id), play.clock.now()
        one = sealing.seal(session, plan, "2024Q2", now)
        session.delete(one)
        session.flush()
        return one.sha256, sealing.seal(session, plan, "2024Q2", now).sha256

    first, second = play.write(both)
    assert first == second


async def test_a_year_of_talk_leaves_a_whole_chain_and_one_changed_word_breaks_it(play: Play) -> None:
    await play.says(play.user("李水利"), "（一）1 已完成")
    await play.taps(play.user("李水利"), "wy")
    whole = play.read(audit.verify)
    assert whole.first_bad_id is None
    assert whole.rows > 10
    changed = text("UPDATE audit SET actor = 'person:99' WHERE id = 5")
    play.write(lambda s: s.execute(changed) and None)
    assert play.read(audit.verify).first_bad_id == 5
