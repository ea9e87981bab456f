"""Button presses: `1:action:card:rev[:args]` to one service each; rights and freshness are checked at every press."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session
from telegram import Message, Update

from bot.domain.model import DubanError, Status
from bot.domain.people import Actor
from bot.services import (
    absences,
    assignments,
    behalf,
    boards,
    calendars,
    cardbook,
    cards,
    entering,
    groups,
    levers,
    managing,
    missing,
    peoplecard,
    plancard,
    planwords,
    policycard,
    previews,
    reporting,
    requests,
    reviewing,
    revising,
    rostercheck,
    summarycards,
    whycard,
    wordcard,
)
from bot.services.cardbook import Card
from handlers import access
from handlers.context import DubanContext, is_private
from handlers.groups import leave_given_up

# As long as any number of ours, and never too long for a database to compare.
_NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True)
class Press:
    """A parsed press by a known person on an own, fresh card."""

    session: Session
    actor: Actor
    card: Card
    args: tuple[str, ...]
    now: datetime

    def number(self, place: int) -> int:
        """An argument as a number; anything else is a forged button."""
        word = self.word(place)
        if not _NUMBER.fullmatch(word):
            raise DubanError("button_unknown")
        return int(word)

    def word(self, place: int) -> str:
        """An argument as it stands."""
        try:
            return self.args[place]
        except IndexError:
            raise DubanError("button_unknown") from None

    def status(self) -> Status:
        """An argument as a status."""
        try:
            return Status(self.word(0))
        except ValueError:
            raise DubanError("button_unknown") from None


class Action(NamedTuple):
    """What a press needs (an act of `access`), the card it belongs on, and what it does; returns a toast's code."""

    act: str
    kinds: tuple[str, ...]
    do: Callable[[Press], str | None]


class Data(NamedTuple):
    """The parts of a button's data."""

    action: str
    card_id: int
    rev: int
    args: tuple[str, ...]


async def press(update: Update, context: DubanContext) -> None:
    """Any press on any button."""
    query = update.callback_query
    if query is None:
        return
    data = parse(query.data or "")
    if data is not None and data.action in ("iy", "in") and is_private(update):
        await _invitation(update, context, data)
        return
    act = ACTIONS[data.action].act if data and data.action in ACTIONS else "read_card"
    under = query.message if isinstance(query.message, Message) else None
    await context.act(update, act, lambda session, actor, now: _press(session, actor, now, data, under))
    if act == "groups":
        await leave_given_up(context)


def parse(text: str) -> Data | None:
    """`1:action:card:rev:…`, or None for anything else."""
    version, _, rest = text.partition(":")
    parts = rest.split(":")
    if version != "1" or len(parts) < 3 or not all(_NUMBER.fullmatch(part) for part in parts[1:3]):
        return None
    return Data(parts[0], int(parts[1]), int(parts[2]), tuple(parts[3:]))


def _press(session: Session, actor: Actor, now: datetime, data: Data | None, under: Message | None) -> str | None:
    if data is None or data.action not in ACTIONS:
        raise DubanError("button_unknown")
    action = ACTIONS[data.action]
    card = cardbook.own(session, actor, data.card_id)
    if card is None or card.kind not in action.kinds:
        raise DubanError("button_not_yours")
    access.check(actor, action.act)
    if under is not None:
        cards.seen(card, under.chat.id, under.message_id, bool(under.photo))
    if card.rev != data.rev:
        cards.show_again(session, card, now)
        return "card_moved_on"
    return action.do(Press(session, actor, card, data.args, now))


async def _invitation(update: Update, context: DubanContext, data: Data) -> None:
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None:
        return

    def answer(session: Session, now: datetime) -> None:
        entering.answer_invitation(session, user.id, chat.id, data.card_id, data.action == "iy", now)

    await context.run(update, answer)


def _quiet(do: Callable[[Session, Actor, Card, datetime], object]) -> Callable[[Press], None]:
    """A service that needs only the card and answers by drawing it again."""

    def call(press: Press) -> None:
        do(press.session, press.actor, press.card, press.now)

    return call


def _status(press: Press) -> None:
    reporting.choose_status(press.session, press.actor, press.card, press.status(), press.now)


def _snooze(press: Press) -> str:
    reporting.snooze(press.session, press.actor, press.card, press.now)
    return "snoozed"


def _dispute(press: Press) -> str:
    reporting.dispute_due(press.session, press.actor, press.card, press.now)
    return "decline_forwarded"


