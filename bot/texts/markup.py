"""HTML of chat messages: the one escape function, cutting before escaping, and lists that fit into a message."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.texts.language import N_, counted, translated

# The Bot API's limits of 4,096 and 1,024 less room for the line a message sent a second time begins or ends with.
TEXT_ROOM = 4000
CAPTION_ROOM = 960

# Cc controls, Cf invisible and direction marks, Cs lone surrogates, Cn non-characters.
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Cn"})
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_TAG = re.compile(r"<[^<>]*>")
_FIELD = 200


class Html(str):
    """Text that is HTML already; any other str is escaped when it is put into a message."""

    __slots__ = ()


def clean(text: str) -> str:
    """`text` without control, direction and broken characters; line ends become "\\n", tabs become spaces."""
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return "".join(c for c in lines if c == "\n" or unicodedata.category(c) not in _UNFIT)


def one_line(text: str) -> str:
    """`clean` on a single line."""
    return " ".join(clean(text).split())


def units(text: str) -> int:
    """Length in UTF-16 units, as the Bot API counts."""
    return len(text) + sum(c > "\uffff" for c in text)


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units, a cut marked by "…"."""
    if units(text) <= limit:
        return text
    kept = text.encode("utf-16-le", "replace")[: 2 * (limit - 1)]
    return kept.decode("utf-16-le", "ignore").rstrip() + "…"


def escape(text: str, limit: int = _FIELD) -> Html:
    """Somebody's words as one line of HTML: cleaned, cut to `limit`, then escaped."""
    return Html(html.escape(cut(one_line(text), limit), quote=False))


def escape_lines(text: str) -> Html:
    """A text of several lines as HTML."""
    return Html(html.escape(clean(text), quote=False))


def quote(text: str, limit: int = 1000) -> Html:
    """Somebody's words, line for line, in a quote that unfolds."""
    kept = "\n".join(line.strip() for line in clean(text).strip().split("\n"))
    return Html(f"<blockquote expandable>{html.escape(cut(kept, limit), quote=False)}</blockquote>")


def say(source: str, /, **values: object) -> Html:
    """A text of ours in the language spoken, HTML, with `values` put in escaped."""
    return _filled(translated(source), values)


def say_n(source: str, n: int, /, **values: object) -> Html:
    """`say` for a text that counts {n} of something."""
    return _filled(counted(source, n), {"n": n, **values})


def plain(source: str, /, **values: object) -> str:
    """A text of ours without HTML, for buttons and notices."""
    return translated(source).format(**values)


def listed(values: Iterable[object], separator: str = N_("、"), limit: int = 12) -> Html:
    """Names in a row, each escaped; more than `limit` of them are counted."""
    names = [_as_html(value) for value in values]
    shown = Html(translated(separator).join(names[:limit]))
    rest = len(names) - limit
    return say_n("{shown}，另有{n}个", rest, shown=shown) if rest > 0 else shown


def joined(pieces: Iterable[Html | None], separator: str = N_("　")) -> Html:
    """The pieces there are, side by side."""
    between = translated(separator) if separator else ""
    return Html(between.join(piece for piece in pieces if piece))


@dataclass(frozen=True)
class Part:
    """A paragraph of a message: lines that must stay, a list whose end may be left out, lines after it.

    `left_out` counts items the list already lacks.
    """

    head: Sequence[Html]
    items: Sequence[Html] = ()
    foot: Sequence[Html] = ()
    left_out: int = 0


def compose(parts: Iterable[Part], limit: int = TEXT_ROOM) -> str:
    """The parts as one message of at most `limit` visible units: long lists lose their end and say how many."""
    kept = [part for part in parts if part.head or part.items or part.foot]
    text = _text(kept)
    while units(visible(text)) > limit and any(part.items for part in kept):
        longest = max(range(len(kept)), key=lambda i: _size(kept[i].items))
        kept[longest] = _shorter(kept[longest], units(visible(text)) - limit)
        text = _text(kept)
    if units(visible(text)) > limit:
        return html.escape(cut(visible(text), limit), quote=False)
    return text


def visible(text: str) -> str:
    """What a reader sees of an HTML text."""
    return html.unescape(_TAG.sub("", text))


def _shorter(part: Part, excess: int) -> Part:
    """The part without its last items, about `excess` units of them and at least one."""
    count, freed = 0, 0
    while count < len(part.items) and freed < min(excess, max(1, _size(part.items) // 2)):
        count += 1
        freed += units(visible(part.items[-count])) + 1
    return Part(part.head, part.items[:-count], part.foot, part.left_out + count)


def _size(items: Sequence[Html]) -> int:
    return sum(units(visible(item)) + 1 for item in items)


def _text(parts: Sequence[Part]) -> str:
    return "\n\n".join("\n".join(_lines(part)) for part in parts)


def _lines(part: Part) -> list[Html]:
    more = [say_n("……另有{n}项", part.left_out)] if part.left_out else []
    return [*part.head, *part.items, *more, *part.foot]


def _filled(template: str, values: dict[str, object]) -> Html:
    return Html(template.format(**{name: _as_html(value) for name, value in values.items()}))


def _as_html(value: object) -> Html:
    return value if isinstance(value, Html) else escape(str(value))
