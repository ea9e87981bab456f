"""Leave with a stand-in, hand-over, order among contacts, one person for several agencies: in chat and underneath."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from bot.domain.model import DubanError, Position, Role
from bot.domain.people import choose_recipient
from bot.services import entering, staffing
from bot.texts.sentences import sentence
from storage import people
from storage.tables import Card, Contact, Invitation, Outbox, Person, Reminder
from tests.services.stage_play import FARMS, ROADS, WATER, Play, at

LI, ZHOU, WU, QIAN, BOSS = "李水利", "周副手", "吴局长", "钱农业", "王牵头"
NEW = 8008


def agency_id(play: Play, name: str) -> int:
    return play.read(lambda s: entering.agency_named(s, 1, name).id)  # type: ignore[union-attr]


def contact_of(play: Play, name: str, agency: str = WATER) -> Contact:
    (found,) = play.rows(
        Contact, Contact.person_id == play.person_id(name), Contact.agency_id == agency_id(play, agency)
    )
    return found  # type: ignore[no-any-return]


def asked(play: Play, agency: str = WATER, on: date | None = None) -> str:
    def look(session):  # type: ignore[no-untyped-def]
        wanted = entering.agency_named(session, 1, agency).id
        found = people.recipients(session, [wanted], on or play.clock.now().astimezone(at(1, 1).tzinfo).date())
        chosen = choose_recipient(found.get(wanted, ()))
        return chosen.name if chosen else ""

    return play.read(look)


def act(play: Play, do, *args, **more):  # type: ignore[no-untyped-def]
    """One act of the coordinator."""
    boss = play.actor(BOSS)
    return play.write(lambda s: do(s, boss, *args, play.clock.now(), **more))


async def enters(play: Play, person_id: int, user: int = NEW) -> None:
    token = play.write(lambda s: entering.invite(s, s.get_one(Person, person_id), play.clock.now()).token)
    play.api.add_user(user, "新人", "zh-hans")
    play.api.user_starts(user, token)
    await play.house.settle()
    await play.taps(user, "iy")


def newcomer(play: Play, name: str = "孙新人", position: Position = Position.CONTACT) -> Contact:
    boss, water = play.actor(BOSS), agency_id(play, WATER)
    return play.write(lambda s: staffing.add(s, boss, water, name, "", position, play.clock.now()))


async def opens(play: Play, name: str, agency: str = WATER) -> None:
    """The coordinator's card of one person."""
    who = play.user(BOSS)
    await play.says(who, "人员")
    await play.taps(who, "yo", f"ag:{agency_id(play, agency)}")
    await play.taps(who, "yo", f"p:{contact_of(play, name, agency).id}")


async def test_a_leave_said_in_words_is_shown_back_and_the_deputy_is_asked_from_its_first_day(play: Play) -> None:
    li, zhou = play.user(LI), play.user(ZHOU)
    await play.says(li, "我4月2日到4日请假，由周副手代")
    assert "4月2日（周二）至4月4日（周四）" in play.last(li)
    assert f"期间发给{ZHOU}" in play.last(li)
    assert contact_of(play, LI).away_until_on is None
    await play.taps(li, "yx", "yes")
    heard = play.sent_to(li)
    assert asked(play, on=date(2024, 4, 1)) == LI
    await play.until(at(4, 2, 10))
    assert play.sent_to(li) == heard
    assert play.last(zhou).startswith(f"代{LI}（请假至4月4日）")
    assert asked(play, on=date(2024, 4, 5)) == LI


async def test_who_is_on_leave_may_still_report_and_coming_back_is_one_tap(play: Play) -> None:
    li = play.user(LI)
    await play.says(li, "出差到4月30日")
    await play.taps(li, "yx", "yes")
    assert asked(play) == ZHOU
    await play.says(li, "（一）1 已完成")
    await play.taps(li, "wy")
    assert "已收到" in play.last(li)
    await play.says(li, "我回来了")
    await play.taps(li, "yx", "back")
    assert asked(play) == LI
    assert contact_of(play, LI).away_from_on is None


