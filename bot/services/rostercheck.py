"""A roster in chat whose agencies are not all known: asked about one by one, stored all at once after the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.model import DubanError, Position, Role
from bot.domain.people import Actor
from bot.domain.rosterviews import RosterView, Settled
from bot.intake.rosters import RosterLine
from bot.services import cards, papers_out, peoplecard, rosters
from storage.tables import Card

KIND = "roster"
_LONGEST_NAME = 60


def arrived(session: Session, actor: Actor, lines: Sequence[RosterLine], now: datetime, key: str) -> None:
    """A roster from the coordinator: taken at once when every agency is known, else its unknown names are asked.

    Raises DubanError no_plan_yet while the office knows no agency at all.
    """
    if not rosters.agencies_to_fill(session, actor.office_id):
        raise DubanError("no_plan_yet")
    if not rosters.unknown_names(session, actor.office_id, lines):
        _take(session, actor, lines, {}, now, key)
        return
    state = {"lines": [asdict(line) for line in lines], "settled": [], "stage": "ask"}
    cards.show(session, actor, KIND, {**state, **_question(session, actor, state)}, now)


def press(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> None:
    """A button: one of the offered agencies, a new one, these rows or all open ones left out, the name before, or no
    import at all.

    Raises DubanError button_unknown, and card_moved_on when the roster is settled already.
    """
    if card.state["stage"] != "ask":
        raise DubanError("card_moved_on")
    verb, choice = words[0] if words else "", "".join(words[1:2])
    offered = card.state["choices"]
    if verb == "as" and choice.isdecimal() and int(choice) < len(offered):
        _settle(session, actor, card, offered[int(choice)], now)
    elif verb == "new":
        _settle(session, actor, card, card.state["new_name"], now)
    elif verb == "skip":
        _settle(session, actor, card, "", now)
    elif verb == "rest":
        _leave_rest(session, actor, card, now)
    elif verb == "back" and card.state["settled"]:
        _go_on(session, actor, card, card.state["settled"][:-1], now)
    elif verb == "stop":
        _end(session, card, "stopped", [], now)
    else:
        raise DubanError("button_unknown")


def listens(card: Card) -> bool:
    """Whether a roster's card waits for a typed name."""
    return bool(card.state["stage"] == "ask")


def take(session: Session, actor: Actor, card: Card, text: str, now: datetime, key: str) -> None:
    """A typed name for the agency asked about: settled when sure, else offered anew."""
    typed = " ".join(text.split())
    if not typed or len(typed) > _LONGEST_NAME:
        raise DubanError("agency_name_needed")
    sure, choices = rosters.meant_by(session, actor.office_id, typed, _named(card.state))
    if sure:
        _settle(session, actor, card, sure, now)
    else:
        new_name = rosters.full_name(session, actor.office_id, typed)
        cards.redraw(session, card, now, typed=typed, choices=list(choices), new_name=new_name)


def roster_view(session: Session, card: Card, actor: Actor, now: datetime) -> RosterView:
    """The name asked about, or what became of each."""
    state = card.state
    settled = tuple(Settled(written, name) for written, name in state["settled"])
    if state["stage"] != "ask":
        return RosterView(card.id, card.rev, state["stage"], settled=settled)
    return RosterView(
        card_id=card.id,
        rev=card.rev,
        stage="ask",
        known=state["known"],
        left=state["left"],
        row=state["row"],
        written=state["written"],
        people=tuple(state["people"]),
        typed=state["typed"],
        choices=tuple(state["choices"]),
        new_name=state["new_name"],
        settled=settled,
    )


def _question(session: Session, actor: Actor, state: Mapping[str, Any]) -> dict[str, Any]:
    """What to ask next; empty when every name is settled."""
    lines = _lines(state)
    unknown = rosters.unknown_names(session, actor.office_id, lines, _named(state))
    if not unknown:
        return {}
    asked, open_names = unknown[0], {one.written for one in unknown}
    left_out = {written for written, name in state["settled"] if not name}
    return {
        "known": sum(line.agency not in open_names | left_out for line in lines),
        "left": len(unknown),
        "row": asked.row,
        "written": asked.written,
        "people": list(asked.people),
        "typed": "",
        "choices": list(asked.candidates),
        "new_name": rosters.full_name(session, actor.office_id, asked.written),
    }


def _settle(session: Session, actor: Actor, card: Card, name: str, now: datetime) -> None:
    _go_on(session, actor, card, [*card.state["settled"], [card.state["written"], name]], now)


def _leave_rest(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    unknown = rosters.unknown_names(session, actor.office_id, _lines(card.state), _named(card.state))
    _go_on(session, actor, card, [*card.state["settled"], *([one.written, ""] for one in unknown)], now)


def _go_on(session: Session, actor: Actor, card: Card, settled: list[list[str]], now: datetime) -> None:
    """Ask the next name; after the last one the roster is stored."""
    state = {**card.state, "settled": settled}
    question = _question(session, actor, state)
    if question:
        cards.redraw(session, card, now, settled=settled, **question)
        return
    lines, named = _lines(state), _named(state)
    if all(named.get(line.agency) == "" for line in lines):
        _end(session, card, "stopped", settled, now)
        return
    _take(session, actor, lines, named, now, f"roster:{card.id}")
    _end(session, card, "done", settled, now)


def _end(session: Session, card: Card, stage: str, settled: list[list[str]], now: datetime) -> None:
    """The people's data does not stay in the card."""
    cards.redraw(session, card, now, stage=stage, settled=settled, lines=[], people=[])


def _take(
    session: Session, actor: Actor, lines: Sequence[RosterLine], named: Mapping[str, str], now: datetime, key: str
) -> None:
    imported = rosters.import_roster(session, actor.office_id, lines, f"person:{actor.person_id}", now, named)
    rosters.answer(session, actor, imported, now, key)
    if imported.added:
        papers_out.ask(session, actor, "invitations", now, key, people=list(imported.added))
    peoplecard.show_gone(session, actor, imported.gone, now)


def _lines(state: Mapping[str, Any]) -> list[RosterLine]:
    return [
        RosterLine(**{**line, "role": Role(line["role"]), "position": Position(line["position"])})
        for line in state["lines"]
    ]


def _named(state: Mapping[str, Any]) -> dict[str, str]:
    return dict(state["settled"])
