"""Entering: whether the invited person is who presses, and the welcome with the keyboard of the role."""

from __future__ import annotations

from bot.domain.model import Role
from bot.domain.views import InvitationView
from bot.texts.buttons import Keys, rows
from bot.texts.commands import keyboard
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, say
from bot.texts.message import Message

_WELCOME = {
    Role.COORDINATOR: (
        N_("一、把计划文件发到这里，核对后启用。"),
        N_("二、再发通讯录，邀请各单位联络员。"),
        N_("三、到日子由我催报，您看进度、审报送。"),
    ),
    Role.CONTACT: (
        N_("一、到日子我会发消息提醒，每天早上最多一条。"),
        N_("二、点按钮，或直接打字、发照片，就能上报。"),
        N_("三、不是您单位的，或者要延期，直接说一声。"),
    ),
    Role.LEADER: (
        N_("一、每季度报送截止后，汇总会发给您。"),
        N_("二、随时点“汇总”，看最新情况。"),
        N_("三、每个数字都能点开，看到单位的原话。"),
    ),
}


def invitation_message(view: InvitationView) -> Message:
    """The card in the stage it is in."""
    keys = Keys(view.card_id, view.rev)
    if view.stage == "bound":
        return Message(compose([Part(_welcome(view))]), keyboard=keyboard(view.roles))
    if view.stage == "refused":
        return Message(say("好的，没有登记。请把邀请转告本人，或电话联系{office}。", office=view.office))
    buttons = rows([keys.key("✅ 是我", "iy", style="success"), keys.key("不是我", "in")])
    return Message(compose([Part((_question(view), say("请核对后点一下。")))]), buttons)


def _question(view: InvitationView) -> Html:
    if view.agency:
        return say("您是{agency}的<b>{name}</b>吗？", agency=view.agency, name=view.name)
    if Role.LEADER in view.roles:
        return say("您是<b>{name}</b>同志吗？", name=view.name)
    return say("您是{office}的<b>{name}</b>吗？", office=view.office, name=view.name)


def _welcome(view: InvitationView) -> tuple[Html, ...]:
    role = next((role for role in _WELCOME if role in view.roles), Role.CONTACT)
    place = escape(view.agency or view.office)
    opening = say("👋 <b>{name}</b>，您好！已登记（{place}）。", name=view.name, place=place)
    return (opening, *(say(line) for line in _WELCOME[role]))
