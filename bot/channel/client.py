"""The Bot API as the rest of the house needs it: deliver a message, fetch a file, answer a press."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from telegram import (
    Bot,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
)
from telegram import Message as SentMessage
from telegram.constants import ParseMode
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from bot.channel.markup import CAPTION_LIMIT, TEXT_LIMIT, Dress, inline_keyboard, markup, words
from bot.domain.model import DubanError
from bot.texts.message import Message

log = logging.getLogger(__name__)

# The library would rather see its own method used, which parses every update and so stumbles over a bad one.
warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'", category=PTBUserWarning)

DOWNLOAD_LIMIT = 20 * 1024 * 1024
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
TELEGRAM = "https://api.telegram.org"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
WEBHOOK_CONNECTIONS = 40

Heard = Callable[[str | None], None]


@dataclass(frozen=True)
class Delivered:
    """Where a message stands now; `is_photo` when it is a picture with a caption."""

    message_id: int
    is_photo: bool


@dataclass(frozen=True)
class Identity:
    """Who the bot is at the messenger; links to it need the user name."""

    bot_id: int
    username: str


def build_bot(token: str, api_url: str = "", proxy: str = "", heard: Heard | None = None) -> ExtBot[None]:
    """A Bot for `token`; `api_url` is a self-hosted or built-in server (no path), "" for Telegram's own.

    `heard` is told the Date header of each answer, None for an answer without one.
    """
    server = api_url.rstrip("/") or TELEGRAM
    return ExtBot(
        token,
        base_url=f"{server}/bot",
        base_file_url=f"{server}/file/bot",
        request=_request(api_url, proxy, heard, read_timeout=20),
        get_updates_request=_request(api_url, proxy, heard, read_timeout=40),
    )


async def connect(
    token: str, api_url: str = "", proxy: str = "", heard: Heard | None = None
) -> tuple[ExtBot[None], Identity]:
    """An opened bot and who it is. Raises DubanError token_refused or telegram_unreachable."""
    bot = build_bot(token, api_url, proxy, heard)
    try:
        await bot.initialize()
        return bot, await Client(bot).identify()
    except InvalidToken:
        raise DubanError("token_refused") from None
    except TelegramError:
        raise DubanError("telegram_unreachable", seconds=0) from None


def _request(api_url: str, proxy: str, heard: Heard | None, read_timeout: float) -> HTTPXRequest:
    async def answered(response: httpx.Response) -> None:
        if heard is not None:
            heard(response.headers.get("date"))

    # A proxy named in the environment is meant for the internet, not for a server on this machine.
    local = (urlsplit(api_url).hostname or "") in LOOPBACK
    return HTTPXRequest(
        connection_pool_size=16,
        read_timeout=read_timeout,
        write_timeout=20,
        connect_timeout=10,
        pool_timeout=10,
        media_write_timeout=60,
        proxy=proxy or None,
        httpx_kwargs={"trust_env": not local, "event_hooks": {"response": [answered]}},
    )


class Client:
    """Speaks the Bot API through `bot`; the caller opens and closes it."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._refused: frozenset[str] = frozenset()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._bot.shutdown()

    async def identify(self) -> Identity:
        """Ask the messenger who we are. Raises TelegramError."""
        me = await self._bot.get_me()
        return Identity(me.id, me.username or "")

    async def deliver(self, chat_id: int, message: Message, edit_message_id: int | None = None) -> Delivered:
        """Send `message`, or change message `edit_message_id` into it; raises the messenger's errors as they come.

        What the API refuses (an optional field, the formatting, a picture's size) is left out and tried again: a
        refused request has certainly sent nothing.
        """
        dress = Dress(without=self._refused)
        while True:
            try:
                return await self._put(chat_id, message, edit_message_id, dress)
            except BadRequest as error:
                plainer = dress.simpler(str(error))
                if plainer is None:
                    raise
                log.error("refused, sending it plainer: chat=%s reason=%s", chat_id, error)
                self._refused |= plainer.without
                dress = plainer

    async def _put(self, chat_id: int, message: Message, edit_message_id: int | None, dress: Dress) -> Delivered:
        if edit_message_id is not None:
            return await self._edit(chat_id, message, edit_message_id, dress)
        sent = await self._send(chat_id, message, dress)
        if message.pin:
            await self._pin(chat_id, sent.message_id)
        return Delivered(sent.message_id, _is_photo(message, dress))

    async def _send(self, chat_id: int, message: Message, dress: Dress) -> SentMessage:
        common: dict[str, Any] = {
            "chat_id": chat_id,
            "parse_mode": _parse_mode(dress),
            "disable_notification": message.silent,
            "reply_markup": markup(message, dress),
        }
        if message.attachment is None:
            return await self._bot.send_message(
                text=words(message, dress, TEXT_LIMIT), link_preview_options=_preview(dress), **common
            )
        caption = words(message, dress, CAPTION_LIMIT)
        file = InputFile(message.attachment.data, filename=message.attachment.name)
        if _is_photo(message, dress):
            return await self._bot.send_photo(photo=file, caption=caption, **common)
        return await self._bot.send_document(document=file, caption=caption, **common)

    async def _edit(self, chat_id: int, message: Message, message_id: int, dress: Dress) -> Delivered:
        target: dict[str, Any] = {
            "chat_id": chat_id,
            "message_id": message_id,
            "reply_markup": inline_keyboard(message, dress),
        }
        if message.attachment is None:
            text = words(message, dress, TEXT_LIMIT)
            await self._bot.edit_message_text(
                text, parse_mode=_parse_mode(dress), link_preview_options=_preview(dress), **target
            )
        else:
            kind = InputMediaPhoto if _is_photo(message, dress) else InputMediaDocument
            caption = words(message, dress, CAPTION_LIMIT)
            # Bytes and name apart: an InputFile made beforehand would not be attached to the media.
            media = kind(
                message.attachment.data,
                filename=message.attachment.name,
                caption=caption,
                parse_mode=_parse_mode(dress),
            )
            await self._bot.edit_message_media(media, **target)
        return Delivered(message_id, _is_photo(message, dress))

    async def _pin(self, chat_id: int, message_id: int) -> None:
        try:
            await self._bot.pin_chat_message(chat_id, message_id, disable_notification=True)
        except TelegramError as error:
            log.warning("not pinned: chat=%s reason=%s", chat_id, error)

    async def download(self, file_id: str, limit_bytes: int = DOWNLOAD_LIMIT) -> bytes:
        """The file's bytes. Raises DubanError file_too_large (limit_mb) or download_failed."""
        try:
            file = await self._bot.get_file(file_id)
            if (file.file_size or 0) > limit_bytes:
                raise _too_large(limit_bytes)
            data = bytes(await file.download_as_bytearray())
        except BadRequest as error:
            if "too big" in str(error).lower():
                raise _too_large(min(limit_bytes, DOWNLOAD_LIMIT)) from error
            raise DubanError("download_failed") from error
        except (TelegramError, RuntimeError) as error:
            raise DubanError("download_failed") from error
        if len(data) > limit_bytes:
            raise _too_large(limit_bytes)
        return data

    async def answer_callback(self, query_id: str, text: str = "", alert: bool = False) -> None:
        """Stop the pressed button's spinner, with a short notice; a press too old to answer is no error."""
        try:
            await self._bot.answer_callback_query(query_id, text=text[:200] or None, show_alert=alert)
        except TelegramError as error:
            log.info("press not answered: reason=%s", error)

    async def set_commands(
        self, commands: Sequence[tuple[str, str]], language: str = "", chat_id: int | None = None
    ) -> bool:
        """Fill the command menu: of all private chats or of one; `language` "" is the default."""
        scope = BotCommandScopeAllPrivateChats() if chat_id is None else BotCommandScopeChat(chat_id)
        try:
            await self._bot.set_my_commands(commands, scope=scope, language_code=language or None)
        except TelegramError as error:
            log.warning("commands not set: reason=%s", error)
            return False
        return True

    async def set_webhook(self, url: str, secret: str, kinds: Sequence[str]) -> None:
        """Have updates of these kinds brought to `url`, with the secret in a header. Raises TelegramError."""
        await self._bot.set_webhook(
            url, secret_token=secret, allowed_updates=kinds, max_connections=WEBHOOK_CONNECTIONS
        )

    async def drop_webhook(self) -> None:
        """Back to polling; what waits at the messenger stays. Raises TelegramError."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def updates(self, parameters: Mapping[str, Any], wait_seconds: float) -> list[Any]:
        """Raw updates, unparsed, so that one that cannot be parsed holds up nobody. Raises TelegramError."""
        answer = await self._bot.do_api_request(
            "getUpdates", api_kwargs=dict(parameters), read_timeout=wait_seconds + 10
        )
        if not isinstance(answer, list):
            raise TelegramError("Invalid server response")
        return answer


def _parse_mode(dress: Dress) -> str | None:
    return None if dress.plain else ParseMode.HTML


def _preview(dress: Dress) -> LinkPreviewOptions | None:
    return None if "link_preview_options" in dress.without else NO_PREVIEW


def _is_photo(message: Message, dress: Dress) -> bool:
    return message.attachment is not None and message.attachment.is_photo and not dress.as_file


def _too_large(limit_bytes: int) -> DubanError:
    return DubanError("file_too_large", limit_mb=limit_bytes // (1024 * 1024))
