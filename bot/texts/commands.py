"""What people may type or press for a command, in either language, and the fixed keyboard of each role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.model import Role
from bot.texts.language import N_, known
from bot.texts.markup import clean, plain


@dataclass(frozen=True)
class Command:
    """A command: its Latin name for Telegram, the words that mean it, its line in the command menu per language."""

    latin: str
    chinese: tuple[str, ...]
    english: tuple[str, ...]
    described: Mapping[str, str]

    def description(self, language: str) -> str:
        """The line in the command menu."""
        return self.described[known(language)]


def _command(latin: str, chinese: str, english: str, zh: str, en: str) -> Command:
    return Command(latin, tuple(chinese.split("|")), tuple(english.split("|")), {"zh": zh, "en": en})


COMMANDS: Mapping[str, Command] = {
    "start": _command("start", "开始", "start", "开始使用", "Begin"),
    "help": _command("help", "帮助|使用说明|怎么用", "help", "怎么用", "How it works"),
    "tasks": _command("tasks", "我的任务|任务|待报", "my tasks|tasks", "我单位待报的任务", "What my agency owes"),
    "report": _command("report", "上报进展|上报|报送进展", "report progress|report", "上报进展", "Report progress"),
    "summary": _command("summary", "汇总|最新汇总|总体情况", "summary", "最新汇总", "Latest summary"),
    "agencies": _command("agencies", "单位情况|各单位情况|单位", "agencies", "各单位情况", "Agency by agency"),
    "board": _command("board", "看板", "board", "看板", "The board"),
    "review": _command("review", "待审核|审核", "to review|review", "审核报送", "Review reports"),
    "manage": _command("manage", "管理", "manage", "提醒规则、人员、暂停等", "Rules, people, pauses and more"),
    "plan": _command("plan", "计划|工作计划", "plan", "查看、核对、启用计划", "Check and activate the plan"),
    "groups": _command("groups", "工作群", "groups|working groups", "工作群：发布内容", "Working groups"),
    "roster": _command("roster", "通讯录|联络员名单", "roster|contacts", "通讯录和邀请", "Roster and invitations"),
    "preview": _command("preview", "预告|下次提醒", "preview", "下次提醒谁、说什么", "Who is reminded next"),
    "why": _command("why", "为什么", "why", "为什么提醒、为什么没提醒", "Why a reminder was, or was not, sent"),
    "behalf": _command("behalf", "代填|电话代填", "log a call", "登记电话答复", "Log an answer by phone"),
    "people": _command("people", "人员|联络员管理", "people", "请假、代理、移交、邀请", "Leave, deputies, hand-over"),
    "leave": _command("leave", "请假|代理|ab角|我的代理|我的请假", "leave|deputy", "请假、谁来代", "Leave and deputy"),
    "policy": _command("policy", "提醒规则|催办规则", "policy|rules", "报送日、提醒节奏、上限", "Reminder rules"),
    "calendar": _command("calendar", "日历|放假", "calendar", "放假和调休的日历", "Days off and make-up days"),
    "chase": _command("chase", "催办名单|催办|谁还没报", "chase list|chase", "谁还没报", "Who has not answered"),
    "pause": _command("pause", "暂停|催办管理", "pause", "暂停、免催、立即催办", "Pause, mute, remind now"),
    "language": _command("language", "语言|切换语言", "language", "中文或英文", "Chinese or English"),
}

_KEYBOARDS: Mapping[Role, tuple[str, ...]] = {
    Role.CONTACT: (N_("我的任务"), N_("上报进展")),
    Role.COORDINATOR: (N_("看板"), N_("待审核"), N_("计划"), N_("汇总"), N_("催办名单"), N_("管理")),
    Role.LEADER: (N_("汇总"), N_("单位情况")),
}
_PER_ROW = 3


def _plain_form(text: str) -> str:
    return " ".join(clean(text).split()).strip("。.！!？? ").lower()


_BY_WORD = {
    _plain_form(word): name
    for name, command in COMMANDS.items()
    for word in (command.latin, *command.chinese, *command.english)
}


def command_of(text: str) -> str | None:
    """The command a typed or pressed text means when it is nothing but that command's word."""
    return _BY_WORD.get(_plain_form(text).removeprefix("/"))


def keyboard(roles: Iterable[Role]) -> tuple[tuple[str, ...], ...] | None:
    """The fixed keyboard for somebody with these roles, 帮助 last; None for nobody."""
    held = set(roles)
    words = [word for role in _KEYBOARDS if role in held for word in _KEYBOARDS[role]]
    if not words:
        return None
    labels = [plain(word) for word in dict.fromkeys([*words, N_("帮助")])]
    return tuple(tuple(labels[at : at + _PER_ROW]) for at in range(0, len(labels), _PER_ROW))