def _focus(press: Press) -> None:
    reporting.focus(press.session, press.actor, press.card, press.number(0), press.now)


def _plan_page(press: Press) -> None:
    plancard.turn(press.session, press.actor, press.card, press.word(0), press.number(1), press.now)


def _plan_sort(press: Press) -> None:
    plancard.sort(press.session, press.actor, press.card, press.word(0), press.now)


def _plan_task(press: Press) -> None:
    shown, place = (press.word(0), press.word(1)), press.number(2)
    plancard.open_task(press.session, press.actor, press.card, shown, place, press.now)


def _on_plan(work: Callable[[Press, plancard.Hand], None]) -> Callable[[Press], str | None]:
    """A change of a plan under check; one that has changed meanwhile is shown anew instead."""

    def call(press: Press) -> str | None:
        return plancard.hold(press.session, press.actor, press.card, partial(work, press), press.now)

    return call


def _settle(press: Press, hand: plancard.Hand) -> None:
    plancard.settle(hand, press.number(0), press.number(1))


def _plan_edit(press: Press, hand: plancard.Hand) -> None:
    plancard.edit(hand, press.word(0), press.word(1), press.args[2:])


def _which_agency(press: Press, hand: plancard.Hand) -> None:
    planwords.choose(hand, press.word(0))


def _reason(press: Press) -> None:
    reviewing.choose_reason(press.session, press.actor, press.card, press.word(0), press.now)


def _limit(press: Press) -> None:
    reviewing.return_report(press.session, press.actor, press.card, press.number(0), press.now)


def _stage(press: Press) -> None:
    wordcard.change(press.session, press.actor, press.card, press.word(0), press.now)


def _which(press: Press) -> None:
    wordcard.choose_task(press.session, press.actor, press.card, press.number(0), press.now)


def _words_status(press: Press) -> None:
    wordcard.choose_status(press.session, press.actor, press.card, press.status(), press.now)


def _summary_mode(press: Press) -> None:
    chosen, page = press.number(1), press.number(2)
    if press.card.kind != "summary":
        period = press.card.state.get("summary")
        summarycards.show(
            press.session, press.actor, press.now, period=period, mode=press.word(0), chosen=chosen, with_picture=False
        )
        return
    summarycards.turn(press.session, press.actor, press.card, press.word(0), chosen, page, press.now)


def _summary_period(press: Press) -> None:
    summarycards.change_period(press.session, press.actor, press.card, press.word(0), press.now)


def _decide(granted: bool) -> Callable[[Press], None]:
    def call(press: Press) -> None:
        requests.decide(press.session, press.actor, press.card, granted, press.now)

    return call


def _paper(kind: str) -> Callable[[Press], str]:
    def call(press: Press) -> str:
        summarycards.ask_paper(press.session, press.actor, press.card, kind, press.now)
        return "paper_coming"

    return call


def _new(do: Callable[[Session, Actor, datetime], object]) -> Callable[[Press], None]:
    """A press that opens another card."""

    def call(press: Press) -> None:
        do(press.session, press.actor, press.now)

    return call


def _new_tasks(press: Press) -> None:
    summarycards.show(press.session, press.actor, press.now, mode="tasks", with_picture=False)


def _revision(press: Press) -> str | None:
    return revising.press(press.session, press.actor, press.card, press.args, press.now)


def _roster(press: Press) -> None:
    rostercheck.press(press.session, press.actor, press.card, press.args, press.now)


def _groups(press: Press) -> str | None:
    return groups.press(press.session, press.actor, press.card, press.args, press.now)


def _people(press: Press) -> str | None:
    return peoplecard.press(press.session, press.actor, press.card, press.args, press.now)


def _absence(press: Press) -> str | None:
    return absences.press(press.session, press.actor, press.card, press.args, press.now)


def _levers(press: Press) -> None:
    levers.press(press.session, press.actor, press.card, press.args, press.now)


def _with_args(do: Callable[[Session, Actor, Card, tuple[str, ...], datetime], object]) -> Callable[[Press], None]:
    """A service that reads the press's arguments itself."""

    def call(press: Press) -> None:
        do(press.session, press.actor, press.card, press.args, press.now)

    return call


def _missing_page(press: Press) -> None:
    missing.turn(press.session, press.card, press.number(0), press.now)


def _policy(press: Press) -> str | None:
    return policycard.press(press.session, press.actor, press.card, press.args, press.now)


def _calendar(press: Press) -> str | None:
    return calendars.press(press.session, press.actor, press.card, press.args, press.now)


