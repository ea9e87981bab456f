"""The only place that decides who may do what. Deny is the default; an act without a row is refused to all."""

from __future__ import annotations

from bot.domain.model import DubanError, Role
from bot.domain.people import Actor

_CONTACT = frozenset({Role.CONTACT})
_COORDINATOR = frozenset({Role.COORDINATOR})
_READERS = frozenset({Role.COORDINATOR, Role.LEADER})
_ANYBODY = frozenset({Role.COORDINATOR, Role.LEADER, Role.CONTACT})

ALLOWED: dict[str, frozenset[Role]] = {
    "help": _ANYBODY,
    "language": _ANYBODY,
    "read_card": _ANYBODY,
    "tasks": _CONTACT,
    "report": _CONTACT,
    "attach": _CONTACT,
    "request": _CONTACT,
    "board": _COORDINATOR,
    "manage": _COORDINATOR,
    "why": _ANYBODY,
    "groups": _COORDINATOR,
    "review": _COORDINATOR,
    "decide": _COORDINATOR,
    "plan": _COORDINATOR,
    "import": _COORDINATOR,
    "roster": _COORDINATOR,
    "people": _COORDINATOR,
    "calendar": _COORDINATOR,
    "policy": _COORDINATOR,
    "levers": _COORDINATOR,
    "behalf": _COORDINATOR,
    "summary": _READERS,
    "export": _READERS,
}


def allows(actor: Actor, act: str) -> bool:
    """Whether one of the actor's roles may do the act now."""
    return bool(ALLOWED.get(act, frozenset()) & actor.roles)


def check(actor: Actor, act: str) -> None:
    """Raises DubanError not_allowed unless one of the actor's roles may do the act now."""
    if not allows(actor, act):
        raise DubanError("not_allowed")
