"""Which language is spoken now, and the catalogue: Chinese is the source, other languages are .po files beside this."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CHINESE = "zh"
LANGUAGES = (CHINESE, "en")

_spoken: ContextVar[str] = ContextVar("spoken", default=CHINESE)


def known(language: str) -> str:
    """The language to speak: "zh-hans" counts by its first part, an unknown one is Chinese."""
    short = language.lower().replace("_", "-").partition("-")[0]
    return short if short in LANGUAGES else CHINESE


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything said inside is said in `language`."""
    token = _spoken.set(known(language))
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language of the surrounding `speaking`."""
    return _spoken.get()


def translated(source: str) -> str:
    """The Chinese source text in the language spoken."""
    return _catalogue(spoken()).gettext(source)


def counted(source: str, n: int) -> str:
    """The same for a text whose form depends on the number `n` in other languages."""
    found = _catalogue(spoken()).ngettext(source, source, n)
    return found if found != source else translated(source)


def N_(source: str) -> str:  # noqa: N802 (the name gettext's tools know)
    """Mark a text for translation where it stands in a table; it is translated when it is said."""
    return source


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """The .po read into memory: no compiled file that could be forgotten (500 texts in 16 ms)."""
    if language == CHINESE:
        return gettext.NullTranslations()
    source = files("bot.texts").joinpath(f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
