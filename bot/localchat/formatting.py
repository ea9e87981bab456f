"""Text as Telegram keeps it: the markup of the Bot API turned into plain text and entities; here HTML.

Offsets and lengths count UTF-16 units. Error sentences and byte offsets are those the Bot API server answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.localchat.entities import Entity, entities_refusal, given_entities, in_order, link_entity, utf16_length
from bot.localchat.errors import bad_request
from bot.localchat.markdown import read_markdown, read_markdown_v2

MAX_MARKUP_BYTES = 1 << 15
_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
}
_TAGS = frozenset(_SIMPLE) | {"a", "pre", "blockquote", "tg-emoji"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|([a-zA-Z]+));?")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_TAG_NAME = re.compile(r"[^\s>]*")
_SPACE = re.compile(r"\s*")
_CONTROL = {code: " " for code in range(32) if code != 10}
_AUTOMATIC = re.compile(
    r"(?P<bot_command>(?<![\w/@#])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<url>https?://[^\s<>\"，。；）】]+)"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}\b)"
)


@dataclass(frozen=True, slots=True)
class FormattedText:
    """Plain text and the entities over it, trimmed as Telegram trims."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def length(self) -> int:
        """UTF-16 units, which is what Telegram's limits count."""
        return utf16_length(self.text)


def formatted(text: str, parse_mode: str, entities: list[Entity] | None = None) -> FormattedText:
    """What is stored for a text sent with `parse_mode` ("", HTML, MarkdownV2, Markdown) or with ready `entities`."""
    if len(text) > MAX_MARKUP_BYTES // 4 and len(text.encode()) > MAX_MARKUP_BYTES:
        raise bad_request("text is too long")
    mode = parse_mode.lower()
    if mode == "html":
        plain, found = _HtmlReader(text).read()
    elif mode == "markdownv2":
        plain, found = read_markdown_v2(text)
    elif mode == "markdown":
        plain, found = read_markdown(text)
    elif text and mode not in {"", "none"}:
        raise bad_request("unsupported parse_mode")
    else:
        plain, found = text, given_entities(text, entities or [])
    trimmed = _trimmed(plain.translate(_CONTROL), found)
    return FormattedText(trimmed.text, tuple(_with_automatic(trimmed)))


def _trimmed(text: str, entities: list[Entity]) -> FormattedText:
    body = text.lstrip()
    cut = utf16_length(text) - utf16_length(body)
    body = body.rstrip()
    end = utf16_length(body)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        stop = min(end, entity["offset"] + entity["length"] - cut)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return FormattedText(body, tuple(in_order(kept)))


def _with_automatic(text: FormattedText) -> list[Entity]:
    entities = list(text.entities)
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _UNTOUCHED]
    for match in _AUTOMATIC.finditer(text.text):
        start = utf16_length(text.text[: match.start()])
        length = utf16_length(match[0])
        if any(start < stop and begin < start + length for begin, stop in taken):
            continue
        entities.append({"offset": start, "length": length, "type": match.lastgroup})
    return in_order(entities)


_UNTOUCHED = frozenset({"code", "pre", "text_link", "url", "mention", "bot_command"})


@dataclass(slots=True)
class _OpenTag:
    name: str
    argument: str
    offset: int