async def test_words_that_were_no_leave_are_taken_as_a_report_after_all(play: Play) -> None:
    li = play.user(LI)
    await play.says(li, "请假到6月10日")
    assert await play.taps(li, "yx", "report")
    assert contact_of(play, LI).away_until_on is None
    assert play.newest_card(LI, "words").state["words"] == "请假到6月10日"
    await play.says(li, "（一）1 因负责人出差，进度推迟到6月10日")
    assert play.newest_card(LI, "absence").state["stage"] == "cancelled"


async def test_a_leave_nobody_covers_is_told_to_the_coordinator_once(play: Play) -> None:
    qian = play.user(QIAN)
    await play.says(qian, "我下周请假")
    assert "没有人代" in play.last(qian)
    await play.taps(qian, "yx", "yes")
    told = [text for text in play.texts(play.user(BOSS)) if QIAN in text and "没有人代" in text]
    assert len(told) == 1
    await play.says(play.user(BOSS), "人员")
    await play.taps(play.user(BOSS), "yo", "show:todo")
    assert "⚠️ 请假期间没有人代" in play.last(play.user(BOSS))


async def test_after_the_last_day_of_an_uncovered_leave_what_was_dropped_is_decided_again(play: Play) -> None:
    boss = play.actor(BOSS)
    person = play.person_id(QIAN)
    days = (date(2024, 4, 1), date(2024, 4, 8))
    play.write(lambda s: staffing.set_leave(s, boss, person, *days, play.clock.now()))
    await play.until(at(4, 8, 18))
    heard = play.sent_to(play.user(QIAN))
    play.clock.set(at(4, 9, 8, 0))
    assert play.write(lambda s: staffing.leaves_over(s, 1, play.clock.now())) == 1
    assert play.write(lambda s: staffing.leaves_over(s, 1, play.clock.now())) == 0
    await play.until(at(4, 9, 10))
    assert play.sent_to(play.user(QIAN)) == heard + 1


@pytest.mark.parametrize(
    ("words", "code", "params"),
    [
        ("随便写写", "leave_days_unclear", {}),
        ("2020年1月1日到2020年1月3日", "leave_days_wrong", {}),
        ("2月9日到2月7日", "last_day_far", {"day": "2025-02-07", "year": 2025}),
    ],
)
async def test_days_that_make_no_leave_are_asked_for_again(
    play: Play, words: str, code: str, params: dict[str, object]
) -> None:
    li = play.user(LI)
    await play.says(li, "请假")
    await play.taps(li, "yx", "ask")
    await play.says(li, words)
    assert play.last(li) == sentence(code, params, "zh")
    await play.says(li, "明天到4月3日，周副手代")
    await play.taps(li, "yx", "yes")
    assert contact_of(play, LI).away_until_on == date(2024, 4, 3)


async def test_an_unknown_deputy_is_the_coordinators_to_add_and_the_contact_hears_of_it(play: Play) -> None:
    li, boss = play.user(LI), play.user(BOSS)
    await play.says(li, "AB角")
    await play.taps(li, "yx", "deputy")
    await play.says(li, "孙新人 13900000001")
    assert play.last(li) == sentence("deputy_forwarded", {"name": "孙新人"}, "zh")
    assert "李水利请孙新人代理" in play.last(boss)
    await play.taps(boss, "yo", "yes")
    assert play.last(li) == sentence("deputy_granted", {"name": "孙新人"}, "zh")
    (person,) = play.rows(Person, Person.name == "孙新人")
    (place,) = play.rows(Contact, Contact.person_id == person.id)
    assert (place.position, person.phone) == ("deputy", "13900000001")
    assert len(play.rows(Invitation, Invitation.person_id == person.id)) == 1
    card = play.newest_card(BOSS, "people")
    assert await play.forges(boss, f"1:yo:{card.id}:{card.rev}:yes") == sentence("already_decided", {}, "zh")


