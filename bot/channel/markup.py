"""A Message in the Bot API's shapes: keyboards, and the plainer forms it falls back to when the API refuses a part."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import unescape

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.texts.message import Button, Message

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
PLACEHOLDER_LIMIT = 64

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply

OPTIONAL_FIELDS = ("style", "link_preview_options", "input_field_placeholder", "is_persistent")
_UNWRITABLE = re.compile(r"can'?t parse|too.long|button|reply.?markup")
_NO_PICTURE = re.compile(
    r"photo_\w*invalid|image_process_failed|photo_save_file_invalid|too big for a photo|media_invalid"
)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Dress:
    """How richly a message is sent: without which optional fields, as plain words only, pictures as files."""

    without: frozenset[str] = frozenset()
    plain: bool = False
    as_file: bool = False

    def simpler(self, complaint: str) -> Dress | None:
        """The next plainer form after a refusal in these words; None when there is nothing left to give up."""
        words = complaint.lower()
        # An edit that changes nothing: these words speak of the reply markup, too, and nothing is wrong with it.
        if "message is not modified" in words:
            return None
        named = {field for field in OPTIONAL_FIELDS if field in words} - self.without
        if named:
            return replace(self, without=self.without | named)
        if _NO_PICTURE.search(words) and not self.as_file:
            return replace(self, as_file=True)
        if _UNWRITABLE.search(words) and not self.plain:
            return replace(self, plain=True)
        return None


def inline_keyboard(message: Message, dress: Dress) -> InlineKeyboardMarkup | None:
    """The buttons under a message; None without buttons, and in plain dress, since a button may be the fault."""
    if dress.plain or not message.buttons:
        return None
    return InlineKeyboardMarkup([[_button(button, dress) for button in row] for row in message.buttons])


def markup(message: Message, dress: Dress) -> Markup | None:
    """What goes with a new message. A message carries one keyboard only: buttons first, then words, then a prompt."""
    placeholder = message.placeholder[:PLACEHOLDER_LIMIT] or None
    if "input_field_placeholder" in dress.without:
        placeholder = None
    if message.buttons:
        return inline_keyboard(message, dress)
    if message.keyboard:
        return ReplyKeyboardMarkup(
            message.keyboard,
            resize_keyboard=True,
            is_persistent=None if "is_persistent" in dress.without else True,
            input_field_placeholder=placeholder,
        )
    if message.keyboard is not None:
        return ReplyKeyboardRemove()
    return ForceReply(input_field_placeholder=placeholder) if message.placeholder else None


def words(message: Message, dress: Dress, limit: int) -> str:
    """The text to send: HTML as it is, or in plain dress without tags and cut to `limit` UTF-16 units."""
    return clipped(unescape(_TAG.sub("", message.text)), limit) if dress.plain else message.text


def clipped(text: str, limit: int) -> str:
    """`text`, cut with an ellipsis so that it takes at most `limit` UTF-16 units, as the Bot API counts."""
    encoded = text.encode("utf-16-le", "replace")
    if len(encoded) <= 2 * limit:
        return text
    return encoded[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"


def _button(button: Button, dress: Dress) -> InlineKeyboardButton:
    style = button.style if button.style and "style" not in dress.without else None
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url, style=style)
    return InlineKeyboardButton(button.label, callback_data=button.data, style=style)
