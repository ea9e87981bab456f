"""The coordinator's look ahead, and the answers to “why”, in a house that lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.domain.model import DubanError
from bot.services import previews, whys
from bot.services.forecast import Said
from bot.texts.whywords import fate
from storage.tables import Contact, Outbox, Pause, Task
from tests.services.stage_play import FARMS, WATER, Play, at

BOSS, LEE, QIAN, LEADER = "王牵头", "李水利", "钱农业", "赵领导"


async def test_the_text_on_the_card_is_the_text_that_then_comes(play: Play) -> None:
    await play.says(play.user(BOSS), "预告")
    card = play.newest_card(BOSS, "preview")
    await play.taps(play.user(BOSS), "yn", "people:0:0")
    await play.taps(play.user(BOSS), "yn", f"text:0:{play.person_id(LEE)}")
    foretold = play.last(play.user(BOSS))
    assert play.newest_card(BOSS, "preview").id == card.id
    await play.until(at(4, 2, 9))
    assert play.last(play.user(LEE)) in foretold
    assert play.dead() == []


async def test_looking_ahead_changes_nothing(play: Play) -> None:
    await play.says(play.user(BOSS), "预告")
    for number in range(2):
        await play.taps(play.user(BOSS), "yn", f"wave:{number + 1}")
        await play.taps(play.user(BOSS), "yn", "people")
        await play.taps(play.user(BOSS), "yn", "text")
        await play.taps(play.user(BOSS), "yn", "people")
        await play.taps(play.user(BOSS), "yn", f"wave:{number}")
        assert await play.taps(play.user(BOSS), "yn", f"wave:{number + 1}")
    assert play.dead() == []
    assert play.rows(Outbox, Outbox.key.startswith("preview:")) == []
    heard = play.sent_to(play.user(LEE))
    await play.until(at(4, 2, 9))
    assert play.sent_to(play.user(LEE)) == heard + 1


async def test_what_is_due_on_another_day_is_a_line_of_its_own(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    def a_day_sooner_for_farms(session, *args, **options):  # type: ignore[no-untyped-def]
        farms = play.key("（一）2", FARMS).agency_id
        for wave in forecast(session, *args, **options):
            letters = [replace(one, carried=tuple(sooner(said, farms) for said in one.carried)) for one in wave.letters]
            yield replace(wave, letters=tuple(letters))

    def sooner(said: Said, agency_id: int) -> Said:
        if said.rung.key.agency_id != agency_id:
            return said
        return replace(said, rung=replace(said.rung, due_on=said.rung.due_on - timedelta(days=2)))

    forecast = previews.forecast.forecast
    monkeypatch.setattr(previews.forecast, "forecast", a_day_sooner_for_farms)
    wave = play.read(lambda s: previews.coming(s, 1, play.clock.now(), 1))[0]
    due = [one for one in wave.groups if one.kind == "due" and one.what == "2024Q1"]
    assert {one.due_on for one in due} == {date(2024, 4, 6), date(2024, 4, 8)}
    assert len({(one.rung, one.due_on) for one in due}) == len(due)


async def test_who_is_left_out_is_said_with_the_reason_and_whom_to_phone(play: Play) -> None:
    key = play.key("（一）2", FARMS)
    play.write(lambda s: s.execute(update(Task).where(Task.id == key.task_id).values(muted_at=at(3, 28))) and None)
    water = play.key("（一）1", WATER)
    pause = Pause(office_id=1, plan_id=play.plan_id, agency_id=water.agency_id, from_at=at(3, 28), by="test")
    play.write(lambda s: s.add(pause))
    waves = play.read(lambda s: previews.coming(s, 1, play.clock.now(), 2))
    out = {one.reason: one for one in waves[0].left_out}
    assert dict(out["muted"].agencies) == {FARMS: 1}
    assert dict(out["paused"].agencies)[WATER] >= 1
    assert out["nobody"].phones == (("县交通运输局", "", ""),)
    assert LEE not in {one.name for one in waves[0].people}


def rungs(play: Play, number: str, agency: str, what: str = "2024Q1") -> dict[str, str]:
    """The fate of each rung towards a contact, in words."""
    key = play.key(number, agency, what)
    due = play.read(lambda s: whys.why_due(s, play.actor(BOSS), key, play.clock.now()))
    assert due is not None
    return {rung.rung: fate(rung) for rung in due.rungs if rung.audience == "contact"}


async def test_what_was_sent_what_was_not_and_what_comes_each_with_its_particulars(play: Play) -> None:
    before = rungs(play, "（一）1", WATER)
    assert before["D-10"].endswith("已发给李水利。")
    assert before["D-3"] == "到时发给李水利。"
    await play.until(at(4, 1, 10))
    await play.says(play.user(LEE), "（一）1 已清理12处，完成80%")
    await play.taps(play.user(LEE), "wy")
    await play.until(at(4, 2, 10))
    after = rungs(play, "（一）1", WATER)
    assert after["D-3"] == "没有发。4月1日已报送，编号Q1-0001。"
    assert after["D-1"] == "到时不发。4月1日已报送，编号Q1-0001。"
    other = rungs(play, "（二）1", "县交通运输局")
    assert other["D-10"].startswith("没有发。这个单位通讯录里没有人")


async def test_a_leave_a_pause_and_a_limit_are_told_by_name_day_and_number(play: Play) -> None:
    away = update(Contact).where(Contact.person_id == play.person_id(LEE)).values(away_until_on=date(2024, 4, 5))
    play.write(lambda s: s.execute(away) and None)
    await play.until(at(4, 2, 10))
    assert rungs(play, "（一）1", WATER)["D-3"] == "09:00 已发给周副手（李水利当天请假，改发）。"
    key = play.key("（一）2", FARMS)
    pause = Pause(office_id=1, plan_id=play.plan_id, task_id=key.task_id, from_at=at(4, 3), by="test")
    play.write(lambda s: s.add(pause))
    assert rungs(play, "（一）2", FARMS)["D-1"] == "没有发。暂停中（4月3日起），恢复后顺延。"


async def test_nobody_asks_about_others_agencies(play: Play) -> None:
    own, other = play.key("（一）1", WATER), play.key("（一）2", FARMS)
    actor, now = play.actor(LEE), play.clock.now()
    assert play.read(lambda s: whys.why(s, actor, now, agency_id=own.agency_id))
    with pytest.raises(DubanError, match="not_allowed"):
        play.read(lambda s: whys.why(s, actor, now, agency_id=other.agency_id))
    assert play.read(lambda s: whys.why_due(s, actor, other, now)) is None
    assert play.read(lambda s: whys.why(s, play.actor(LEADER), now, agency_id=other.agency_id))


async def test_typed_questions_are_answered_and_a_contact_s_report_is_none(play: Play) -> None:
    boss = play.user(BOSS)
    await play.says(boss, "为什么没发给水利局")
    assert WATER in play.last(boss)
    await play.says(boss, "为什么催农业农村局（一）2")
    assert "（一）2" in play.last(boss)
    assert "已发给钱农业" in play.last(boss)
    await play.says(boss, "why was this sent to 钱农业?")
    assert FARMS in play.last(boss)
    await play.says(play.user(LEE), "为什么还没收到资金，（一）1推进困难")
    assert "我理解为" in play.last(play.user(LEE))
    await play.says(play.user(LEE), "为什么老是催我们（一）1")
    assert "提前10个工作日" in play.last(play.user(LEE))
    assert play.dead() == []


async def test_a_contact_sees_on_the_card_why_and_folds_it_again(play: Play) -> None:
    await play.until(at(4, 2, 10))
    lee, before = play.user(LEE), play.last(play.user(LEE))
    sent = play.sent_to(lee)
    await play.taps(lee, "yw")
    assert "为什么提醒您" in play.last(lee)
    assert "每季度结束后第5个工作日报送" in play.last(lee)
    assert "提前3个工作日" in play.last(lee)
    await play.taps(lee, "yw")
    assert play.last(lee) == before
    assert play.sent_to(lee) == sent