async def test_a_successor_of_the_agency_gets_one_message_with_what_is_open_and_the_former_nothing(play: Play) -> None:
    li, zhou, boss = play.user(LI), play.user(ZHOU), play.user(BOSS)
    heard, heard_li = play.sent_to(zhou), play.sent_to(li)
    await opens(play, LI)
    await play.taps(boss, "yo", "hand")
    await play.taps(boss, "yo", f"to:{contact_of(play, ZHOU).id}")
    await play.until(at(3, 29, 18))
    assert play.sent_to(zhou) == heard + 1
    assert "移交给您" in play.last(zhou)
    assert "（一）1" in play.last(zhou)
    assert play.sent_to(li) == heard_li
    await play.until(at(4, 2, 10))
    assert play.sent_to(zhou) == heard + 2
    assert play.sent_to(li) == heard_li
    await play.says(li, "（一）1 已完成")
    assert play.last(li) == sentence("stranger", {}, "zh")


async def test_a_handover_out_of_hours_waits_for_the_morning(play: Play) -> None:
    await play.until(at(3, 30, 10))  # a Saturday
    heard = play.sent_to(play.user(ZHOU))
    act(play, staffing.hand_over, contact_of(play, LI).id, contact_of(play, ZHOU).id)
    await play.until(at(3, 31, 20))
    assert play.sent_to(play.user(ZHOU)) == heard
    await play.until(at(4, 1, 9))
    assert play.sent_to(play.user(ZHOU)) == heard + 1


async def test_a_new_successor_gets_a_link_and_hears_of_everything_on_entering(play: Play) -> None:
    boss, zhou = play.user(BOSS), play.user(ZHOU)
    heard = play.sent_to(zhou)
    await opens(play, LI)
    await play.taps(boss, "yo", "hand")
    await play.taps(boss, "yo", "ask:successor")
    await play.says(boss, "孙新人 13900000001")
    (person,) = play.rows(Person, Person.name == "孙新人")
    assert person.phone == "13900000001"
    assert len(play.rows(Invitation, Invitation.person_id == person.id)) == 1
    await play.until(at(3, 29, 16))
    assert play.sent_to(zhou) == heard
    await enters(play, person.id)
    await play.until(at(3, 29, 17))
    waves = play.rows(Outbox, Outbox.kind == "wave", Outbox.person_id == person.id)
    assert [row.state for row in waves] == ["sent"]
    assert "移交给您" in play.last(NEW)
    assert asked(play) == "孙新人"


async def test_who_leaves_without_a_successor_leaves_the_open_items_to_the_deputy(play: Play) -> None:
    heard = play.sent_to(play.user(ZHOU))
    await opens(play, LI)
    await play.taps(play.user(BOSS), "yo", "leave")
    assert contact_of(play, LI).left_at is None
    await play.taps(play.user(BOSS), "yo", "gone")
    await play.until(at(3, 29, 18))
    assert play.sent_to(play.user(ZHOU)) == heard + 1


async def test_a_second_contact_who_leaves_moves_nothing(play: Play) -> None:
    extra = newcomer(play)
    before = play.rows(Reminder)
    act(play, staffing.leave_agency, extra.id)
    assert len(play.rows(Reminder)) == len(before)


async def test_old_buttons_of_a_former_contact_change_nothing(play: Play) -> None:
    li = play.user(LI)
    cards = play.rows(Card, Card.person_id == play.person_id(LI))
    act(play, staffing.leave_agency, contact_of(play, LI).id)
    reports = play.rows(Reminder)
    for card in cards:
        for word in ("st", "go", "yx"):
            said = await play.forges(li, f"1:{word}:{card.id}:{card.rev}:done")
            assert said == sentence("stranger", {}, "zh")
    assert len(play.rows(Reminder)) == len(reports)


