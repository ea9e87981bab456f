"""Invitations, second accounts, two agencies for one account, leaving, blocking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.model import Role
from bot.services import entering
from bot.texts.sentences import sentence
from storage import people
from storage.tables import Agency, Contact, Invitation, Person
from tests.services.stage_play import FARMS, Play, at, facts_of

INVALID = sentence("invitation_invalid", {}, "zh")
NEW = 8008


def invite(play: Play, name: str = "孙新人", agency: str = FARMS) -> tuple[int, str]:
    def make(session):  # type: ignore[no-untyped-def]
        found = entering.agency_named(session, 1, agency)
        person = entering.add_person(session, 1, name, Role.CONTACT, play.clock.now(), "", found.id)
        return person.id, entering.invite(session, person, play.clock.now()).token

    return play.write(make)


async def arrives(play: Play, token: str, user: int = NEW, language: str = "zh-hans") -> str:
    play.api.add_user(user, "新人", language)
    play.api.user_starts(user, token)
    await play.house.settle()
    return play.last(user)


async def test_a_used_an_expired_a_wrong_and_a_forged_link_look_the_same(checked: Play) -> None:
    play = checked
    _, used = invite(play)
    await arrives(play, used)
    await play.taps(NEW, "iy")
    _, old = invite(play, "周过期")
    revoked_id, revoked = invite(play, "吴换发")
    play.write(lambda s: entering.invite(s, s.get_one(Person, revoked_id), play.clock.now()).token)
    before = facts_of(play.db)
    play.clock.advance(timedelta(days=7))
    answers = set()
    for place, token in enumerate([used, old, revoked, "x" * 43, used[:-1] + "A", "-", "0" * 64]):
        answers.add(await arrives(play, token, NEW + 1 + place))
    assert answers == {INVALID}
    assert facts_of(play.db) == before


async def test_an_english_account_is_refused_in_english(checked: Play) -> None:
    assert await arrives(checked, "wrong", NEW, "en") == sentence("invitation_invalid", {}, "en")


async def test_only_the_account_that_opened_the_link_may_answer_it(checked: Play) -> None:
    play = checked
    person_id, token = invite(play)
    await arrives(play, token)
    assert await arrives(play, token, NEW + 1) == INVALID
    card = play.newest_card("李水利", "invite")
    mine = play.rows(type(card), type(card).person_id == person_id)[-1]
    await play.forges(NEW + 1, f"1:iy:{mine.id}:{mine.rev}", message_id=play.api.messages(NEW + 1)[-1]["message_id"])
    assert play.toast() == INVALID
    assert play.read(lambda s: s.get_one(Person, person_id)).user_id is None


async def test_not_me_frees_the_link_for_whom_it_is_meant(checked: Play) -> None:
    play = checked
    person_id, token = invite(play)
    await arrives(play, token)
    await play.taps(NEW, "in")
    await arrives(play, token, NEW + 1)
    await play.taps(NEW + 1, "iy")
    assert play.read(lambda s: s.get_one(Person, person_id)).user_id == NEW + 1
    assert play.read(lambda s: people.actor_of_user(s, NEW)) is None


async def test_a_link_replaced_while_it_lay_open_binds_nobody(checked: Play) -> None:
    play = checked
    person_id, token = invite(play)
    await arrives(play, token)
    play.write(lambda s: entering.invite(s, s.get_one(Person, person_id), play.clock.now()).token)
    await play.taps(NEW, "iy")
    assert play.toast() == INVALID
    assert play.read(lambda s: s.get_one(Person, person_id)).user_id is None


async def test_opening_a_link_twice_and_answering_both_binds_once(checked: Play) -> None:
    play = checked
    person_id, token = invite(play)
    await arrives(play, token)
    first = play.api.last_message(NEW)["message_id"]
    await arrives(play, token)
    await play.taps(NEW, "iy")
    data = play.api.messages(NEW)
    old = next(message for message in data if message["message_id"] == first)
    for row in old.get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            await play.forges(NEW, button["callback_data"])
            assert play.toast() == INVALID
    assert play.read(lambda s: s.get_one(Person, person_id)).user_id == NEW


async def test_one_account_may_speak_for_two_agencies_and_leave_both(checked: Play) -> None:
    play = checked
    _, token = invite(play, "李水利兼", FARMS)
    await arrives(play, token, play.user("李水利"))
    await play.taps(play.user("李水利"), "iy")
    actor = play.read(lambda s: people.actor_of_user(s, play.user("李水利")))
    assert len(actor.agency_ids) == 2
    assert len(play.rows(Person, Person.user_id == play.user("李水利"))) == 1
    play.write(lambda s: entering.leave(s, play.actor("王牵头"), actor.person_id, play.clock.now()))
    assert play.read(lambda s: people.actor_of_user(s, play.user("李水利"))) is None


async def test_a_new_telephone_takes_the_place_of_the_old_account(checked: Play) -> None:
    play = checked
    person_id = play.person_id("李水利")
    token = play.write(lambda s: entering.invite(s, s.get_one(Person, person_id), play.clock.now()).token)
    await arrives(play, token)
    await play.taps(NEW, "iy")
    assert play.read(lambda s: people.actor_of_user(s, NEW)).person_id == person_id
    await play.says(play.user("李水利"), "/tasks")
    assert play.last(play.user("李水利")) == sentence("stranger", {}, "zh")


async def test_who_leaves_has_no_rights_from_that_moment_and_no_open_link(checked: Play) -> None:
    play = checked
    person_id, token = invite(play)
    play.write(lambda s: entering.leave(s, play.actor("王牵头"), person_id, play.clock.now()))
    assert await arrives(play, token) == INVALID
    play.write(lambda s: entering.leave(s, play.actor("王牵头"), play.person_id("李水利"), play.clock.now()))
    await play.says(play.user("李水利"), "（一）1 已完成")
    assert play.last(play.user("李水利")) == sentence("stranger", {}, "zh")


async def test_a_stranger_hears_one_sentence_a_day_and_nothing_else(checked: Play) -> None:
    play = checked
    play.api.add_user(NEW, "路人")
    for text in ("你好", "/start", "/tasks", "（一）1 已完成", "汇总"):
        await play.says(NEW, text)
    await play.sends(NEW, "a.pdf", b"%PDF-1.4")
    assert play.texts(NEW) == [sentence("stranger", {}, "zh")]
    play.clock.advance(timedelta(days=1))
    await play.says(NEW, "在吗")
    assert len(play.texts(NEW)) == 2
    assert not list((play.home / "evidence").rglob("*"))


async def test_no_token_is_kept_in_the_database(checked: Play) -> None:
    _, token = invite(checked)
    everything = repr([row.__dict__ for table in (Invitation, Person, Contact, Agency) for row in checked.rows(table)])
    assert token not in everything
    assert token.encode() not in checked.db.file.read_bytes()  # type: ignore[union-attr]


@pytest.mark.parametrize("words", ["/help", "帮助"])
async def test_a_group_hears_nothing(play: Play, words: str) -> None:
    play.api.add_group(-900, "群", [play.user("李水利")])
    play.api.user_sends(-900, words, by=play.user("李水利"))
    await play.house.settle()
    assert play.texts(-900) == []


async def test_who_blocks_the_bot_is_named_to_the_coordinator_once_and_the_deputy_is_asked(play: Play) -> None:
    play.api.block(play.user("李水利"))
    await play.house.settle()
    said = [text for text in play.texts(play.user("王牵头")) if "收不到消息" in text]
    assert len(said) == 1
    assert "李水利" in said[0]
    await play.until(at(4, 3, 9))
    assert "（一）1" in play.last(play.user("周副手"))
    assert len([text for text in play.texts(play.user("王牵头")) if "收不到消息了" in text]) == 1
