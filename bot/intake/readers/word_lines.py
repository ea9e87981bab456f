"""Paragraphs of a Word document as lines: Word's own number before the text, soft breaks joined or kept."""

from __future__ import annotations

import re
import unicodedata

from bot.intake.readers.numbering import Label
from bot.intake.readers.text import clean
from bot.intake.readers.word_runs import PAGE, SOFT

_CHINESE = "一二三四五六七八九十百零〇两"
_UNITS = "%％‰百千万亿个家户项元倍公平立方米吨亩度人次年月日小分点千克台套座条处"
_LABEL = re.compile(
    rf"(?:[{_CHINESE}]{{1,4}}[、.．]|[（(][{_CHINESE}\d]{{1,4}}[）)]|\d{{1,3}}(?:[.．、](?!\d)|[）)])"
    rf"|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}(?!\d|\s*[{_UNITS}])|[①-⑳㈠-㈩⑴-⒇]"
    rf"|第[{_CHINESE}\d]{{1,4}}[章节条项部]|[{_CHINESE}]是(?=\S))"
)
_FIELD = re.compile(r"[（(【\[]?[\u4e00-\u9fff]{2,10}[】\]]?[：:]")
_ENDED = re.compile(r"[。；;！!？?：:][”’」）)\]】]*\s*$")
_SHORT_HEADING = 24
_SPEAKING = re.compile(r"[，,。；;：:（(]")
_WORD_END = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]$")
_LATIN_SEAM = re.compile(r"[A-Za-z0-9,.;:]$")
_BREAK = re.compile(f"({SOFT}|{PAGE})")
_MARKS = re.compile(r"[\s.．、,，:：()（）\[\]【】〔〕]")


def labelled(label: Label | None, text: str) -> str:
    """The text with its number before it as if typed; one that its author typed as well stands there once."""
    if label is None:
        return text
    stripped = text.lstrip(" \u3000\xa0")
    if not stripped or _says_already(label.text, stripped):
        return text or label.text
    blank = " " if label.apart and _WORD_END.search(label.text) else ""
    return f"{label.text}{blank}{stripped}"


def _says_already(label: str, text: str) -> bool:
    if not label:
        return True
    plain, begun = unicodedata.normalize("NFKC", label), unicodedata.normalize("NFKC", text)
    if begun.startswith(plain) and not _WORD_END.search(plain):
        return True
    typed = _LABEL.match(text)
    return typed is not None and _core(typed[0]) == _core(label) != ""


def _core(label: str) -> str:
    """A number without its punctuation: （一） and 一、 are both 一."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", label))


def lines_of(text: str) -> list[str]:
    """The lines of one paragraph. A soft break ends a line only where a person would begin a new paragraph: before a
    number or a named field, after a full stop, after a numbered heading; elsewhere it only wraps."""
    pieces = _BREAK.split(text)
    lines = [clean(pieces[0])]
    for mark, raw in zip(pieces[1::2], pieces[2::2], strict=True):
        piece = clean(raw)
        if mark == PAGE or _begins_anew(lines[-1], piece):
            lines.append(piece)
        else:
            lines[-1] = _joined(lines[-1], piece)
    return [line for line in lines if line]


def _begins_anew(before: str, piece: str) -> bool:
    if _LABEL.match(piece) or _FIELD.match(piece) or _ENDED.search(before):
        return True
    heading = bool(_LABEL.match(before)) and len(before) <= _SHORT_HEADING and not _SPEAKING.search(before)
    return heading and len(piece) > 0


def _joined(before: str, piece: str) -> str:
    """Chinese goes on without a blank; words in Latin letters keep one."""
    blank = " " if _LATIN_SEAM.search(before) and piece[:1].isascii() and piece[:1].isalnum() else ""
    return f"{before}{blank}{piece}"
