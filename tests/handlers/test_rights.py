"""Who may do what: every button and every command by every kind of person; what is refused changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.model import Role
from bot.services import entering
from bot.services.dues import DueBook
from bot.texts.sentences import sentence
from handlers import access
from handlers.commands import COMMANDS
from handlers.presses import ACTIONS, parse
from storage import cards, plans, reports
from storage.tables import Agency, Card, Duty, Outbox, Plan, Report, Task
from tests.handlers.conftest import GROUP, Lived
from tests.services.stage_play import FACTS, STRANGER, facts_of

WATCHED = (*FACTS, "card", "reminder")
PEOPLE = {
    "coordinator": "王牵头",
    "own agency": "李水利",
    "other agency": "钱农业",
    "leader": "赵领导",
    "left": "周副手",
    "stranger": None,
    "group member": "李水利",
}
CONTACT, BOSS, READERS = ("own agency",), ("coordinator",), ("coordinator", "leader")
ANYBODY = ("coordinator", "own agency", "other agency", "leader")
# Every action: the person on whose card it is pressed, and who may press such a button on an own card.
PRESSES: dict[str, tuple[str, tuple[str, ...]]] = {
    **dict.fromkeys(("f", "l", "n", "st", "tx", "go", "ed", "un", "or", "zz", "no", "sg", "nx"), ("李水利", CONTACT)),
    **dict.fromkeys(("wy", "wm", "wt", "ws", "wu"), ("李水利", CONTACT)),
    **dict.fromkeys(("pp", "pf", "pt", "pk", "pn", "ps", "pr", "pe", "pw", "pu", "pa"), ("王牵头", BOSS)),
    **dict.fromkeys(("rv", "ro", "mp"), ("王牵头", BOSS)),
    **dict.fromkeys(("bd", "bf", "ck"), ("王牵头", BOSS)),
    "yc": ("王牵头", BOSS),
    "yl": ("王牵头", BOSS),
    "yb": ("王牵头", BOSS),
    "ym": ("王牵头", BOSS),
    "yp": ("王牵头", BOSS),
    "yn": ("王牵头", BOSS),
    "yw": ("李水利", ANYBODY),
    **dict.fromkeys(("bx", "bp", "bt"), ("王牵头", READERS)),
    **dict.fromkeys(("ra", "rr", "rc", "rl", "rb", "rn", "qg", "qr"), ("王牵头", BOSS)),
    **dict.fromkeys(("sm", "sp", "sx"), ("赵领导", READERS)),
    "yg": ("王牵头", BOSS),
    "yo": ("王牵头", BOSS),
    "yx": ("李水利", CONTACT),
}
CONTACTS = ("own agency", "other agency")
SAID: dict[str, tuple[str, ...]] = {
    "help": ANYBODY,
    "language": ANYBODY,
    "tasks": CONTACTS,
    "report": CONTACTS,
    "summary": READERS,
    "agencies": READERS,
    "chase": READERS,
    "board": BOSS,
    "review": BOSS,
    "plan": BOSS,
    "roster": BOSS,
    "calendar": BOSS,
    "policy": BOSS,
    "pause": BOSS,
    "behalf": BOSS,
    "manage": BOSS,
    "preview": BOSS,
    "why": ANYBODY,
    "groups": BOSS,
    "people": BOSS,
    "leave": CONTACTS,
}
ARGS = {"f": "0", "st": "done", "wm": "which", "wt": "0", "ws": "done", "pp": "tasks:0", "ps": "0:0", "rc": "no_seal"}
ARGS |= {
    "pf": "all",
    "pt": "t1:all:0",
    "pe": "t1:title",
    "pw": "new",
    "rv": "go:list:0",
    "ro": "skip",
    "mp": "0",
    "yc": "y:2024",
    "yl": "list:pause:tasks:0",
    "yb": "list:phones:0",
    "ym": "behalf",
    "yp": "rules",
    "yn": "people:0:0",
    "yw": "list:0",
    "rl": "0",
    "sm": "agencies:0:0",
    "sp": "2024",
    "yg": "list",
    "yo": "list:0",
    "yx": "home",
}
REFUSED = {sentence(code, {}, "zh") for code in ("not_allowed", "button_not_yours", "button_unknown", "stranger")}


def user(lived: Lived, role: str) -> int:
    name = PEOPLE[role]
    return STRANGER if name is None else lived.play.user(name)


def data_of(action: str, card: Card) -> str:
    args = ARGS.get(action)
    return f"1:{action}:{card.id}:{card.rev}" + (f":{args}" if args else "")


def card_for(lived: Lived, action: str) -> Card:
    return lived.play.newest_card(PRESSES[action][0], ACTIONS[action].kinds[0])


def in_group(lived: Lived, data: str) -> tuple[int, str, tuple[int, int]]:
    """The same button pressed under a message in a group, by a member with rights of the own."""
    posted = lived.play.api.call("sendMessage", {"chat_id": str(GROUP), "text": "。"})
    return user(lived, "group member"), data, (GROUP, posted["result"]["message_id"])


def test_every_action_and_every_command_has_its_row() -> None:
    assert set(PRESSES) == set(ACTIONS)
    assert set(SAID) == set(COMMANDS)
    assert {action.act for action in ACTIONS.values()} | {act for act, _ in COMMANDS.values()} <= set(access.ALLOWED)


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_can_press_a_button_of_somebody_else(lived: Lived, action: str) -> None:
    play, data = lived.play, data_of(action, card_for(lived, action))
    others = [role for role, name in PEOPLE.items() if name != PRESSES[action][0] and role != "group member"]
    chats = [chat for chat in play.api.world.chats if chat > 0]
    before, said = facts_of(play.db, WATCHED), {chat: play.texts(chat) for chat in chats}

    toasts = lived.presses([*((user(lived, role), data, None) for role in others), in_group(lived, data)])

    assert len(toasts) == len(others) + 1
    assert set(toasts) <= REFUSED
    assert facts_of(play.db, WATCHED) == before
    assert {chat: play.texts(chat) for chat in chats} == said
    assert play.dead() == []


@pytest.mark.parametrize("action", ACTIONS)
def test_an_own_card_of_the_right_kind_gives_no_right_the_role_does_not_have(lived: Lived, action: str) -> None:
    """Cards outlive roles: somebody may hold an old board, desk or due card."""
    play, card = lived.play, card_for(lived, action)
    may = (*PRESSES[action][1], *(CONTACTS if PRESSES[action][1] == CONTACT else ()))
    pressed = []
    for role, name in PEOPLE.items():
        if role not in may and name is not None and role != "group member":
            person, now = play.person_id(name), play.clock.now()
            own = play.write(lambda s, p=person, n=now: cards.add(s, 1, p, card.kind, card.state, n))
            pressed.append((user(lived, role), data_of(action, own), None))
    before = facts_of(play.db, WATCHED)

    toasts = lived.presses(pressed)

    assert len(toasts) == len(pressed) > 0
    assert set(toasts) <= REFUSED
    assert facts_of(play.db, WATCHED) == before


@pytest.mark.parametrize("action", ACTIONS)
def test_the_owner_of_a_card_is_never_refused_for_want_of_rights(lived: Lived, action: str) -> None:
    name = PRESSES[action][0]
    card = card_for(lived, action)
    toast = lived.do(lived.play.forges(lived.play.user(name), data_of(action, card)))
    assert toast not in REFUSED
    assert lived.play.dead() == []


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_answered_or_refused_with_one_sentence(lived: Lived, command: str, role: str) -> None:
    play, who = lived.play, user(lived, role)
    before, heard = facts_of(play.db, WATCHED), play.sent_to(who)
    if role == "group member":
        play.api.user_sends(GROUP, f"/{command}", by=who)
        lived.do(play.house.settle())
        assert (facts_of(play.db, WATCHED), play.sent_to(who)) == (before, heard)
        assert not [text for text in play.texts(GROUP) if "清理" in text]
        return
    lived.do(play.says(who, f"/{command}"))
    new = play.texts(who)[-1] if play.sent_to(who) > heard else ""
    if role in SAID[command]:
        assert new and new not in REFUSED
    else:
        once = 0 if role == "stranger" else 1  # a stranger has heard the sentence of this day already
        assert play.sent_to(who) - heard in ((0, 1) if role == "left" else (once,))
        assert facts_of(play.db, WATCHED) == before
        assert not new or new in REFUSED
    if command == "language" and role in SAID[command]:
        lived.do(play.says(who, "/language"))
    assert play.dead() == []


def test_a_button_of_yesterday_changes_nothing_and_says_so(lived: Lived) -> None:
    play, name = lived.play, "李水利"
    lived.do(play.says(play.user(name), "/tasks"))
    lived.do(play.taps(play.user(name), "f", "0"))
    lived.do(play.taps(play.user(name), "st", "done"))
    card = play.newest_card(name)
    for away in (-1, 1, -card.rev, 10**8):
        before = facts_of(play.db)
        lived.do(play.forges(play.user(name), f"1:go:{card.id}:{card.rev + away}"))
        assert play.toast() == sentence("card_moved_on", {}, "zh")
        assert facts_of(play.db) == before
        card = play.newest_card(name)


def test_flipping_any_byte_of_a_button_opens_no_other_door(lived: Lived) -> None:
    play, name = lived.play, "钱农业"
    lived.do(play.says(play.user(name), "/tasks"))
    boss = play.newest_card("王牵头", "review")
    before = facts_of(play.db)
    mine = {card.id for card in play.rows(Card, Card.person_id == play.person_id(name))}
    flipped = [
        data[:place] + chr(ord(char) ^ (1 << bit)) + data[place + 1 :]
        for data in (data_of("ra", boss), data_of("rl", boss))
        for place, char in enumerate(data)
        for bit in range(7)
    ]
    forged = [data for data in flipped if (found := parse(data)) is None or found.card_id not in mine]
    toasts = lived.presses([(play.user(name), data, None) for data in forged])
    assert len(toasts) == len(forged) > 100
    assert set(toasts) <= REFUSED
    assert facts_of(play.db) == before
    assert play.dead() == []


NONSENSE = (
    *("x", "1:", "1:go", "1:go:1", "2:go:1:1", "1:go:-1:1", "1::1:1", "<b>:::", "🙂" * 16),
    *("1:go:1:1:" + "9" * 40, "1:go:" + "9" * 50 + ":1", "1:go:١٢:1", "1:go:²:1"),
    *("1:iy:99999:1", "1:iy:" + "9" * 30 + ":1"),
)


@pytest.mark.parametrize("role", ["coordinator", "own agency", "stranger"])
def test_nonsense_in_a_button_is_answered_and_harms_nothing(lived: Lived, role: str) -> None:
    play = lived.play
    before = facts_of(play.db, WATCHED)
    toasts = lived.presses([(user(lived, role), data, None) for data in NONSENSE])
    assert len(toasts) == len(NONSENSE)
    assert set(toasts) <= REFUSED | {sentence("invitation_invalid", {}, "zh")}
    assert facts_of(play.db, WATCHED) == before
    assert play.dead() == []


@pytest.mark.parametrize(
    "kind",
    [
        "dues",
        "words",
        "plan",
        "revision",
        "roster",
        "missing",
        "board",
        "review",
        "request",
        "summary",
        "calendar",
        "policy",
        "preview",
        "why",
        "levers",
        "behalf",
        "people",
        "absence",
    ],
)
def test_made_up_arguments_on_an_own_card_end_in_a_sentence_or_a_sound_card(lived: Lived, kind: str) -> None:
    play = lived.play
    name = "李水利" if kind in ("dues", "words", "absence", "why") else "王牵头"
    junk = ("", "-1:-1:-1", "99:99:99")
    for action in [found for found, spec in ACTIONS.items() if kind in spec.kinds]:
        for args in junk:
            card = play.newest_card(name, kind)
            reported = len(play.rows(Report))
            lived.do(play.forges(play.user(name), f"1:{action}:{card.id}:{card.rev}:{args}"[:64]))
            assert play.dead() == [], (action, args)
            assert all(row.status for row in play.rows(Report)[reported:])


def test_after_leaving_every_old_button_is_dead(lived: Lived) -> None:
    play = lived.play
    who = play.user("钱农业")
    old = {
        button["callback_data"]
        for call in play.api.transcript(chat_id=who)
        for row in _keyboard(call.params)
        for button in row
        if "callback_data" in button
    }
    assert len(old) > 10
    play.write(lambda s: entering.leave(s, play.actor("王牵头"), play.person_id("钱农业"), play.clock.now()))
    before, heard = facts_of(play.db, WATCHED), play.texts(who)
    toasts = lived.presses([(who, data, None) for data in sorted(old)])
    assert len(toasts) == len(old)
    assert set(toasts) <= {sentence("stranger", {}, "zh"), sentence("invitation_invalid", {}, "zh")}
    assert facts_of(play.db, WATCHED) == before
    assert play.texts(who) == heard


def _keyboard(params: dict[str, object]) -> list[list[dict[str, str]]]:
    import json

    markup = params.get("reply_markup") or {}
    found = json.loads(markup) if isinstance(markup, str) else markup
    rows: list[list[dict[str, str]]] = found.get("inline_keyboard", []) if isinstance(found, dict) else []
    return rows


@settings(max_examples=60)
@given(name=st.sampled_from(["李水利", "钱农业", "赵领导", "王牵头", "吴局长"]), number=st.integers(-2, 40))
def test_no_number_leads_a_contact_to_a_row_of_another_agency(lived: Lived, name: str, number: int) -> None:
    actor, play = lived.play.actor(name), lived.play

    def look(session):  # type: ignore[no-untyped-def]
        task = plans.visible_task(session, actor, number)
        report = reports.visible_report(session, actor, number)
        held = set(session.scalars(select(Duty.task_id).where(Duty.agency_id.in_(actor.agency_ids))))
        book = DueBook(session, session.get_one(Plan, play.plan_id), actor, play.clock.now())
        return task, report, held, book.open_keys(), cards.own(session, actor, number), set(book.reports)

    task, report, held, keys, card, reported = lived.play.read(look)
    assert card is None or card.person_id == actor.person_id
    assert all(key.agency_id in actor.agency_ids for key in keys)
    if actor.is_a(Role.CONTACT):
        assert task is None or task.id in held
        assert report is None or report.agency_id in actor.agency_ids
        assert all(key.agency_id in actor.agency_ids for key in reported)


@settings(max_examples=40)
@given(
    name=st.sampled_from(["李水利", "吴局长"]),
    action=st.sampled_from(sorted(ACTIONS)),
    card=st.integers(1, 40),
    rev=st.integers(0, 6),
    args=st.lists(st.sampled_from(["0", "1", "2", "-1", "done", "blocked", "which", "2024"]), max_size=3),
)
def test_whatever_a_contact_presses_only_the_own_agency_speaks(
    lived: Lived, name: str, action: str, card: int, rev: int, args: list[str]
) -> None:
    play = lived.play
    before = {row.id for row in play.rows(Report)}
    others = facts_of(play.db, ("person", "contact", "role", "plan", "plan_version", "task", "agency", "review"))
    lived.do(play.forges(play.user(name), ":".join(["1", action, str(card), str(rev), *args])))
    agencies = play.actor(name).agency_ids
    assert all(row.agency_id in agencies for row in play.rows(Report) if row.id not in before)
    assert facts_of(play.db, ("person", "contact", "role", "plan_version", "task", "agency", "review")) == {
        table: mark for table, mark in others.items() if table != "plan"
    }
    assert play.dead() == []


def test_a_contact_is_never_shown_a_task_the_own_agency_has_no_part_in(lived: Lived) -> None:
    play = lived.play
    foreign = {task.title for task in play.rows(Task)} - _titles(play, "钱农业")
    assert foreign
    assert not [text for text in play.texts(play.user("钱农业")) for title in foreign if title in text]


def _titles(play, name):  # type: ignore[no-untyped-def]
    agencies = {
        row.agency_id
        for row in play.read(lambda s: list(s.scalars(select(Duty))))
        if row.agency_id in {a.id for a in play.rows(Agency, Agency.name == play.cast[name].agency)}
    }
    held = play.read(lambda s: set(s.scalars(select(Duty.task_id).where(Duty.agency_id.in_(agencies)))))
    return {task.title for task in play.rows(Task) if task.id in held}


def test_nothing_is_owed_any_more_that_nobody_will_send(lived: Lived) -> None:
    assert not [row for row in lived.play.rows(Outbox) if row.state in ("due", "sending")]
