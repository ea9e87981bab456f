"""The story beside the built-in chat: for everything the bot did, what happened and why, in a sentence or two each.

`what` is read after the person's name. All plain text, for a page that shows no markup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from bot.domain.facts import Reason
from bot.domain.model import Status
from bot.domain.reading import Doubt
from bot.domain.story import StoryEntry, StoryItem
from bot.texts.language import N_, speaking
from bot.texts.markup import Html, cut, escape, joined, listed, say, say_n, visible
from bot.texts.reasons import not_reminded
from bot.texts.screens.doubts import option, question
from bot.texts.screens.revision import told_of_less
from bot.texts.sentences import spoken_sentence
from bot.texts.wording import day, left, period_text, reason_word, short_day, status_word, what_name

Line = tuple[Html, Html]

_ROLES: Mapping[str, str] = {
    "coordinator": N_("牵头办"),
    "leader": N_("领导"),
    "contact": N_("联络员"),
    "deputy": N_("AB角"),
    "head": N_("单位负责人"),
}
_ASKS: Mapping[str, str] = {
    "extension": N_("收到延期申请：{agency}，{tasks}，想延到{until}"),
    "decline": N_("收到“不是我单位的”：{agency}，{tasks}"),
    "delegate": N_("收到更换联络员的请求：{agency}"),
    "question": N_("收到一个问题：{agency}{sender}"),
}
_PAPERS: Mapping[str, str] = {
    "ledger": N_("收到Excel台账"),
    "picture": N_("收到汇总图片"),
    "roster_template": N_("收到通讯录模板"),
    "invitations": N_("收到邀请链接"),
}
_UNSENT: Mapping[str, str] = {
    "failed": N_("对方停用了机器人或换了账号，已告诉牵头办。"),
    "unknown": N_("没有等到回音，不知是否收到；为免重复不再发。"),
    "dead": N_("这条消息没有办成，原因见运行记录。"),
    "left": N_("这个人已不担任这项工作。"),
    "nobody_bound": N_("这个人还没有进入聊天。"),
}
_NOTICE_WHY: Mapping[str, str] = {
    "forwarded": N_("这件事要由牵头办决定，先说一声已经转到。"),
    "granted": N_("牵头办作了决定，马上告诉提出的人。"),
    "refused": N_("牵头办作了决定，马上告诉提出的人。"),
    "greeting": N_("打招呼也有回音，顺便说还有几项待报。"),
    "unreachable": N_("消息送不到，只有打电话。"),
    "menu_ready": N_("进入以后先摆好常用按钮。"),
}


def story_line(entry: StoryEntry, language: str) -> tuple[str, str, str]:
    """Who, what and why of an entry in `language`, plain text."""
    with speaking(language):
        what, why = _TELL.get(entry.kind, _other)(entry)
        return visible(_who(entry)), visible(what), visible(why)


def _who(entry: StoryEntry) -> Html:
    """何琳（县自然资源和规划局 AB角）; an agency alone where nobody can be reached."""
    role = say(_ROLES[entry.role]) if entry.role in _ROLES else None
    place = joined((escape(entry.agency) if entry.agency else None, role), " ")
    if not entry.name:
        return escape(entry.agency)
    return say("{name}（{place}）", name=entry.name, place=place) if place else escape(entry.name)


def _tasks(entry: StoryEntry) -> Html:
    """第一季度进展：（三）1、（三）2."""
    return joined([_of_what(what, mine) for what, mine in _by_what(entry.items)], N_("；"))


def _by_what(items: tuple[StoryItem, ...]) -> list[tuple[str, list[StoryItem]]]:
    grouped: dict[str, list[StoryItem]] = {}
    for item in items:
        grouped.setdefault(item.what, []).append(item)
    return list(grouped.items())


def _of_what(what: str, items: list[StoryItem]) -> Html:
    if what == "assignment":
        return say("任务清单")
    return say("{what}{tasks}", what=what_name(what), tasks=listed(dict.fromkeys(i.number for i in items), limit=8))


def _due(what: str, items: list[StoryItem], today: date) -> Html:
    """第一季度进展：4月8日（周五）截止，还剩1个工作日."""
    first = items[0]
    on = day(first.due_on, today)
    if first.due_on == today:
        return say("{what}：{day}，今天截止", what=what_name(what), day=on)
    remaining = left(first.due_on, today, first.left)
    return say("{what}：{day}截止，{left}", what=what_name(what), day=on, left=remaining)


def _reminded(entry: StoryEntry) -> Line:
    today = entry.at.date()
    lines = [_due(what, mine, today) for what, mine in _by_what(entry.items)]
    ending = say("还没有报，所以提醒。")
    if all(item.invited for item in entry.items):
        ending = say("参与单位只问这一次，可报可不报。")
    elif any(item.rung.startswith("S") for item in entry.items):
        ending = say("本人请求过“明早再提醒”。")
    elif any(item.invited for item in entry.items):
        ending = say("还没有报，所以提醒；其中只是参与的，只问这一次。")
    return say("收到提醒：{tasks}", tasks=_tasks(entry)), say(
        "{dues}；{ending}", dues=joined(lines, N_("；")), ending=ending
    )


def _assigned(entry: StoryEntry) -> Line:
    what = say_n("收到任务清单：{n}项任务，请签收", int(entry.params.get("tasks", 0)))
    return what, say("计划已启用，每个单位先知道自己的任务；3个工作日没签收的列给牵头办。")


def _signed(entry: StoryEntry) -> Line:
    what = say_n("签收了任务清单：{n}项任务", int(entry.params.get("tasks", 0)))
    return what, say("本人点了“签收”；没签收的单位，3个工作日后列给牵头办。")


def _agencies(entry: StoryEntry) -> Html:
    return listed(dict.fromkeys(item.agency for item in entry.items if item.agency), limit=4)


def _counted(entry: StoryEntry, source: str) -> Html:
    agencies = len({item.agency for item in entry.items})
    return say_n(source, len(entry.items), agencies=agencies, names=_agencies(entry))


def _missing_list(entry: StoryEntry) -> Line:
    whats = joined([what_name(what) for what, _ in _by_what(entry.items)], N_("、"))
    what = _counted(entry, N_("收到未报名单：{names}，{n}项"))
    return what, say("{whats}的截止日刚过，还没有报的列给牵头办。", whats=whats)


def _phone_list(entry: StoryEntry) -> Line:
    what = _counted(entry, N_("收到电话催办单：{names}，{n}项"))
    return what, say("逾期3个工作日仍没有报，消息不再催，改由牵头办打电话。")


def _unsigned(entry: StoryEntry) -> Line:
    what = say("收到未签收名单：{names}", names=_agencies(entry))
    return what, say("任务清单发出3个工作日，这些单位还没有签收。")


def _unreachable(entry: StoryEntry) -> Line:
    what = say("收到联系不上的单位：{names}", names=_agencies(entry))
    return what, say("这些单位没有能收到消息的联络员。")


def _summary_sent(entry: StoryEntry) -> Line:
    whats = joined([escape(period_text(what)) for what, _ in _by_what(entry.items)], N_("、"))
    return say("收到汇总：{whats}", whats=whats), say("截止后第4个工作日封存数字，报给领导；没人报也照发。")


def _escalated(entry: StoryEntry) -> Line:
    return (
        say("收到本单位逾期提醒：{tasks}", tasks=_tasks(entry)),
        say("逾期3个工作日仍没有报，也告诉单位的AB角和负责人。"),
    )


def _not_reminded(entry: StoryEntry) -> Line:
    why = not_reminded(entry.code)
    if entry.code == Reason.OVERTAKEN:
        return say("只收到最近的一次提醒：{tasks}", tasks=_tasks(entry)), why
    return say("没有再收到提醒：{tasks}", tasks=_tasks(entry)), why


def _status(entry: StoryEntry) -> Html | None:
    return status_word(Status(entry.code)) if entry.code else None


def _answer(entry: StoryEntry) -> Html:
    """（三）1 ● 推进中 60%."""
    percent = say("{percent}%", percent=entry.params["percent"]) if "percent" in entry.params else None
    return joined((_tasks(entry), _status(entry), percent), " ")


def _quoted(entry: StoryEntry) -> Html:
    return escape(cut(entry.said, 40))


def _reported(entry: StoryEntry) -> Line:
    what = say("报送{answer}，登记为{number}", answer=_answer(entry), number=entry.number)
    if not entry.said:
        return what, say("点状态、点提交，两下就登记。")
    return what, say("原话“{words}”一字不改存档。", words=_quoted(entry))


def _corrected(entry: StoryEntry) -> Line:
    what = say("更正{number}：{answer}", number=entry.number, answer=_answer(entry))
    return what, say("更正是新的一版，原来的也留着。")


def _withdrawn(entry: StoryEntry) -> Line:
    return say("撤回{number}", number=entry.number), say("报送后10分钟内可以撤回；留有记录。")


def _accepted(entry: StoryEntry) -> Line:
    what = say("认可{number}：{agency}，{tasks}", number=entry.number, agency=_agencies(entry), tasks=_tasks(entry))
    return what, say("牵头办审核过了，报送人的回执上看得到。")


def _returned(entry: StoryEntry) -> Line:
    what = say("退回{number}：{agency}，{tasks}", number=entry.number, agency=_agencies(entry), tasks=_tasks(entry))
    if "limit" not in entry.params:
        return what, say("原因：{reason}。", reason=reason_word(entry.code))
    on = short_day(date.fromisoformat(entry.params["limit"]))
    return what, say("原因：{reason}；请在{day}前重报，提醒按新日期重排。", reason=reason_word(entry.code), day=on)


def _drafted(entry: StoryEntry) -> Line:
    return say("看到草稿：{answer}", answer=_answer(entry)), say("点了状态还不算报，再点“提交”才登记。")


def _list_shown(entry: StoryEntry) -> Line:
    return say_n("看到待报清单：{n}项", int(entry.params.get("count", 0))), say("本人点开的，或因为有一份退回要重报。")


def _understood(entry: StoryEntry) -> Line:
    what = say("看到机器人的理解：{answer}", answer=_answer(entry))
    return what, say("原话是“{words}”；先请本人核对，点“提交”才登记。", words=_quoted(entry))


def _which(entry: StoryEntry) -> Line:
    why = say_n(
        "“{words}”对不上是哪一项，名下有{n}项可报；只问这一句。",
        int(entry.params.get("count", 0)),
        words=_quoted(entry),
    )
    return say("被问到：说的是哪一项任务"), why


def _which_status(entry: StoryEntry) -> Line:
    why = say("“{words}”看不出进展到哪一步；机器人不替人猜。", words=_quoted(entry))
    return say("被问到：{tasks}进展到哪一步", tasks=_tasks(entry)), why


def _which_date(_entry: StoryEntry) -> Line:
    return say("被问到：预计哪一天完成"), say("本人点了“改日期”。")


def _cancelled(_entry: StoryEntry) -> Line:
    return say("取消了这次报送"), say("什么都没有登记，随时可以再报。")


def _plan_read(entry: StoryEntry) -> Line:
    what = say_n("读出《{title}》：{n}项任务", int(entry.params["tasks"]), title=entry.params["title"])
    return what, say("等牵头办核对并启用；启用之前，不给任何人发催办消息。")


def _plan_overview(entry: StoryEntry) -> Line:
    what = say_n("看到读出的计划：{n}项任务", int(entry.params["tasks"]))
    doubts = int(entry.params["doubts"])
    if not doubts:
        return what, say("没有拿不准的地方了，可以启用。")
    return what, say_n("还有{n}处拿不准，请牵头办一处一处点定。", doubts)


def _plan_doubt(entry: StoryEntry) -> Line:
    asked = entry.params["doubt"]
    doubt = Doubt(asked["code"], (), asked["params"], "", tuple(asked["options"]))
    assumed = escape(option(doubt, doubt.options[0]), 40)
    return say("被问到：{question}", question=question(doubt)), say(
        "原文没有写明，先按“{assumed}”推定，由牵头办定。", assumed=assumed
    )


def _plan_activate(_entry: StoryEntry) -> Line:
    return say("看到启用前的最后确认"), say("启用以后就会给各单位发消息，所以多问一次。")


def _plan_active(entry: StoryEntry) -> Line:
    return say("启用了《{title}》", title=entry.params["title"]), say("从现在起，机器人按日子催办。")


def _review_shown(entry: StoryEntry) -> Line:
    what = say(
        "看到待审核的{number}：{agency}，{answer}", number=entry.number, agency=_agencies(entry), answer=_answer(entry)
    )
    return what, say("报送由牵头办认可或退回，自己报的不能自己审。")


def _review_empty(_entry: StoryEntry) -> Line:
    return say("看到：没有待审核的报送"), say("本人打开了“待审核”。")


def _request(entry: StoryEntry) -> Line:
    until = entry.params.get("until")
    values = {
        "agency": escape(str(entry.params.get("from", ""))),
        "sender": str(entry.params.get("sender", "")),
        "tasks": _tasks(entry),
        "until": short_day(date.fromisoformat(str(until))) if until else say("（未写日期）"),
    }
    what = say(_ASKS.get(entry.code, N_("收到一个问题：{agency}{sender}")), **values)
    return what, say("原话“{words}”；机器人不作主，由牵头办决定。", words=_quoted(entry))


def _summary_shown(entry: StoryEntry) -> Line:
    return say("看到汇总：{period}", period=period_text(str(entry.params.get("period", "")))), say(
        "本人要看的，数字是此刻的。"
    )


def _board_shown(_entry: StoryEntry) -> Line:
    return say("看到看板"), say("本人要看的；以后有人报送，看板自己更新。")


def _invitation(entry: StoryEntry) -> Line:
    if entry.kind == "invitation_bound":
        return say("进入了聊天"), say("本人点了“是我”，从此消息发到这里。")
    return say("打开了邀请"), say("邀请是一次性的，要本人点“是我”才算数。")


def _noticed(entry: StoryEntry) -> Line:
    said = escape(cut(spoken_sentence(entry.code, entry.params), 60))
    group = next((why for name, why in _NOTICE_WHY.items() if name in entry.code), N_("对刚才的操作要有回音。"))
    return say("收到一句话：“{words}”", words=said), say(group)


def _filed(entry: StoryEntry) -> Line:
    return say(_PAPERS.get(entry.code, N_("收到文件"))), say("本人要的。")


def _not_delivered(entry: StoryEntry) -> Line:
    return say("没有收到消息"), say(_UNSENT.get(entry.code, N_("到发送时已经不需要了。")))


def _other(_entry: StoryEntry) -> Line:
    return say("收到消息"), Html("")


_TELL: Mapping[str, Callable[[StoryEntry], Line]] = {
    "reminded": _reminded,
    "assigned": _assigned,
    "relieved": lambda _entry: told_of_less(),
    "signed": _signed,
    "missing_list": _missing_list,
    "phone_list": _phone_list,
    "unsigned": _unsigned,
    "unreachable": _unreachable,
    "summary_sent": _summary_sent,
    "escalated": _escalated,
    "not_reminded": _not_reminded,
    "reported": _reported,
    "corrected": _corrected,
    "withdrawn": _withdrawn,
    "accepted": _accepted,
    "returned": _returned,
    "drafted": _drafted,
    "list_shown": _list_shown,
    "understood": _understood,
    "words_which": _which,
    "words_status": _which_status,
    "words_date": _which_date,
    "words_cancelled": _cancelled,
    "plan_read": _plan_read,
    "plan_overview": _plan_overview,
    "plan_doubts": _plan_doubt,
    "plan_activate": _plan_activate,
    "plan_active": _plan_active,
    "review_shown": _review_shown,
    "review_empty": _review_empty,
    "request_shown": _request,
    "summary_shown": _summary_shown,
    "board_shown": _board_shown,
    "invitation_ask": _invitation,
    "invitation_bound": _invitation,
    "invitation_refused": _invitation,
    "noticed": _noticed,
    "filed": _filed,
    "not_delivered": _not_delivered,
    "withheld": _not_delivered,
}
KINDS = frozenset(_TELL)
