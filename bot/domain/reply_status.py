"""How a task stands by the words said of it. Done needs plain words for it and nothing against it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain import reply_words as say
from bot.domain.model import Status

_SOME_LEFT = re.compile(r"(?:还有|有|剩|剩下|其中)[^,;。]{1,12}$")


@dataclass(frozen=True)
class Standing:
    """What the words claim: the status or None, whether a difficulty is told and in which clause, and the grounds."""

    status: Status | None
    difficulty_text: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class _Clause:
    """One clause and what it claims. `part` of it is reached; `unfinished` speaks against done; `held` waits."""

    words: str
    done: bool
    part: bool
    unfinished: bool
    going_on: bool
    not_started: bool
    stopped: bool
    held: bool
    difficulty: bool


def standing(words: str, percent: int | None, amounts: bool) -> Standing:
    """Status and difficulty from plain words with dates blanked out, the percent read from them and any amounts."""
    clauses = [_read(c) for c in say.CLAUSE_END.split(_without_fields(words)) if c.strip()]
    trouble = "; ".join(c.words.strip() for c in clauses if c.difficulty)
    status, because = _decide(clauses, percent, amounts)
    if status is Status.BLOCKED and not trouble:
        trouble = "; ".join(c.words.strip() for c in clauses if c.stopped or c.held)
    return Standing(status, "" if status is Status.DONE and not _still_hurts(clauses) else trouble, because)


def _still_hurts(clauses: list[_Clause]) -> bool:
    return any(c.difficulty and not c.done for c in clauses)


def _without_fields(words: str) -> str:
    """Names of fields out; "no problem" marked, for 按时完成没问题 claims nothing finished."""
    return say.ALL_FINE.sub("○", say.FIELD_NAMES.sub("", words))


def _read(words: str) -> _Clause:
    claims = [_claim(words, m) for m in say.DONE.finditer(words)]
    idle = say.NOT_STARTED.search(words)
    some_left = idle is not None and _SOME_LEFT.search(words[: idle.start()]) is not None
    return _Clause(
        words=words,
        done="done" in claims,
        part="part" in claims,
        unfinished=some_left or "open" in claims or "part" in claims or say.UNDONE.search(words) is not None,
        going_on=say.GOING_ON.search(words) is not None or not {"open", "part", "planned"}.isdisjoint(claims),
        not_started=idle is not None and not some_left,
        stopped=say.STOPPED.search(words) is not None,
        held=say.HELD_UP.search(words) is not None,
        difficulty=say.DIFFICULTY.search(words) is not None,
    )


def _claim(words: str, m: re.Match[str]) -> str:
    """What one "finished" says in its clause: done, part (nearly, or of a part), open (not), planned, nothing."""
    before, after = words[: m.start()], words[m.end() :]
    if say.OTHERS.match(words):
        return "nothing"
    if say.NEGATION.search(before) or say.NOT_SAID_YET.search(after):
        return "open"
    if say.NEARLY.search(before):
        return "part"
    if say.IN_FULL_AFTER.search(after):
        return "done"
    if say.PLANNED.search(before) and not say.ALREADY.search(before):
        return "planned"
    if say.AMOUNT_AFTER.search(after) or say.STAGE_AFTER.search(after) or say.EN_OBJECT_AFTER.search(after):
        return "part"
    if say.STAGE_BEFORE.search(before) or say.EN_STAGE_BEFORE.search(before):
        return "part"
    if not m[0].isascii() and not say.ONLY_THE_TASK_AFTER.search(after):
        return "part"
    return "done"


def _decide(clauses: list[_Clause], percent: int | None, amounts: bool) -> tuple[Status | None, tuple[str, ...]]:
    done = any(c.done for c in clauses)
    unfinished = any(c.unfinished for c in clauses)
    moving = percent not in (None, 0) or amounts or any(c.part for c in clauses)
    going_on = any(c.going_on and not c.not_started and not c.stopped for c in clauses)
    trouble = any(c.difficulty for c in clauses)
    if any(c.stopped for c in clauses) and not (done and not unfinished):
        return (
            (Status.BLOCKED, ("stopped",))
            if not moving or _stopped_last(clauses)
            else (Status.IN_PROGRESS, ("moving, held",))
        )
    if any(c.not_started for c in clauses) and not moving:
        return Status.NOT_STARTED, ("not started",)
    if done and not unfinished and percent in (None, 100):
        return Status.DONE, ("done said",)
    if percent == 0 and not going_on:
        return Status.NOT_STARTED, ("0%",)
    if percent == 100 and not unfinished and not trouble:
        return Status.DONE, ("100%",)
    if any(c.held for c in clauses) and not (moving or going_on or done or unfinished):
        return Status.BLOCKED, ("waits",)
    if moving or going_on or unfinished or done:
        return Status.IN_PROGRESS, ("going on",)
    return None, ("difficulty",) if trouble else ()


def _stopped_last(clauses: list[_Clause]) -> bool:
    """Whether the standstill is the last thing said, after what had been reached before."""
    return clauses[-1].stopped or bool(re.search(r"停工|停摆|叫停|停了|暂停|halted|suspended", clauses[-1].words))