@pytest.mark.slow
async def test_leaving_one_agency_keeps_the_other_and_a_leave_covers_both(play: Play) -> None:
    boss, farms = play.actor(BOSS), agency_id(play, FARMS)
    phone = play.rows(Person, Person.id == play.person_id(LI))[0].phone
    both = play.write(lambda s: staffing.add(s, boss, farms, LI, phone, Position.CONTACT, play.clock.now()))
    assert both.person_id == play.person_id(LI)
    days = (date(2024, 4, 1), date(2024, 4, 3))
    act_days = play.person_id(LI)
    play.write(lambda s: staffing.set_leave(s, boss, act_days, *days, play.clock.now()))
    assert {row.away_until_on for row in play.rows(Contact, Contact.person_id == act_days)} == {days[1]}
    assert asked(play, FARMS, days[0]) == QIAN
    act(play, staffing.leave_agency, contact_of(play, LI).id)
    assert play.actor(LI).agency_ids == frozenset({farms})


async def test_the_coordinator_changes_who_is_asked_first(play: Play) -> None:
    extra = newcomer(play)
    await enters(play, extra.person_id)
    assert asked(play) == LI
    await play.says(play.user(BOSS), "人员")
    await play.taps(play.user(BOSS), "yo", f"ag:{agency_id(play, WATER)}")
    await play.taps(play.user(BOSS), "yo", f"p:{extra.id}")
    await play.taps(play.user(BOSS), "yo", "first")
    assert asked(play) == "孙新人"
    heard = play.sent_to(play.user(LI))
    await play.until(at(4, 2, 10))
    assert play.sent_to(play.user(LI)) == heard
    assert "（一）1" in play.last(NEW)
    await play.says(play.user(LI), "（一）1 已完成")
    await play.taps(play.user(LI), "wy")
    assert "已收到" in play.last(play.user(LI))


async def test_names_phones_and_positions_change_by_typing_and_tapping(play: Play) -> None:
    boss = play.user(BOSS)
    await opens(play, LI)
    await play.taps(boss, "yo", "ask:phone")
    await play.says(boss, "没有")
    assert play.last(boss) == sentence("phone_unreadable", {}, "zh")
    await play.says(boss, "139-0000-0002")
    await play.taps(boss, "yo", "ask:name")
    await play.says(boss, "李清水")
    await play.taps(boss, "yo", "as:head")
    person = play.rows(Person, Person.id == play.person_id(LI))[0]
    assert (person.name, person.phone) == ("李清水", "13900000002")
    assert contact_of(play, LI).position == "head"
    assert asked(play) == ZHOU


async def test_people_a_new_roster_does_not_name_are_settled_by_tap_and_asked_about_once(play: Play) -> None:
    boss = play.user(BOSS)
    table = f"单位,姓名,手机\n{WATER},{LI},13800000003\n{FARMS},孙接手,13900000009\n".encode()
    await play.sends(boss, "通讯录.csv", table)
    card = play.newest_card(BOSS, "people")
    meant = [contact_of(play, name, agency).id for name, agency in ((QIAN, FARMS), (ZHOU, WATER), (WU, WATER))]
    assert sorted(card.state["gone"]) == sorted(meant)
    assert all(row.left_at is None for row in play.rows(Contact))
    await play.taps(boss, "yo", f"gl:{contact_of(play, QIAN, FARMS).id}")
    for name in (ZHOU, WU):
        await play.taps(boss, "yo", f"gk:{contact_of(play, name).id}")
    assert any("都处理好了" in text for text in play.texts(boss))
    assert contact_of(play, QIAN, FARMS).left_at is not None
    await play.sends(boss, "通讯录.csv", table)
    assert play.newest_card(BOSS, "people").id == card.id


@pytest.mark.parametrize(
    ("text", "code"),
    [("县", "name_unreadable"), ("李四、王五 139", "name_unreadable"), ("李四 12", "phone_unreadable")],
)
async def test_typed_people_that_cannot_be_read_are_refused(play: Play, text: str, code: str) -> None:
    with pytest.raises(DubanError) as refused:
        staffing.read_name_and_phone(text)
    assert refused.value.code == code


