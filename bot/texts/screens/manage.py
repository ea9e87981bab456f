"""The coordinator's menu of rare levers: one button for each, with what it is for."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.manageviews import ManageView
from bot.texts.buttons import Keys, rows
from bot.texts.language import N_
from bot.texts.markup import Part, compose, say
from bot.texts.message import Message

_PARTS: Mapping[str, tuple[str, str]] = {
    "preview": (N_("📅 下次提醒"), N_("📅 下次提醒：什么时候、提醒谁、说什么")),
    "levers": (N_("⏸ 催办管理"), N_("⏸ 催办管理：马上催、暂停、恢复、免催")),
    "why": (N_("❓ 为什么"), N_("❓ 为什么：某个单位收到了、没收到，原因")),
    "behalf": (N_("📞 代填"), N_("📞 代填：电话里答复的，替单位登记")),
    "people": (N_("👥 人员"), N_("👥 人员：请假、代理、离任、移交、邀请")),
    "policy": (N_("⚙️ 提醒规则"), N_("⚙️ 提醒规则：报送日、节奏、时间、上限")),
    "calendar": (N_("🗓 日历"), N_("🗓 日历：放假通知、调休上班")),
    "groups": (N_("💬 工作群"), N_("💬 工作群：只发您点过的内容")),
}


def manage_message(view: ManageView) -> Message:
    """What can be opened, and for what."""
    keys = Keys(view.card_id, view.rev)
    parts = [name for name in _PARTS if name in view.parts]
    text = compose([Part([say("🧰 <b>管理</b>")], tuple(say(_PARTS[name][1]) for name in parts))])
    return Message(text, rows(keys.key(_PARTS[name][0], "ym", name) for name in parts))
