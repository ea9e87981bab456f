"""The words under a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.domain.views import FileView
from bot.texts.markup import CAPTION_ROOM, Html, Part, compose, escape, joined, say, say_n
from bot.texts.message import Message
from bot.texts.screens.figures import report_counts, title_line
from bot.texts.wording import day, moment


def file_message(view: FileView) -> Message:
    """The caption of a paper; the file itself is made by the papers."""
    return Message(compose(_parts(view), CAPTION_ROOM))


def _parts(view: FileView) -> Iterator[Part]:
    kind = view.caption or view.kind
    if kind == "roster_template":
        yield Part((say("📎 通讯录模板。每行填一个人，填好发回这里。"), say("已列出计划里的责任单位。")))
    elif kind == "invitations":
        head = say_n("✉️ {n}份邀请。请逐一转发给本人，不要发到群里。", len(view.rows))
        yield Part([head, say("每个链接只能用一次，七天内有效。")], tuple(_invitation(row) for row in view.rows))
    elif view.summary is not None:
        lead = say("📎 Excel台账") if kind == "ledger" else None
        lines = [lead, title_line(view.summary), report_counts(view.summary)]
        yield Part([line for line in lines if line])
        yield Part([say("数据截至{at}，以书面材料为准", at=moment(view.summary.as_of))])
    else:
        yield Part([say("📎 请查收文件。")])


def _invitation(row: tuple[str, ...]) -> Html:
    """Agency, name and the link's last day; the link itself is in the file and shown here to be passed on."""
    agency, name, link, until = (*row, "", "", "", "")[:4]
    who = joined((escape(agency), escape(name)))
    return Html(f"{who}\n{escape(link, 300)}\n{say('{day}前有效', day=_until(until))}")


def _until(text: str) -> Html:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return escape(text)
