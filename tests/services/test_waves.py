"""The morning message at the edges: who stands in, the cap, time lost, what changes at the last moment."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from bot.domain import dispatch
from bot.localchat.faults import Fault
from bot.services import entering, waves
from storage import outbox, people
from storage.tables import Contact, Outbox, Person, Plan, Reminder
from tests.services.stage_play import Play, activate, at, second_plan

WATER, FARMS, BOSS, LEADER = "李水利", "钱农业", "王牵头", "赵领导"
DEPUTY, HEAD = "周副手", "吴局长"


def rungs(play: Play, agency: str, number: str = "（一）1", **where: str) -> list[Reminder]:
    key = play.key(number, agency)
    found = play.rows(Reminder, Reminder.task_id == key.task_id, Reminder.agency_id == key.agency_id)
    return [row for row in found if all(getattr(row, name) == value for name, value in where.items())]


def waves_to(play: Play, name: str) -> list[Outbox]:
    return play.rows(Outbox, Outbox.kind == "wave", Outbox.person_id == play.person_id(name), Outbox.state == "sent")


async def queue_only(play: Play, moment) -> None:  # type: ignore[no-untyped-def]
    """Decide the morning's messages and stop before anything is sent."""
    play.clock.set(moment)
    play.write(lambda s: waves.tick(s, play.clock.now()))


async def test_a_contact_on_leave_is_stood_in_for_by_the_deputy(play: Play) -> None:
    away = update(Contact).where(Contact.person_id == play.person_id(WATER)).values(away_until_on=date(2024, 4, 5))
    play.write(lambda s: s.execute(away) and None)
    heard = play.sent_to(play.user(WATER))
    await play.until(at(4, 2, 23))
    assert play.sent_to(play.user(WATER)) == heard
    assert "（一）1" in play.last(play.user(DEPUTY))
    await play.until(at(4, 7, 9))  # a Sunday made a working day, the first after the leave
    assert play.sent_to(play.user(WATER)) == heard + 1


async def test_an_agency_nobody_can_reach_is_on_the_phone_list_once_for_each_due(play: Play) -> None:
    await play.until(at(4, 8, 10))
    phone = [
        row for row in rungs(play, "县交通运输局", "（二）1") if row.rung == dispatch.PHONE and row.what == "2024Q1"
    ]
    assert len(phone) == 1
    assert [row.reason for row in rungs(play, "县交通运输局", "（二）1", what="2024Q1", audience="contact")] == [
        "nobody"
    ] * 4


async def test_the_unit_head_and_the_deputy_hear_at_the_escalation_and_not_before(play: Play) -> None:
    for name in (DEPUTY, HEAD):
        assert waves_to(play, name) == []
    await play.until(at(4, 11, 8, 59))
    assert waves_to(play, HEAD) == []
    await play.until(at(4, 11, 9))
    for name in (DEPUTY, HEAD):
        assert len(waves_to(play, name)) == 1
        assert "（一）1" in play.last(play.user(name))
        assert "县农业农村局" not in play.last(play.user(name))


async def test_the_quarterly_cap_holds_back_and_says_so(play: Play) -> None:
    play.write(lambda s: s.execute(update(Plan).values(policy={"cap_per_quarter": 1})) and None)
    await play.until(at(4, 9, 10))
    held = [row.rung for row in rungs(play, "县水利局", what="2024Q1") if row.reason == "cap"]
    assert held
    assert len([row for row in waves_to(play, WATER) if row.due_at >= at(4, 1)]) == 1
    await play.says(play.user(BOSS), "/board")
    assert f"没有再发：{len(play.rows(Reminder, Reminder.reason == 'cap'))}条" in play.last(play.user(BOSS))


async def test_after_a_long_silence_comes_one_message_marked_late(play: Play) -> None:
    heard = play.sent_to(play.user(WATER))
    await play.at(at(4, 10, 10))
    assert play.sent_to(play.user(WATER)) == heard + 1
    assert "晚发" in play.last(play.user(WATER))
    overtaken = [row.rung for row in rungs(play, "县水利局", what="2024Q1", reason="overtaken")]
    assert sorted(overtaken) == ["D", "D-1", "D-3"]


async def test_back_at_noon_it_waits_for_the_afternoon_and_on_a_sunday_for_monday(play: Play) -> None:
    heard = play.sent_to(play.user(WATER))
    await play.at(at(4, 2, 12))
    assert play.sent_to(play.user(WATER)) == heard
    assert await play.house.next_moment() == at(4, 2, 14, 30)
    await play.at(at(4, 2, 14, 30))
    assert play.sent_to(play.user(WATER)) == heard + 1
    await play.at(at(4, 14, 10))  # a Sunday
    assert play.sent_to(play.user(WATER)) == heard + 1
    await play.until(at(4, 15, 9))
    assert play.sent_to(play.user(WATER)) == heard + 2


