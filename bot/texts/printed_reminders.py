"""Coming mornings and answers to “why” as plain text, for the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.previewviews import PreviewWave
from bot.domain.whyviews import WhyDue
from bot.texts.language import N_, speaking
from bot.texts.markup import Html, compose, escape, joined, say, say_n, visible
from bot.texts.screens.preview import places, wave_parts
from bot.texts.screens.whycard import coming_line
from bot.texts.whywords import head_of, rule_line, rung_line
from bot.texts.wording import day

# The command line has no message to fit into.
_ROOM = 1_000_000


def waves_text(waves: Sequence[PreviewWave], language: str) -> str:
    """The waves one below the other, each with everybody it goes to."""
    with speaking(language):
        if not waves:
            return visible(say("按现在的情况，没有要发的提醒了。"))
        return "\n\n".join("\n".join(_wave(wave)) for wave in waves)


def _wave(wave: PreviewWave) -> Iterator[str]:
    yield visible(compose(wave_parts(wave), _ROOM))
    yield visible(say("名单"))
    for one in wave.people:
        line = say_n("{name}（{places}）　{n}条事项", one.items, name=escape(one.name), places=places(one))
        yield f"  {visible(line)}"


def why_text(dues: Sequence[WhyDue], today: date, language: str) -> str:
    """Each due with every reminder of it and its fate."""
    with speaking(language):
        if not dues:
            return visible(say("近期没有这个单位的提醒。"))
        return "\n\n".join("\n".join(visible(line) for line in _due(due, today)) for due in dues)


def _due(due: WhyDue, today: date) -> Iterator[Html]:
    ends = say("{day}截止", day=day(due.due_on, today)) if due.due_on else None
    yield joined((escape(due.agency) if due.agency else say(N_("牵头办、领导")), head_of(due), ends))
    if rule := rule_line(due):
        yield joined((Html("  "), rule), "")
    for rung in due.rungs:
        yield joined((Html("  "), rung_line(rung, today)), "")
    yield joined((Html("  "), coming_line(due, today)), "")