def _manage(press: Press) -> None:
    managing.press(press.session, press.actor, press.word(0), press.now)


_DUES, _WORDS, _PLAN, _REVIEW = ("dues",), ("words",), ("plan",), ("review",)
_CHASE = ("dues", "board", "review")

ACTIONS: dict[str, Action] = {
    "f": Action("report", _DUES, _focus),
    "l": Action("report", _DUES, _quiet(reporting.back_to_list)),
    "n": Action("report", _DUES, _quiet(reporting.next_due)),
    "st": Action("report", _DUES, _status),
    "tx": Action("report", _DUES, lambda press: "type_your_report"),
    "go": Action("report", _DUES, _quiet(reporting.submit_card)),
    "ed": Action("report", _DUES, _quiet(reporting.reopen)),
    "un": Action("report", _DUES, _quiet(reporting.undo_card)),
    "or": Action("report", _DUES, _quiet(reporting.show_original)),
    "zz": Action("report", _DUES, _snooze),
    "no": Action("request", _DUES, _dispute),
    "sg": Action("report", _DUES, _quiet(assignments.sign)),
    "nx": Action("request", _DUES, _quiet(assignments.dispute_assignment)),
    "wy": Action("report", _WORDS, _quiet(wordcard.confirm)),
    "wm": Action("report", _WORDS, _stage),
    "wt": Action("report", _WORDS, _which),
    "ws": Action("report", _WORDS, _words_status),
    "wu": Action("report", _WORDS, _quiet(wordcard.undo)),
    "pp": Action("plan", _PLAN, _plan_page),
    "pf": Action("plan", _PLAN, _plan_sort),
    "pt": Action("plan", _PLAN, _plan_task),
    "pk": Action("plan", _PLAN, _quiet(plancard.stop_asking)),
    "ps": Action("plan", _PLAN, _on_plan(_settle)),
    "pr": Action("plan", _PLAN, _on_plan(lambda _press, hand: plancard.accept_rest(hand))),
    "pn": Action("plan", _PLAN, _on_plan(lambda _press, hand: plancard.ask_name(hand))),
    "pe": Action("plan", _PLAN, _on_plan(_plan_edit)),
    "pw": Action("plan", _PLAN, _on_plan(_which_agency)),
    "pu": Action("plan", _PLAN, _on_plan(lambda _press, hand: plancard.undo(hand))),
    "pa": Action("plan", _PLAN, _on_plan(lambda _press, hand: plancard.activate(hand))),
    "rv": Action("plan", ("revision",), _revision),
    "ro": Action("roster", ("roster",), _roster),
    "yl": Action("levers", ("levers", "board", "dues"), _levers),
    "yb": Action("behalf", ("behalf", "board", "dues", "levers"), _with_args(behalf.press)),
    "mp": Action("roster", ("missing",), _missing_page),
    "ym": Action("manage", ("manage",), _manage),
    "yo": Action("people", ("people",), _people),
    "yn": Action("manage", ("preview",), _with_args(previews.press)),
    "yw": Action("why", ("why", "dues"), _with_args(whycard.press)),
    "yx": Action("report", ("absence",), _absence),
    "yg": Action("groups", ("group",), _groups),
    "yc": Action("calendar", ("calendar",), _calendar),
    "yp": Action("policy", ("policy",), _policy),
    "bd": Action("board", _CHASE, _new(boards.show)),
    "bf": Action("board", ("board",), lambda press: cards.redraw(press.session, press.card, press.now)),
    "ck": Action("review", _CHASE, _new(reviewing.open_desk)),
    "bx": Action("export", ("board",), _paper("ledger")),
    "bp": Action("export", ("board",), _paper("picture")),
    "bt": Action("summary", ("board",), _new_tasks),
    "ra": Action("review", _REVIEW, _quiet(reviewing.accept)),
    "rr": Action("review", _REVIEW, _quiet(reviewing.ask_reason)),
    "rc": Action("review", _REVIEW, _reason),
    "rl": Action("review", _REVIEW, _limit),
    "rb": Action("review", _REVIEW, _quiet(reviewing.back)),
    "rn": Action("review", _REVIEW, _quiet(reviewing.next_report)),
    "qg": Action("decide", ("request",), _decide(True)),
    "qr": Action("decide", ("request",), _decide(False)),
    "sm": Action("summary", ("summary", "dues", "board"), _summary_mode),
    "sp": Action("summary", ("summary", "dues"), _summary_period),
    "sx": Action("export", ("summary", "dues"), _paper("ledger")),
}
