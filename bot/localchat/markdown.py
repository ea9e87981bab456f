"""The two Markdown dialects of the Bot API, read as strictly as the Bot API server reads them.

Error sentences and byte offsets are the server's; offsets and lengths of entities count UTF-16 units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from bot.localchat.entities import Entity, entities_refusal, in_order, link_entity, utf16_length

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
_LITERAL = frozenset({"Code", "Pre", "PreCode"})
_ENDS = {
    "Bold": "*",
    "Underline": "__",
    "Strikethrough": "~",
    "Spoiler": "||",
    "Code": "`",
    "Pre": "```",
    "PreCode": "```",
    "TextUrl": "]",
    "CustomEmoji": "]",
}
_BEGINS = (
    ("__", "Underline"),
    ("_", "Italic"),
    ("*", "Bold"),
    ("~", "Strikethrough"),
    ("||", "Spoiler"),
    ("```", "Pre"),
    ("`", "Code"),
    ("![", "CustomEmoji"),
    ("[", "TextUrl"),
)
_TYPES = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "BlockQuote": "blockquote",
}
_LANGUAGE = re.compile(r"[^\s`]+(?=[^`])")
_ONE_NEWLINE = re.compile(r"\r\n|\n\r|\n|\r|")
_ESCAPED = re.compile(r"\\([\x01-\x7e])")
_TARGET = re.compile(r"(?:\\[\x01-\x7e]|[^)])*")
_EMOJI_LINK = re.compile(r"(?i)tg:(?://)?(?P<host>[^/?#]*)/?(?:\?(?P<query>[^#]*))?(?:#.*)?")


@dataclass(slots=True)
class _Opened:
    kind: str
    offset: int
    """Where it begins in the text, in UTF-16 units."""
    at: int
    """Where its mark stands in the markup."""
    argument: str = ""


def read_markdown_v2(markup: str) -> tuple[str, list[Entity]]:
    """Plain text and entities of MarkdownV2; ApiError when the markup is wrong."""
    return _Reader(markup).read()


class _Reader:
    """One pass over MarkdownV2."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._at = 0
        self._out: list[str] = []
        self._offset = 0
        self._open: list[_Opened] = []
        self._entities: list[Entity] = []
        self._quoting = False
        self._line_begins = True

    def read(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._markup):
            self._step()
        if self._inside() == "BlockQuote":
            self._close("blockquote")
        self._refuse_open()
        return "".join(self._out), in_order(self._entities)

    def _step(self) -> None:
        character = self._markup[self._at]
        following = self._markup[self._at + 1 : self._at + 2]
        if character == "\\" and "\x00" < following <= "\x7e":
            self._put(following, 2)
        elif character not in ("`" if self._inside() in _LITERAL else _RESERVED):
            self._put(character, 1)
        elif character == "\n":
            self._newline()
        elif self._ends():
            self._end()
        else:
            self._begin()

    def _put(self, character: str, used: int) -> None:
        self._out.append(character)
        self._offset += utf16_length(character)
        self._at += used
        if character != "\r":
            self._line_begins = False

    def _inside(self) -> str:
        return self._open[-1].kind if self._open else ""

    def _next_is(self, mark: str, ahead: int = 0) -> bool:
        return self._markup.startswith(mark, self._at + ahead)

    def _newline(self) -> None:
        self._put("\n", 1)
        self._line_begins = True
        if not self._quoting:
            return
        if self._next_is(">"):
            self._at += 1
            return
        if self._inside() != "BlockQuote":
            self._refuse_open()
        self._close("blockquote")

    def _ends(self) -> bool:
        kind = self._inside()
        if kind == "Italic":
            return self._next_is("_") and not self._next_is("__")
        if kind == "BlockQuote":
            return self._next_is("||") and (self._next_is("\n", 2) or self._at + 2 == len(self._markup))
        return kind in _ENDS and self._next_is(_ENDS[kind])

    def _end(self) -> None:
        kind = self._inside()
        if kind == "BlockQuote":
            self._at += 2
            if self._next_is("\n"):
                self._put("\n", 1)
                self._line_begins = True
            self._close("expandable_blockquote")
            return
        self._at += len(_ENDS.get(kind, "_"))
        if kind == "TextUrl":
            self._link()
        elif kind == "CustomEmoji":
            self._emoji()
        else:
            self._close(_TYPES[kind])

    def _begin(self) -> None:
        if self._next_is(">") and self._line_begins and not self._quoting:
            self._quoting = True
            self._push("BlockQuote", 1)
            return
        for mark, kind in _BEGINS:
            if self._next_is(mark):
                self._push(kind, len(mark))
                if kind == "Pre":
                    self._language()
                return
        character = self._markup[self._at]
        raise entities_refusal(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def _push(self, kind: str, used: int) -> None:
        self._open.append(_Opened(kind, self._offset, self._at))
        self._at += used

    def _language(self) -> None:
        language = _LANGUAGE.match(self._markup, self._at)
        if language is not None and not self._markup.startswith("`", language.end()):
            self._open[-1].kind, self._open[-1].argument = "PreCode", language[0]
            self._at = language.end()
        newline = _ONE_NEWLINE.match(self._markup, self._at)
        self._at = newline.end() if newline is not None else self._at

    def _link(self) -> None:
        opened = self._open[-1]
        url = self._target("Can't find end of a URL") if self._next_is("(") else self._said_since(opened)
        entity = link_entity(url, opened.offset, self._offset - opened.offset)
        self._finish(entity)

    def _emoji(self) -> None:
        if not self._next_is("("):
            raise entities_refusal("Custom emoji entity must contain a tg://emoji URL")
        number = _emoji_number(self._target("Can't find end of a custom emoji URL"))
        self._close("custom_emoji", custom_emoji_id=number)

    def _said_since(self, opened: _Opened) -> str:
        units = "".join(self._out).encode("utf-16-le")[opened.offset * 2 :]
        return units.decode("utf-16-le")

    def _target(self, refusal: str) -> str:
        begin = self._at + 1
        match = _TARGET.match(self._markup, begin)
        end = match.end() if match is not None else begin
        if not self._markup.startswith(")", end):
            raise entities_refusal(f"{refusal} at byte offset {self._bytes(begin)}")
        self._at = end + 1
        return _ESCAPED.sub(r"\1", self._markup[begin:end])

    def _close(self, kind: str, **more: str) -> None:
        opened = self._open[-1]
        if opened.argument:
            more["language"] = opened.argument
        if opened.kind == "BlockQuote":
            self._quoting = False
        self._finish({"offset": opened.offset, "length": self._offset - opened.offset, "type": kind, **more})

    def _finish(self, entity: Entity | None) -> None:
        self._open.pop()
        if entity is not None and entity["length"]:
            self._entities.append(entity)

    def _refuse_open(self) -> None:
        if self._open:
            opened = self._open[-1]
            raise entities_refusal(f"Can't find end of {opened.kind} entity at byte offset {self._bytes(opened.at)}")

    def _bytes(self, at: int) -> int:
        return len(self._markup[:at].encode())


def _emoji_number(url: str) -> str:
    parts = _EMOJI_LINK.fullmatch(url)
    if parts is None:
        raise entities_refusal("Custom emoji URL must have scheme tg")
    if parts["host"].lower() != "emoji":
        raise entities_refusal('Custom emoji URL must have host "emoji"')
    number = dict(parse_qsl(str(parts["query"] or ""), keep_blank_values=True)).get("id")
    if number is None:
        raise entities_refusal("Custom emoji URL must have an emoji identifier")
    if not number.isdecimal() or str(int(number)) != number:
        raise entities_refusal("Invalid custom emoji identifier specified")
    return number


_LEGACY_ESCAPED = frozenset({"\\_", "\\*", "\\`", "\\["})
_LEGACY = {"_": "italic", "*": "bold", "`": "code", "```": "pre", "[": "text_link"}


def read_markdown(markup: str) -> tuple[str, list[Entity]]:
    """Plain text and entities of the old Markdown, which knows no nesting; ApiError when an entity has no end."""
    out: list[str] = []
    entities: list[Entity] = []
    at = offset = 0
    while at < len(markup):
        if markup[at] not in "_*`[" or markup[at : at + 2] in _LEGACY_ESCAPED:
            at += markup[at : at + 2] in _LEGACY_ESCAPED
        else:
            text, entity, at = _legacy_entity(markup, at, offset)
            out.append(text)
            offset += utf16_length(text)
            if entity is not None and text:
                entities.append(entity)
            continue
        out.append(markup[at])
        offset += utf16_length(markup[at])
        at += 1
    return "".join(out), entities


def _legacy_entity(markup: str, begin: int, offset: int) -> tuple[str, Entity | None, int]:
    mark = "```" if markup.startswith("```", begin) else markup[begin]
    at = begin + len(mark)
    language = ""
    if mark == "```":
        found = _LANGUAGE.match(markup, at)
        if found is not None and not markup.startswith("`", found.end()):
            language, at = found[0], found.end()
        newline = _ONE_NEWLINE.match(markup, at)
        at = newline.end() if newline is not None else at
    stop = markup.find("]" if mark == "[" else mark, at)
    if stop < 0:
        raise entities_refusal(f"Can't find end of the entity starting at byte offset {len(markup[:begin].encode())}")
    text, end = markup[at:stop], stop + len(mark)
    if mark != "[":
        entity: Entity = {"offset": offset, "length": utf16_length(text), "type": _LEGACY[mark]}
        return text, {**entity, "language": language} if language else entity, end
    url = text
    if markup.startswith("(", end):
        close = markup.find(")", end)
        close = len(markup) if close < 0 else close
        url, end = markup[end + 1 : close], close + 1
    return text, link_entity(url, offset, utf16_length(text)), end
