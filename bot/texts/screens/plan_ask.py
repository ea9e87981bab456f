"""What the card of a plan asks to be typed, and the names of changes for its undo button."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.planviews import AskView, PlanView
from bot.domain.reading import Remark
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, plain, say
from bot.texts.message import Message

_ASKED: Mapping[str, str] = {
    "title": N_("请打出新标题，发到这里。"),
    "plan_name": N_("请打出计划的名称。"),
    "agency": N_("请打出单位名称，例如“县水利局”。"),
    "agencies": N_("请打出单位名称，几个单位用顿号隔开。"),
    "name": N_("请打出单位的正确名称。"),
    "year": N_("请打出年份，例如“2026”。"),
    "date": N_("请打出日子，例如“6月30日”。"),
    "limit": N_("请打出时限，例如“6月底前”“每季度”。"),
    "target": N_("请打出指标，例如“达到95%以上”。"),
}
_CHANGES: Mapping[str, str] = {
    "doubt_settled": N_("答了一处疑点"),
    "doubts_accepted": N_("其余照读到的办"),
    "plan_named": N_("写了计划名称"),
    "title_changed": N_("改了{number}标题"),
    "duty_added": N_("{number}加了单位"),
    "duty_changed": N_("改了{number}分工"),
    "duty_removed": N_("{number}去了单位"),
    "limit_changed": N_("改了{number}时限"),
    "target_changed": N_("改了{number}指标"),
    "tasks_merged": N_("合并{number}和{other}"),
    "task_split": N_("拆分了{number}"),
    "task_dropped": N_("去掉了{number}"),
    "task_brought_back": N_("找回了{number}"),
    "revised": N_("按修订稿改了"),
}
_NUMBER = 12


def ask_message(view: PlanView, ask: AskView, keys: Keys) -> Message:
    """The words wanted, or which agency was meant by them; 不改了 goes back."""
    stop = rows([keys.key("‹ 不改了", "pk")])
    if ask.kind == "which":
        asked = say("“{words}”是哪个单位？", words=escape(ask.words, 60))
        choices = [keys.named(name, "pw", at) for at, name in enumerate(ask.choices)]
        new = keys.key("＋ 新单位", "pw", "new")
        return Message(compose([Part([_head(ask), asked])]), (*rows([*choices, new], 1), *stop))
    return Message(compose([Part([_head(ask), say(_ASKED[ask.kind])])]), stop)


def _head(ask: AskView) -> Html:
    number = escape(ask.number, 40) if ask.number else None
    return joined((say("✏️ <b>请打字</b>") if ask.kind != "which" else say("❓ <b>请认一下单位</b>"), number))


def undo_key(view: PlanView, keys: Keys) -> tuple[Row, ...]:
    """↩️ 撤销（改了（一）1标题）, where there is something to undo."""
    if view.undo is None or view.activated_at is not None:
        return ()
    return rows([keys.key("↩️ 撤销：{change}", "pu", change=change_words(view.undo))])


def change_words(what: Remark) -> str:
    """What a change was, in a few words for a button."""
    params = {name: str(value)[:_NUMBER] for name, value in what.params.items()}
    return plain(_CHANGES[what.code], **params) if what.code in _CHANGES else plain(N_("上一步"))
