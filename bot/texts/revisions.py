"""The differences of a revised document as plain text for the command line: a row each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.task_changes import Change
from bot.texts.language import N_, speaking, translated
from bot.texts.markup import Html, visible
from bot.texts.screens.revision import kind_word, short, subject, values

HEADINGS = (N_("次序"), N_("改动"), N_("任务"), N_("原来"), N_("现在"))
_WHOLE = frozenset({"task_added", "task_dropped"})


@dataclass(frozen=True)
class PrintedRevision:
    """The differences in words: headings and rows of their table."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def printed_revision(changes: Iterable[Change], language: str) -> PrintedRevision:
    """The differences as `duban plan compare` and `duban plan revise` show them."""
    with speaking(language):
        headings = tuple(translated(heading) for heading in HEADINGS)
        return PrintedRevision(headings, tuple(_row(at, change) for at, change in enumerate(changes, start=1)))


def _row(order: int, change: Change) -> tuple[str, ...]:
    before, after = _sides(change)
    return (str(order), *(visible(words) for words in (kind_word(change), subject(change), before, after)))


def _sides(change: Change) -> tuple[Html, Html]:
    """A task that comes or goes is named beside its agencies; a changed text is told in its whole length."""
    if change.code in _WHOLE:
        agencies = short(change)
        return (agencies if change.before else Html("")), (agencies if change.after else Html(""))
    if change.code == "text_changed":
        return _text(change.before[0]), _text(change.after[0])
    return values(change)


def _text(words: object) -> Html:
    return Html(str(words).replace("&", "&amp;").replace("<", "&lt;"))
