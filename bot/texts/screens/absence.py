"""A contact's own leave: what was understood, who stands in, and the way back."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.peopleviews import AbsenceView, OwnPlace, StandIn
from bot.texts.buttons import Keys, rows
from bot.texts.markup import Html, Part, compose, escape, joined, quote, say
from bot.texts.message import Button, Message
from bot.texts.screens.people import POSITIONS, leave_words
from bot.texts.wording import day, short_day

_NAME, _AGENCY = 30, 60


def absence_message(view: AbsenceView) -> Message:
    """The card in the stage it is in."""
    text = compose([Part(tuple(_told(view))), Part(tuple(_places(view)))])
    return Message(text, rows(_buttons(view)))


def _told(view: AbsenceView) -> Iterator[Html]:
    if view.words and view.stage in ("ask", "confirm", "back"):
        yield quote(view.words, 500)
    if view.stage == "home":
        yield say("🏖 <b>请假和代理</b>")
        if view.away_until_on is not None:
            yield leave_words(view.away_from_on, view.away_until_on, view.today)
    elif view.stage == "ask":
        yield say("请写从哪天到哪天，可写上谁代，例如：下周一到周五，由李四代。")
    elif view.stage == "ask_deputy":
        yield say("请写AB角的姓名和手机，例如：李四 13800000000。")
    elif view.stage == "back":
        yield say("我理解为：您已回来，催办恢复发给您。")
    elif view.stage in ("confirm", "done"):
        yield from _leave(view)
    elif view.stage == "ended":
        yield say("✅ 已销假，催办恢复发给您。")
    elif view.stage == "moved":
        yield say("✏️ 您打的字已收到，请看下面。")
    else:
        yield say("已取消，没有登记请假。")


def _leave(view: AbsenceView) -> Iterator[Html]:
    if view.from_on is None or view.until_on is None:
        return
    days = say("{first}至{last}", first=day(view.from_on, view.today), last=day(view.until_on, view.today))
    if view.from_on == view.until_on:
        days = day(view.from_on, view.today)
    yield say("✅ 已登记请假：{days}", days=days) if view.stage == "done" else say("我理解为：{days}请假", days=days)


def _places(view: AbsenceView) -> Iterator[Html]:
    if view.stage == "home":
        yield from (_now(one) for one in view.places)
    elif view.stage in ("confirm", "done"):
        yield from (_during(one) for one in view.places)
        yield from _named(view)
        yield say("请假期间您仍可上报。")


def _now(one: OwnPlace) -> Html:
    who = say("现在发给{name}", name=escape(one.asked, _NAME)) if one.asked else say("现在没有人能收")
    away = say("您请假时发给{name}", name=escape(one.stand_in, _NAME)) if one.stand_in else say("您请假时没有人代")
    return joined((escape(one.agency, _AGENCY), say(POSITIONS[one.position]), who, away))


def _during(one: OwnPlace) -> Html:
    agency = escape(one.agency, _AGENCY)
    if not one.stand_in:
        return say("{agency}：没有人代，期间由牵头办打电话联系", agency=agency)
    return say("{agency}：期间发给{name}", agency=agency, name=escape(one.stand_in, _NAME))


def _named(view: AbsenceView) -> Iterator[Html]:
    if view.named and not view.known:
        yield say("{name}还没有登记，将请牵头办登记为AB角。", name=escape(view.named, _NAME))
    elif view.named and not view.entered:
        yield say("{name}还没有进入，请转告点一下邀请链接。", name=escape(view.named, _NAME))


def _buttons(view: AbsenceView) -> Iterator[Button]:
    keys = Keys(view.card_id, view.rev)
    report = [keys.key("📝 这是上报", "yx", "report")] if view.words else []
    if view.stage == "home":
        yield keys.key("🏖 请假", "yx", "ask")
        yield keys.key("👤 指定AB角", "yx", "deputy")
    elif view.stage == "confirm":
        yield keys.key("✅ 对", "yx", "yes", style="success")
        yield keys.key("✏️ 改日期", "yx", "ask")
        yield from report
    elif view.stage == "back":
        yield keys.key("✅ 对", "yx", "back", style="success")
        yield from report
    elif view.stage == "ask":
        yield from report
    if view.away_until_on is not None and view.stage in ("home", "done"):
        yield keys.key("✅ 我回来了", "yx", "back")
    if view.stage in ("confirm", "back", "ask", "ask_deputy"):
        yield keys.key("✖ 取消", "yx", "stop")


def standing_in(one: StandIn) -> Html:
    """代王强（请假至6月10日）."""
    if one.until_on is None:
        return say("代{name}", name=escape(one.name, _NAME))
    return say("代{name}（请假至{until}）", name=escape(one.name, _NAME), until=short_day(one.until_on))
