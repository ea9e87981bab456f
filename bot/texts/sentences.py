"""One clear sentence for every error and notice code: what was wrong and what to do. Never an internal word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from bot.domain.model import Status
from bot.texts.language import N_, counted, speaking, translated
from bot.texts.markup import clean, cut, one_line, plain, visible
from bot.texts.refusals import REFUSALS
from bot.texts.wording import STATUSES, day_text, what_name

NOTICES: Mapping[str, str] = {
    "stranger": N_("您好，这里只供已登记的工作人员使用，请联系牵头办公室。"),
    "greeting": N_("您好！您有{count}项待报，点“我的任务”就能看到。"),
    "greeting_nothing": N_("您好！目前没有待报事项，谢谢。"),
    "menu_ready": N_("常用的按钮在输入框下方，点一下就行。"),
    "help_contact": N_(
        "到日子我会发消息提醒您。\n"
        "点状态，再点“提交”，两下就报完。\n"
        "也可以直接打字，例如：（一）1 已排查12家，整改9家。\n"
        "照片、文件直接发过来，会记在这一项下。\n"
        "要延期，请写明理由和日期；不是您单位的，直接说。\n"
        "请假、出差，说从哪天到哪天、谁代，例如：下周请假，由李四代。\n"
        "报错了，10分钟内可撤回，之后可再报一次更正。"
    ),
    "help_coordinator": N_(
        "一、发计划文件，我来读；核对疑点后点“启用”。\n"
        "二、点“通讯录”拿模板，填好发回来，再转发邀请。\n"
        "三、到日子我自动催报，每人每天最多一条。\n"
        "四、点“看板”看进度，点“待审核”认可或退回。\n"
        "五、点“汇总”出数，可取Excel台账。\n"
        "启用之前，不会给任何人发消息。"
    ),
    "help_leader": N_(
        "点“汇总”，看最新情况和需要您关注的事。\n"
        "点“单位情况”，看各单位报送情况。\n"
        "每个数字都能点开，看到单位的原话。\n"
        "每季度报送截止后，汇总会自动发给您。"
    ),
    "language_changed": N_("好的，以后用中文。"),
    "type_your_report": N_("请直接打字，例如：已排查12家，整改9家，年底前完成。"),
    "sent_again": N_("（因网络原因可能重复，已收到的请忽略。）"),
    "snoozed": N_("好的，下一个工作日早上再提醒您。"),
    "calendar_unchanged": N_("好的，没有录入，日历不变。"),
    "policy_for_new_plans": N_("好的，以后导入的计划都从这套规则开始。"),
    "paper_coming": N_("好的，正在生成，马上发给您。"),
    "extension_forwarded": N_("延期申请已转牵头办，有结果马上告诉您。"),
    "decline_forwarded": N_("已转牵头办核实，有结果马上告诉您。"),
    "delegate_forwarded": N_("已转牵头办，更换联络员后会直接联系他。"),
    "question_forwarded": N_("您的问题已转牵头办，会尽快答复您。"),
    "deputy_forwarded": N_("已请牵头办登记{name}为AB角，办好马上告诉您。"),
    "deputy_granted": N_("✅ 牵头办已登记{name}为AB角，请转告留意邀请。"),
    "deputy_refused": N_("牵头办没有登记{name}为AB角，有疑问请联系牵头办。"),
    "deputy_set": N_("✅ 好的，您不在时催办发给{name}。"),
    "behalf_logged": N_(
        "📞 贵单位的答复（{source}），牵头办已代为登记：{task}，{due}，{status}。如有出入，请再报一次，以新的为准。"
    ),
    "behalf_logged_several": N_(
        "📞 贵单位的答复（{source}），牵头办已代为登记：{task}。如有出入，请再报一次，以新的为准。"
    ),
    "behalf_taken_back": N_("↩️ 刚才代为登记的{task}（{due}）已撤回，请不必理会。"),
    "behalf_taken_back_several": N_("↩️ 刚才代为登记的{task}已撤回，请不必理会。"),
    "behalf_returned": N_("↩️ 您代填的{agency}{task}被退回重报；对方收不到消息，请再打一次电话。"),
    "leave_uncovered": N_("⚠️ {agency}{name}{day}起请假至{until}，没有人代，请安排AB角或打电话：{phone}"),
    "extension_granted": N_("✅ 延期已同意，新的截止日是{until}。"),
    "extension_refused": N_("延期未获同意，请按原定日期报送；有困难请联系牵头办。"),
    "decline_granted": N_("✅ 牵头办认可您的意见，将调整责任单位。"),
    "decline_refused": N_("牵头办核实，这项仍由您单位负责，请按时报送。"),
    "delegate_granted": N_("✅ 牵头办已同意更换联络员。"),
    "delegate_refused": N_("牵头办未同意更换，请您继续报送。"),
    "question_granted": N_("牵头办已处理您的问题；如还不清楚，请电话联系。"),
    "question_refused": N_("牵头办已看到您的问题，请电话联系。"),
    "person_unreachable": N_("⚠️ {agency}{name}收不到消息了，请打电话联系：{phone}"),
    "person_unreachable_no_phone": N_("⚠️ {agency}{name}收不到消息了，通讯录没有电话，请设法联系。"),
    "delivery_dead": N_("⚠️ 给{agency}{name}的催办消息没能发出，下个工作日再发；着急请打电话。技术人员可查运行记录。"),
    "delivery_unknown": N_("⚠️ {agency}{name}的催办消息没有回音，不知是否收到，请电话问一下。"),
    "group_refused": N_("有人把我拉进“{title}”，我已退出。要设工作群，请您自己拉我进群。"),
    "group_not_yours": N_("工作群由牵头办来设，我已退出“{title}”。有事请私聊我。"),
    "group_lost": N_("⚠️ “{title}”发不进去了（被移出、禁言或群已解散），已不再是工作群。要再用，请重新拉我进群。"),
    "roster_imported": N_("✅ 通讯录已收：新增{added}人，已有{known}人。还缺联络员的单位（{missing}个）：{agencies}。"),
    "roster_imported_all": N_("✅ 通讯录已收：新增{added}人，已有{known}人，各单位都有联络员了。"),
    "roster_complete": N_("✅ 各单位都有人登记了。人员有变动，改好模板发回来即可。"),
    "lever_paused": N_("⏸ 已暂停：{what}。从现在起不再提醒；恢复后，期限按暂停的工作日顺延。"),
    "lever_paused_until": N_("⏸ 已暂停：{what}。到{year}年{until}为止，次日自动恢复；期限按暂停的工作日顺延。"),
    "lever_paused_already": N_("{what}已经这样暂停着，没有改动。"),
    "lever_resumed": N_("▶ 已恢复：{what}。期限按暂停的工作日顺延。"),
    "lever_resumed_still": N_("▶ 已恢复：{what}。但{still}还在暂停，涉及的部分仍不提醒。"),
    "lever_not_paused": N_("{what}没有暂停，没有改动。"),
    "lever_not_paused_still": N_("{what}没有单独暂停；现在暂停着的是{still}，请恢复那一处。"),
    "lever_muted": N_("🔕 已设为免催：{what}。照常要报，只是不再提醒。"),
    "lever_muted_already": N_("{what}已经是免催的，没有改动。"),
    "lever_unmuted": N_("🔔 已取消免催：{what}。从下一次提醒起照常发。"),
    "lever_not_muted": N_("{what}没有设免催，没有改动。"),
    "question_not_understood": N_("没看懂您的问题。可以问“三季度汇总”“谁还没报”，或写单位名称。"),
    "update_dead": N_("⚠️ {name}发来的一条消息没有处理成功，请电话问一下。"),
    "update_dead_unknown": N_("⚠️ 有一条消息没有处理成功，请查看运行记录。"),
    "open_in_browser": N_("请用浏览器打开 {url}　（按 Ctrl+C 结束）"),
    "database_url_ignored": N_("内置聊天有自己的数据，没有使用 DUBAN_DATABASE_URL。"),
    "built_in_chat_moved_aside": N_("上次的内置聊天打不开，已移到{where}，从头开始。"),
}
SENTENCES: Mapping[str, str] = {**REFUSALS, **NOTICES}
FALLBACK = N_("抱歉，这一步没有办成。请稍后再试，或电话联系牵头办。")
_VARIANTS: Mapping[str, tuple[str, str]] = {
    "greeting": ("count", "greeting_nothing"),
    "person_unreachable": ("phone", "person_unreachable_no_phone"),
    "update_dead": ("name", "update_dead_unknown"),
    "agency_unknown": ("candidates", "agency_unknown_alone"),
    "telegram_unreachable": ("seconds", "telegram_unreachable_yet"),
}
_STATUS_CODES = frozenset(status.value for status in Status)
_ROWS_SHOWN = 8
_VALUE = 200


def sentence(code: str, params: Mapping[str, object], language: str) -> str:
    """The sentence of an error or notice code in `language`, plain text; an unknown code gets a general one."""
    with speaking(language):
        return spoken_sentence(code, params)


def spoken_sentence(code: str, params: Mapping[str, object]) -> str:
    """The same in the language of the surrounding `speaking`."""
    if code == "roster_unknown_agency":
        return _unknown_agencies(params.get("rows"))
    source = SENTENCES.get(_variant(code, params), FALLBACK)
    values = _Values({name: _value(name, value) for name, value in params.items()})
    template = _template(source, params.get("count"))
    return template.format_map(values)


def _template(source: str, count: object) -> str:
    return counted(source, count) if isinstance(count, int) else translated(source)


def _variant(code: str, params: Mapping[str, object]) -> str:
    """Some notices read differently when there is nothing to count, to name or to phone."""
    needed, without = _VARIANTS.get(code, ("", code))
    return code if not needed or params.get(needed) else without


class _Values(dict[str, str]):
    """A value the raiser left out reads as "…"."""

    def __missing__(self, name: str) -> str:
        return "…"


def _value(name: str, value: object) -> str:
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, list | tuple | frozenset | set):
        return translated("、").join(one_line(str(item)) for item in value)
    text = one_line(str(value))
    if name == "status" and text in _STATUS_CODES:
        return plain(STATUSES[Status(text)])
    if name == "due":
        return visible(what_name(text))
    return _day_or(text) if name in ("day", "until") else cut(text, _VALUE)


def _day_or(text: str) -> str:
    try:
        return day_text(date.fromisoformat(text))
    except ValueError:
        return text


def _unknown_agencies(rows: object) -> str:
    """Every row whose agency the plan does not name, with what may be meant."""
    listed = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, Iterable) else []
    opening = translated(N_("通讯录没有导入：有单位名称和计划对不上，请改好后重发。"))
    lines = [_unknown_agency(row) for row in listed[:_ROWS_SHOWN]]
    rest = len(listed) - _ROWS_SHOWN
    more = [counted("……另有{n}项", rest).format(n=rest)] if rest > 0 else []
    return "\n".join([opening, *lines, *more])


def _unknown_agency(row: Mapping[str, object]) -> str:
    meant = row.get("candidates")
    names = [one_line(str(name)) for name in meant] if isinstance(meant, list | tuple) else []
    agency = cut(one_line(str(row.get("agency", ""))), 60)
    if not names:
        return translated(N_("第{row}行“{agency}”：计划里没有这个单位。")).format(row=row.get("row", ""), agency=agency)
    meant_names = translated(N_("”或“")).join(clean(name) for name in names[:3])
    text = translated(N_("第{row}行“{agency}”：是不是“{names}”？"))
    return text.format(row=row.get("row", ""), agency=agency, names=meant_names)
