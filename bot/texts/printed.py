"""A summary as plain text, for the command line."""

from __future__ import annotations

from bot.domain.summary import Summary
from bot.texts.language import speaking
from bot.texts.markup import compose, visible
from bot.texts.screens.figures import overview


def summary_text(summary: Summary, language: str) -> str:
    """The summary's lines as the chat shows them, without markup."""
    with speaking(language):
        return visible(compose(overview(summary)))
