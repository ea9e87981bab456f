"""Two bot libraries run the same small bot against the stand-in: polling and webhook, buttons, files both ways."""

from __future__ import annotations

import asyncio
import io
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiogram
import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.localchat.api import BotApi
from bot.localchat.params import UploadedFile
from bot.localchat.standin import StandIn
from tests.localchat.conftest import LI

SECRET = "s3cret-token"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 8, 6)
Runner = Callable[[StandIn], AbstractAsyncContextManager[None]]
Context = ContextTypes.DEFAULT_TYPE


def ptb_bot(chat: StandIn) -> Application:
    """The small bot with python-telegram-bot."""
    builder = Application.builder().token(chat.api.token).base_url(chat.base_url).base_file_url(chat.base_file_url)
    app = builder.build()

    async def start(update: Update, _context: Context) -> None:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("✅ 已完成", callback_data="done")]])
        await update.effective_message.reply_text("<b>第1项</b>", parse_mode="HTML", reply_markup=keyboard)

    async def press(update: Update, _context: Context) -> None:
        await update.callback_query.answer("收到")
        await update.callback_query.edit_message_text("第1项：已完成")

    async def document(update: Update, _context: Context) -> None:
        file = await update.effective_message.document.get_file()
        content = bytes(await file.download_as_bytearray())
        receipt = io.BytesIO(content.upper())
        words = {"caption": "*回执*", "parse_mode": "MarkdownV2"}
        await update.effective_message.reply_document(receipt, filename="回执.txt", **words)

    async def photo(update: Update, _context: Context) -> None:
        message = update.effective_message
        await message.reply_photo(message.photo[-1].file_id, caption="看到了", do_quote=True)
        await message.reply_media_group([InputMediaDocument(b"a", filename="a.txt"), InputMediaDocument(b"b")])

    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(press))
    app.add_handler(MessageHandler(filters.Document.ALL, document))
    app.add_handler(MessageHandler(filters.PHOTO, photo))
    return app


@asynccontextmanager
async def ptb_polling(chat: StandIn) -> AsyncIterator[None]:
    app = ptb_bot(chat)
    async with app:
        await app.start()
        await app.updater.start_polling(timeout=5)
        yield
        await app.updater.stop()
        await app.stop()


@asynccontextmanager
async def ptb_webhook(chat: StandIn) -> AsyncIterator[None]:
    app = ptb_bot(chat)

    async def receive(request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return web.Response(status=403)
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return web.Response()

    server = web.Application()
    server.router.add_post("/hook", receive)
    async with serving(server) as url, app:
        await app.start()
        await app.bot.set_webhook(f"{url}/hook", secret_token=SECRET)
        yield
        await app.bot.delete_webhook()
        await app.stop()


def session_to(chat: StandIn) -> AiohttpSession:
    """How aiogram finds the stand-in."""
    return AiohttpSession(api=TelegramAPIServer.from_base(chat.url))


def aiogram_bot(chat: StandIn) -> tuple[aiogram.Bot, aiogram.Dispatcher]:
    """The small bot with aiogram."""
    bot, dispatcher = aiogram.Bot(chat.api.token, session=session_to(chat)), aiogram.Dispatcher()
    types = aiogram.types

    @dispatcher.message(aiogram.filters.CommandStart())
    async def start(message: types.Message) -> None:
        button = types.InlineKeyboardButton(text="✅ 已完成", callback_data="done")
        keyboard = types.InlineKeyboardMarkup(inline_keyboard=[[button]])
        await message.answer("<b>第1项</b>", parse_mode="HTML", reply_markup=keyboard)

    @dispatcher.callback_query()
    async def press(query: types.CallbackQuery) -> None:
        await query.answer("收到")
        await query.message.edit_text("第1项：已完成")

    @dispatcher.message(aiogram.F.document)
    async def document(message: types.Message) -> None:
        content = await bot.download(message.document)
        file = types.BufferedInputFile(content.read().upper(), "回执.txt")
        await message.reply_document(file, caption="*回执*", parse_mode="MarkdownV2")

    @dispatcher.message(aiogram.F.photo)
    async def photo(message: types.Message) -> None:
        await message.reply_photo(message.photo[-1].file_id, caption="看到了")
        files = [types.BufferedInputFile(name.encode(), f"{name}.txt") for name in "ab"]
        await message.answer_media_group([types.InputMediaDocument(media=file) for file in files])

    return bot, dispatcher


@asynccontextmanager
async def aiogram_polling(chat: StandIn) -> AsyncIterator[None]:
    bot, dispatcher = aiogram_bot(chat)
    polling = asyncio.create_task(dispatcher.start_polling(bot, polling_timeout=5, handle_signals=False))
    yield
    await dispatcher.stop_polling()
    await polling


@asynccontextmanager
async def aiogram_webhook(chat: StandIn) -> AsyncIterator[None]:
    bot, dispatcher = aiogram_bot(chat)
    server = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=SECRET).register(server, path="/hook")
    async with serving(server) as url:
        await bot.set_webhook(f"{url}/hook", secret_token=SECRET)
        yield
        await bot.delete_webhook()
        await bot.session.close()


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def said(api: BotApi, after: int, count: int = 1) -> list[dict]:
    """What the bot said after that message, once it is `count` messages."""
    for _ in range(4000):
        found = [message for message in api.messages(LI) if message["message_id"] > after and message["from_bot"]]
        if len(found) >= count:
            return found
        await asyncio.sleep(0.005)
    pytest.fail(f"the bot did not answer; refused: {api.refusals()}")


