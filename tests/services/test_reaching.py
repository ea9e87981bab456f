"""The check of reach: the working day before a wave the coordinator hears whom it would not reach."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from bot.domain.model import Position
from bot.domain.people import Recipient
from bot.domain.reachviews import Barrier, barrier_of
from storage.tables import Contact, Person, Plan, Reminder
from tests.services.stage_play import Play, at

BOSS, WATER, FARMS = "王牵头", "李水利", "钱农业"


def checks(play: Play) -> dict[str, tuple[str, str]]:
    rows = play.rows(Reminder, Reminder.rung == "reach")
    return {row.what: (row.state, row.reason) for row in rows if row.owed_at >= at(3, 30)}


def away(play: Play, name: str, until: date) -> None:
    change = update(Contact).where(Contact.person_id == play.person_id(name)).values(away_until_on=until)
    play.write(lambda s: s.execute(change) and None)


async def test_the_working_day_before_a_wave_the_coordinator_hears_who_cannot_be_reached(play: Play) -> None:
    heard = play.sent_to(play.user(BOSS))
    away(play, FARMS, date(2024, 4, 5))
    await play.until(at(4, 1, 8, 59))
    assert play.sent_to(play.user(BOSS)) == heard
    await play.until(at(4, 1, 9))
    text = play.last(play.user(BOSS))
    for word in ("4月2日（周二）要提醒3个单位", "县交通运输局", "钱农业 13800000004", "请假至4月5日（周五），没有人代"):
        assert word in text
    assert "李水利" not in text


async def test_the_same_agencies_are_not_named_again_for_the_next_wave_but_a_new_one_is(play: Play) -> None:
    await play.until(at(4, 3, 10))
    assert checks(play) == {"reach:2024-04-02": ("sent", ""), "reach:2024-04-07": ("dropped", "unchanged")}
    play.write(
        lambda s: (
            s.execute(update(Person).where(Person.name == FARMS).values(unreachable_since_at=at(4, 3, 11))) and None
        )
    )
    await play.until(at(4, 7, 10))
    assert checks(play)["reach:2024-04-08"] == ("sent", "")
    assert "停用了机器人" in play.last(play.user(BOSS))


async def test_nothing_is_said_when_everybody_can_be_reached(play: Play) -> None:
    roads = play.key("（二）1", "县交通运输局").agency_id
    extra = {"office_id": 1, "person_id": play.person_id(WATER), "agency_id": roads, "since_at": at(3, 1)}
    play.write(lambda s: s.add(Contact(**extra)))
    heard = play.sent_to(play.user(BOSS))
    await play.until(at(4, 1, 10))
    assert checks(play) == {"reach:2024-04-02": ("dropped", "all_reached")}
    assert play.sent_to(play.user(BOSS)) == heard


async def test_a_plan_without_the_check_makes_none(play: Play) -> None:
    off = {"policy": {"reach_check": False}, "wake_at": None}
    play.write(lambda s: s.execute(update(Plan).values(**off)) and None)
    await play.until(at(4, 3, 10))
    assert checks(play) == {}


async def test_after_a_day_of_silence_no_check_is_made_up_for(play: Play) -> None:
    await play.at(at(4, 2, 9))
    assert "reach:2024-04-02" not in checks(play)


def test_the_first_who_could_be_phoned_is_named() -> None:
    def person(name: str, **changes: bool) -> Recipient:
        state = {"bound": True, "reachable": True, "away": False, **changes}
        return Recipient(1, 1, name, "138", Position.CONTACT, **state)

    assert barrier_of("局", [person("甲")]) is None
    assert barrier_of("局", [person("甲", away=True), person("乙")]) is None
    blocked = barrier_of("局", [person("甲", away=True), person("乙", reachable=False)])
    assert blocked is not None
    assert (blocked.name, blocked.barrier) == ("乙", Barrier.BLOCKED)
    assert [one and one.barrier for one in (barrier_of("局", []), barrier_of("局", [person("甲", bound=False)]))] == [
        Barrier.NOBODY,
        Barrier.NOT_ENTERED,
    ]
