"""A press proves that a message arrived though its sender died before writing that down."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables import Card, Outbox, Reminder, Report
from tests.journeys.play import at, playing, reborn

LUO = 1003


def forget_the_delivery(session: Session) -> None:
    """As a kill between sending and recording the newest reminder leaves it."""
    waves = select(Outbox).where(Outbox.kind == "wave", Outbox.state == "sent").order_by(Outbox.id.desc())
    wave = session.scalars(waves).first()
    assert wave is not None
    wave.state, wave.message_id, wave.finished_at, wave.attempts = "sending", None, None, 0
    session.get_one(Card, wave.card_id).message_id = None
    session.execute(update(Reminder).where(Reminder.outbox_id == wave.id).values(state="queued"))


async def test_what_was_begun_on_a_delivered_reminder_is_not_undone_by_its_second_sending(
    database: Database, tmp_path: Path
) -> None:
    async with playing(database, tmp_path, at(3, 25, 8, 50)) as play:
        await play.one_contact("县林业局", LUO)
        await play.moment(at(3, 25, 9, 0))
        sent = len(play.said(LUO))
        database.write_now(forget_the_delivery)
        message_id, data = play.button(LUO, "✅ 签收")
        play.api.user_presses(LUO, message_id, data)
        play = reborn(play)
        await play.settle()
        assert len(play.said(LUO)) == sent
        assert "已签收" in play.last(LUO)
        assert "可能重复" not in play.last(LUO)
    states = database.read_now(lambda session: set(session.scalars(select(Reminder.state))))
    assert states == {"sent"}


async def test_a_draft_begun_on_it_can_be_submitted(database: Database, tmp_path: Path) -> None:
    async with playing(database, tmp_path, at(3, 23, 15, 0)) as play:
        await play.one_contact("县林业局", LUO)
        await play.press(LUO, "✅ 签收")
        await play.moment(at(3, 24, 9, 0))
        assert "第一季度进展" in play.last(LUO)
        database.write_now(forget_the_delivery)
        message_id, data = play.button(LUO, "● 推进中")
        play.api.user_presses(LUO, message_id, data)
        play = reborn(play)
        await play.settle()
        await play.press(LUO, "✅ 提交")
    assert len(database.read_now(lambda session: session.scalars(select(Report.id)).all())) == 1