async def test_the_only_coordinator_cannot_leave_and_nobody_elses_place_can_be_touched(play: Play) -> None:
    with pytest.raises(DubanError) as refused:
        play.write(lambda s: entering.leave(s, play.actor(BOSS), play.person_id(BOSS), play.clock.now()))
    assert refused.value.code == "last_coordinator"
    act(play, staffing.leave_agency, contact_of(play, LI).id)
    for do in (staffing.leave_agency, staffing.make_first):
        with pytest.raises(DubanError) as refused:
            act(play, do, contact_of(play, LI).id)
        assert refused.value.code == "place_gone"
    with pytest.raises(DubanError) as refused:
        act(play, staffing.hand_over, contact_of(play, ZHOU).id, contact_of(play, QIAN, FARMS).id)
    assert refused.value.code == "successor_elsewhere"


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_who_is_asked_is_in_office_present_and_reachable(play: Play, seed: int) -> None:
    """Random leaves, returns, departures, changes of order, position and reach."""
    chance, boss = random.Random(seed), play.actor(BOSS)
    start = date(2024, 4, 1)

    def turn(session) -> None:  # type: ignore[no-untyped-def]
        now = play.clock.now()
        staff = list(people.places(session, 1, [water]))
        if not staff or chance.random() < 0.15:
            name = f"新人{chr(0x4E00 + chance.randrange(900))}"
            added = staffing.add(session, boss, water, name, "", chance.choice(list(Position)), now)
            session.get_one(Person, added.person_id).chat_id = chance.choice((None, 70000 + added.id))
            return
        contact, person = chance.choice(staff)
        deed = chance.randrange(7)
        if deed == 0:
            first = start + timedelta(days=chance.randrange(9))
            staffing.set_leave(session, boss, person.id, first, first + timedelta(days=chance.randrange(5)), now)
        elif deed == 1 and contact.away_until_on:
            staffing.come_back(session, boss, person.id, now)
        elif deed == 2:
            staffing.leave_agency(session, boss, contact.id, now)
        elif deed == 3:
            staffing.make_first(session, boss, contact.id, now)
        elif deed == 4:
            staffing.set_position(session, boss, contact.id, chance.choice(list(Position)), now)
        elif deed == 5 and len(staff) > 1:
            other = chance.choice([one for one in staff if one.contact.id != contact.id])
            staffing.hand_over(session, boss, contact.id, other.contact.id, now)
        else:
            person.unreachable_since_at = chance.choice((None, now))

    water = agency_id(play, WATER)
    for _ in range(25):
        play.write(turn)
        for day in (start, start + timedelta(days=4)):
            assert play.read(lambda s, on=day: _sound(s, water, on))


def _sound(session, agency: int, day: date) -> bool:  # type: ignore[no-untyped-def]
    """Told from the rows themselves, not by the rule under test."""
    chosen = choose_recipient(people.recipients(session, [agency], day).get(agency, ()))
    able = set()
    for contact in session.query(Contact).filter(Contact.agency_id == agency, Contact.left_at.is_(None)):
        person = session.get_one(Person, contact.person_id)
        away = contact.away_until_on and (contact.away_from_on or day) <= day <= contact.away_until_on
        if contact.position != "head" and person.chat_id and not person.unreachable_since_at and not away:
            able.add(person.id)
    return chosen.person_id in able if chosen else not able


async def test_a_leader_or_contact_is_not_asked_by_the_card_for_people(play: Play) -> None:
    await play.says(play.user(LI), "人员")
    assert play.last(play.user(LI)) == sentence("not_allowed", {}, "zh")
    assert play.actor("赵领导").roles == frozenset({Role.LEADER})
    await play.says(play.user("赵领导"), "请假")
    assert play.last(play.user("赵领导")) == sentence("not_allowed", {}, "zh")
    assert asked(play, ROADS) == ""