async def test_a_report_taken_before_the_queued_message_leaves_it_unsent(play: Play) -> None:
    from bot.domain.model import Status
    from bot.services import reporting

    await queue_only(play, at(4, 2, 9))
    key, actor, now = play.key("（一）2", "县农业农村局"), play.actor(FARMS), play.clock.now()

    def answer(session):  # type: ignore[no-untyped-def]
        plan = session.get_one(Plan, play.plan_id)
        reporting.submit(session, actor, plan, key, reporting.Draft(Status.DONE), reporting.Source(now), now)

    play.write(answer)
    heard = play.sent_to(play.user(FARMS))
    await play.house.settle()
    assert play.sent_to(play.user(FARMS)) == heard
    (row,) = rungs(play, "县农业农村局", "（一）2", what="2024Q1", rung="D-3")
    assert (row.state, row.reason) == ("dropped", "reported")


async def test_a_contact_replaced_between_deciding_and_sending_hears_nothing_and_the_successor_does(play: Play) -> None:
    await queue_only(play, at(4, 2, 9))
    play.write(lambda s: entering.leave(s, play.actor(BOSS), play.person_id(WATER), play.clock.now()))
    heard = play.sent_to(play.user(WATER))
    await play.house.settle()
    await play.until(at(4, 3, 9))
    assert play.sent_to(play.user(WATER)) == heard
    assert "（一）1" in play.last(play.user(DEPUTY))


async def test_two_plans_make_one_message_a_day_for_everybody(play: Play) -> None:
    other = second_plan(
        play, "《清河县2024年乡村道路工作计划》\n一、任务\n（一）养护\n1.养护道路\n做好养护。（县水利局牵头）\n"
    )
    activate(play, other)
    await play.until(at(4, 12, 23))
    for name in play.cast:
        sent = waves_to(play, name)
        days = [row.finished_at.date() for row in sent]
        assert len(days) == len(set(days)), name
    assert "养护道路" in "".join(play.texts(play.user(WATER)))
    assert play.dead() == []


async def test_a_second_tick_at_the_same_moment_decides_nothing(play: Play) -> None:
    await play.at(at(4, 2, 9))
    before = [(row.id, row.state, row.outbox_id) for row in play.rows(Reminder)]
    for _ in range(3):
        play.write(lambda s: waves.tick(s, play.clock.now()))
    assert [(row.id, row.state, row.outbox_id) for row in play.rows(Reminder)] == before


async def test_a_clock_set_back_sends_nothing_twice(play: Play) -> None:
    await play.at(at(4, 2, 9))
    sent = {name: play.sent_to(play.user(name)) for name in play.cast}
    for moment in (at(3, 29, 9), at(4, 1, 9), at(4, 2, 9)):
        await play.at(moment)
    assert {name: play.sent_to(play.user(name)) for name in play.cast} == sent


async def test_every_rung_that_was_owed_ends_sent_or_with_a_reason(play: Play) -> None:
    await play.until(at(4, 15, 23))
    for row in play.rows(Reminder):
        assert row.state == "sent" or (row.state == "dropped" and row.reason) or row.owed_at > play.clock.now(), (
            row.rung
        )
    assert play.read(outbox.next_due_at) is None


async def test_who_was_unreachable_and_comes_back_is_told_what_is_newest_and_no_more(play: Play) -> None:
    play.api.block(play.user(FARMS))
    await play.house.settle()
    await play.until(at(4, 8, 23))
    play.api.unblock(play.user(FARMS))
    heard = play.sent_to(play.user(FARMS))
    await play.until(at(4, 9, 23))
    assert play.sent_to(play.user(FARMS)) == heard + 1
    person = play.read(lambda s: s.get_one(Person, play.person_id(FARMS)))
    assert person.unreachable_since_at is None
    assert play.read(lambda s: people.actor_of(s, person)).roles


async def test_a_reminder_nobody_knows_the_fate_of_is_the_coordinator_s_to_phone_about(play: Play) -> None:
    play.api.faults.add(Fault("sendMessage", "drop_after", count=2, chat_id=play.user(WATER)))
    await play.until(at(4, 8, 9))
    await play.until(at(4, 8, 9, 30))
    fates = {row.state for row in play.rows(Outbox, Outbox.kind == "wave", Outbox.person_id == play.person_id(WATER))}
    assert "unknown" in fates
    assert [text for text in play.texts(play.user(BOSS)) if WATER in text and "不知是否收到" in text]