async def edited(api: BotApi, message_id: int) -> dict:
    for _ in range(4000):
        (message,) = [message for message in api.messages(LI) if message["message_id"] == message_id]
        if "edit_date" in message:
            return message
        await asyncio.sleep(0.005)
    pytest.fail(f"the bot did not edit; refused: {api.refusals()}")


async def play(api: BotApi) -> None:
    """A person goes through everything the bot can do."""
    (card,) = await said(api, api.user_starts(LI))
    assert (card["text"], card["entities"]) == ("第1项", [{"offset": 0, "length": 3, "type": "bold"}])
    api.user_presses_label(LI, card["message_id"], "已完成")
    changed = await edited(api, card["message_id"])
    assert changed["text"] == "第1项：已完成"
    assert "reply_markup" not in changed
    sent = api.user_sends_file(LI, "document", UploadedFile("说明.txt", b"all done"))
    (receipt,) = await said(api, sent)
    stored = api.file_by_id(receipt["document"]["file_id"])
    assert (stored.name, stored.content) == ("回执.txt", b"ALL DONE")
    assert receipt["caption_entities"] == [{"offset": 0, "length": 2, "type": "bold"}]
    sent = api.user_sends_file(LI, "photo", UploadedFile("a.png", PNG))
    picture, *album = await said(api, sent, count=3)
    assert picture["reply_to_message"]["message_id"] == sent
    assert picture["photo"][0]["width"] == 8
    assert len({message["media_group_id"] for message in album}) == 1
    assert api.refusals() == []
    assert [notice["text"] for notice in api.world.chats[LI].notices] == ["收到"]


@pytest.mark.parametrize("runner", [ptb_polling, ptb_webhook, aiogram_polling, aiogram_webhook])
async def test_a_small_bot_works_against_the_stand_in(api: BotApi, runner: Runner) -> None:
    with StandIn(api) as chat:
        async with runner(chat):
            await play(api)


async def test_a_second_poller_and_a_webhook_end_the_first_poll(api: BotApi) -> None:
    with StandIn(api) as chat:
        async with aiogram.Bot(api.token, session=session_to(chat)).context() as bot:
            ends: list[tuple[Awaitable[object], str]] = [
                (bot.get_updates(timeout=0), "terminated by other getUpdates request"),
                (bot.set_webhook("https://example.org/hook"), "terminated by setWebhook request"),
            ]
            for other, words in ends:
                first = asyncio.create_task(bot.get_updates(timeout=20))
                await asyncio.sleep(0.1)
                await other
                with pytest.raises(aiogram.exceptions.TelegramConflictError, match=words):
                    await first
            with pytest.raises(aiogram.exceptions.TelegramConflictError, match="while webhook is active"):
                await bot.get_updates()


async def test_a_wrong_token_is_unauthorized(api: BotApi) -> None:
    with StandIn(api) as chat:
        async with aiogram.Bot("1:wrong-token-of-nobody", session=session_to(chat)).context() as bot:
            with pytest.raises(aiogram.exceptions.TelegramUnauthorizedError, match="Unauthorized"):
                await bot.get_me()