class _HtmlReader:
    """One pass over the markup, as strict as the Bot API server."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._at = 0
        self._out: list[str] = []
        self._offset = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        """Plain text and entities; ApiError with Telegram's sentence when the markup is wrong."""
        while self._at < len(self._markup):
            if self._markup[self._at] == "<":
                self._tag()
            else:
                self._text()
        if self._open:
            raise entities_refusal(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return "".join(self._out), self._entities

    def _text(self) -> None:
        stop = self._markup.find("<", self._at)
        stop = len(self._markup) if stop < 0 else stop
        plain = decoded(self._markup[self._at : stop])
        self._out.append(plain)
        self._offset += utf16_length(plain)
        self._at = stop

    def _tag(self) -> None:
        begin = self._at
        if self._markup.startswith("</", begin):
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        self._at = begin + 1
        name = self._take(_TAG_NAME).lower()
        self._expect_more(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if name not in _TAGS:
            raise entities_refusal(f'Unsupported start tag "{name}" at byte offset {self._bytes(begin)}')
        argument = ""
        while True:
            self._take(_SPACE)
            self._expect_more(f"Unclosed start tag at byte offset {self._bytes(begin)}")
            if self._markup[self._at] == ">":
                break
            argument = self._attribute(name, begin) or argument
        self._at += 1
        if name == "span" and argument != "tg-spoiler":
            raise entities_refusal(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self._open.append(_OpenTag(name, argument, self._offset))

    def _attribute(self, tag: str, begin: int) -> str:
        name = self._take(_ATTRIBUTE_NAME).lower()
        if not name:
            raise entities_refusal(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        self._take(_SPACE)
        if tag == "blockquote" and name == "expandable" and not self._markup.startswith("=", self._at):
            return "expandable"
        if not self._markup.startswith("=", self._at):
            raise entities_refusal(
                "Expected equal sign in declaration of an attribute of the tag "
                f'"{tag}" at byte offset {self._bytes(begin)}'
            )
        self._at += 1
        self._take(_SPACE)
        self._expect_more(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
        value = self._value()
        self._expect_more(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        return _argument(tag, name, value)

    def _value(self) -> str:
        quote = self._markup[self._at]
        if quote not in "'\"":
            start = self._at
            value = self._take(_TOKEN).lower()
            if self._at < len(self._markup) and not re.match(r"[\s>]", self._markup[self._at]):
                raise entities_refusal(f"Unexpected end of name token at byte offset {self._bytes(start)}")
            return value
        stop = self._markup.find(quote, self._at + 1)
        stop = len(self._markup) if stop < 0 else stop
        value = decoded(self._markup[self._at + 1 : stop])
        self._at = stop + 1
        return value

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise entities_refusal(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        self._at = begin + 2
        name = self._take(_TAG_NAME).lower()
        self._take(_SPACE)
        if not self._markup.startswith(">", self._at):
            raise entities_refusal(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            raise entities_refusal(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{tag.name}>", found "</{name}>"'
            )
        if self._offset > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        place: Entity = {"offset": tag.offset, "length": self._offset - tag.offset}
        if tag.name == "a":
            self._link(tag, place)
        elif tag.name == "pre":
            self._preformatted(place)
        elif tag.name == "blockquote":
            kind = "expandable_blockquote" if tag.argument else "blockquote"
            self._entities.append({**place, "type": kind})
        elif tag.name == "code" and tag.argument:
            self._entities.append({**place, "type": "code", "language": tag.argument})
        elif tag.name in _SIMPLE:
            self._entities.append({**place, "type": _SIMPLE[tag.name]})
        else:
            self._entities.append({**place, "type": "custom_emoji", "custom_emoji_id": tag.argument})

    def _link(self, tag: _OpenTag, place: Entity) -> None:
        entity = link_entity(tag.argument or self._said_since(tag), place["offset"], place["length"])
        if entity is not None:
            self._entities.append(entity)

    def _said_since(self, tag: _OpenTag) -> str:
        units = "".join(self._out).encode("utf-16-le", "surrogatepass")[tag.offset * 2 :]
        return units.decode("utf-16-le", "surrogatepass")

    def _preformatted(self, place: Entity) -> None:
        last = self._entities[-1] if self._entities else {}
        same = all(last.get(key) == place[key] for key in ("offset", "length"))
        if same and last.get("type") == "code":
            language = self._entities.pop().get("language")
            place = {**place, "language": language} if language else place
        self._entities.append({**place, "type": "pre"})

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._markup, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]

    def _expect_more(self, refusal: str) -> None:
        if self._at >= len(self._markup):
            raise entities_refusal(refusal)

    def _bytes(self, at: int) -> int:
        return len(self._markup[:at].encode())


def _argument(tag: str, name: str, value: str) -> str:
    if (tag, name) in {("a", "href"), ("span", "class"), ("tg-emoji", "emoji-id")}:
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    return "expandable" if (tag, name) == ("blockquote", "expandable") else ""


def decoded(markup: str) -> str:
    """The four named and all numeric character references replaced; anything else stays as it is written."""
    return _REFERENCE.sub(_character, markup) if "&" in markup else markup


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED.get(name, match[0])
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    valid = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if valid else match[0]
