"""The words printed on papers, by language: status names, headings, period names, dates. Chinese is the source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.domain.model import Status

Words = Mapping[str, str]

SYMBOLS: Mapping[str, str] = {
    Status.DONE: "✓",
    Status.IN_PROGRESS: "●",
    Status.BLOCKED: "▲",
    Status.NOT_STARTED: "○",
    "missing": "×",
    "not_due": "–",
}
"""One symbol per state, never colour alone; all of them are in Noto Sans SC (✔ ✖ and emoji are not)."""

_ZH: Words = {
    "done": "已完成",
    "in_progress": "推进中",
    "blocked": "有困难",
    "not_started": "未启动",
    "unreported": "未报",
    "missing": "未报",
    "not_due": "未到期",
    "owed": "应报",
    "reported": "已报",
    "on_time": "按时",
    "late": "迟报",
    "of_reports": "{name}（份）",
    "tasks": "{n}项",
    "and_others": "{name}等{n}家",
    "attention": "请您关注",
    "attention_none": "本期没有需要您处理的事项",
    "reminded": "已催{n}次",
    "number": "编号",
    "task": "重点任务",
    "as_of": "数据截至{at}",
    "due_on": "应于{on}前报送",
    "more_rows": "另有{n}项未列出，见Excel台账",
    "no_tasks": "本计划还没有任务",
    "partial_note": "格内数字为已报／应报",
    "colours": "绿＝正常　黄＝关注　红＝滞后　灰＝未到期",
    "comma": "，",
    "list": "、",
    "quarter_1": "一季度",
    "quarter_2": "二季度",
    "quarter_3": "三季度",
    "quarter_4": "四季度",
    "year": "全年",
    "period_quarter": "{year}年第{ordinal}季度",
    "period_year": "{year}年度",
    "ordinal_1": "一",
    "ordinal_2": "二",
    "ordinal_3": "三",
    "ordinal_4": "四",
    "reason_blocked": "受阻",
    "reason_missing": "未报",
    "reason_returned": "退回后未重报",
    "reason_difficulty": "有困难",
    "reason_not_started": "未启动",
    "reason_detail": "{reason}：{detail}",
    "product": "督办",
    "draft": "草稿，以正式书面材料为准",
    "sheet_tasks": "台账",
    "sheet_agencies": "单位汇总",
    "sheet_totals": "汇总",
    "col_serial": "序号",
    "col_section": "类别",
    "col_number": "任务编号",
    "col_task": "重点任务",
    "col_agency": "责任单位",
    "col_period": "报告期",
    "col_status": "状态",
    "col_percent": "完成百分比",
    "col_progress": "进展情况（原话）",
    "col_difficulty": "存在问题",
    "col_sender": "填报人",
    "col_sent_at": "填报时间",
    "col_report_number": "报送编号",
    "col_timeliness": "是否按时",
    "col_review": "审核",
    "col_next_due": "下一时限",
    "col_remarks": "备注",
    "col_owed": "应报",
    "col_reported": "已报",
    "col_on_time": "按时",
    "col_late": "迟报",
    "col_missing": "未报",
    "col_missing_tasks": "未报任务",
    "col_phone": "联系电话",
    "col_item": "项目",
    "col_figure": "数值",
    "col_due": "报送时限",
    "col_as_of": "数据截至",
    "total_reports": "{name}（份）",
    "total_all_tasks": "任务总数（项）",
    "total_tasks": "其中：{name}（项）",
    "review_accepted": "已审核",
    "review_returned": "已退回",
    "review_pending": "待审核",
    "review_unreviewed": "无人复核",
    "contributed": "主动报送",
    "on_behalf": "电话代填",
    "evidence": "佐证{n}件",
    "others_missing": "另有应报未报",
    "earlier": "此前报送：{numbers}",
    "semicolon": "；",
    "foot": "第&P页 共&N页",
    "status": "状态",
    "status_error": "请从下拉列表中选择",
    "invite_head": "督办入口",
    "invite_scan": "一、用手机相机扫描二维码，或点开发给您的链接；",
    "invite_press": "二、在打开的对话里点“开始”；",
    "invite_confirm": "三、核对姓名和单位，点“是我”，即可收到任务。",
    "invite_until": "{on}前有效，只能用一次，请勿转发。",
}

_EN: Words = {
    "done": "Done",
    "in_progress": "Ongoing",
    "blocked": "Blocked",
    "not_started": "Not begun",
    "unreported": "No report",
    "missing": "No report",
    "not_due": "Not due",
    "owed": "Owed",
    "reported": "Reported",
    "on_time": "On time",
    "late": "Late",
    "of_reports": "{name}",
    "tasks": "{n}",
    "and_others": "{name} and {n} in all",
    "attention": "For your attention",
    "attention_none": "Nothing needs your decision this period",
    "reminded": "reminded {n} times",
    "number": "No.",
    "task": "Task",
    "as_of": "as of {at}",
    "due_on": "due {on}",
    "more_rows": "{n} more tasks are in the Excel ledger",
    "no_tasks": "This plan has no tasks yet",
    "partial_note": "figures in a cell: reports in / owed",
    "colours": "green = on course, yellow = watch, red = behind, grey = not due",
    "comma": ", ",
    "list": ", ",
    "quarter_1": "Q1",
    "quarter_2": "Q2",
    "quarter_3": "Q3",
    "quarter_4": "Q4",
    "year": "Year",
    "period_quarter": "Q{ordinal} {year}",
    "period_year": "{year}",
    "ordinal_1": "1",
    "ordinal_2": "2",
    "ordinal_3": "3",
    "ordinal_4": "4",
    "reason_blocked": "blocked",
    "reason_missing": "no report",
    "reason_returned": "returned, not sent again",
    "reason_difficulty": "difficulty",
    "reason_not_started": "not begun",
    "reason_detail": "{reason}: {detail}",
    "product": "Duban",
    "draft": "Draft; the written papers prevail",
    "sheet_tasks": "Ledger",
    "sheet_agencies": "Agencies",
    "sheet_totals": "Totals",
    "col_serial": "#",
    "col_section": "Section",
    "col_number": "Task no.",
    "col_task": "Task",
    "col_agency": "Agency",
    "col_period": "Period",
    "col_status": "Status",
    "col_percent": "Percent",
    "col_progress": "Progress (own words)",
    "col_difficulty": "Difficulties",
    "col_sender": "Sent by",
    "col_sent_at": "Sent at",
    "col_report_number": "Report no.",
    "col_timeliness": "On time",
    "col_review": "Review",
    "col_next_due": "Next due",
    "col_remarks": "Remarks",
    "col_owed": "Owed",
    "col_reported": "In",
    "col_on_time": "On time",
    "col_late": "Late",
    "col_missing": "Missing",
    "col_missing_tasks": "Missing tasks",
    "col_phone": "Phone",
    "col_item": "Item",
    "col_figure": "Figure",
    "col_due": "Due",
    "col_as_of": "As of",
    "total_reports": "{name} (reports)",
    "total_all_tasks": "All tasks",
    "total_tasks": "of these: {name}",
    "review_accepted": "Accepted",
    "review_returned": "Returned",
    "review_pending": "Pending",
    "review_unreviewed": "Nobody to review",
    "contributed": "sent unasked",
    "on_behalf": "logged by phone",
    "evidence": "evidence: {n}",
    "others_missing": "others still missing",
    "earlier": "earlier reports: {numbers}",
    "semicolon": "; ",
    "foot": "Page &P of &N",
    "status": "Status",
    "status_error": "Please choose from the list",
    "invite_head": "Your way into Duban",
    "invite_scan": "1. Scan the code with your phone, or open the link sent to you.",
    "invite_press": '2. Press "Start" in the chat that opens.',
    "invite_confirm": '3. Check name and agency and press "It\'s me". Tasks then reach you.',
    "invite_until": "Valid until {on}, for one use. Please do not pass it on.",
}

LANGUAGES: Mapping[str, Words] = {"zh": _ZH, "en": _EN}


def words(language: str) -> Words:
    """The words of `language` ("zh", "en"; a longer tag like "zh-hans" counts by its first part), else Chinese."""
    return LANGUAGES.get(language.lower().partition("-")[0], _ZH)


def day_words(on: date, language: str, *, with_year: bool = False) -> str:
    """A date as people write it: 10月9日, 2022年10月9日 or 9 Oct, 9 Oct 2022."""
    if words(language) is _EN:
        return f"{on.day} {_MONTHS[on.month - 1]}" + (f" {on.year}" if with_year else "")
    return (f"{on.year}年" if with_year else "") + f"{on.month}月{on.day}日"


def moment_words(at: datetime, language: str) -> str:
    """A moment with its clock time, in the time zone `at` carries: 10月9日9:00."""
    space = " " if words(language) is _EN else ""
    return f"{day_words(at, language)}{space}{at.hour}:{at.minute:02}"


def period_words(period: str, language: str) -> str:
    """ "2022Q3" as 2022年第三季度, "2022" as 2022年度; anything else as it stands."""
    vocabulary = words(language)
    year, _, quarter = period.partition("Q")
    if quarter in _QUARTERS:
        return vocabulary["period_quarter"].format(year=year, ordinal=vocabulary[f"ordinal_{quarter}"])
    return vocabulary["period_year"].format(year=year) if period.isdigit() else period


def period_heading(period: str, language: str) -> str:
    """The short heading of a period's column: 三季度, 全年."""
    vocabulary = words(language)
    quarter = period.partition("Q")[2]
    if quarter in _QUARTERS:
        return vocabulary[f"quarter_{quarter}"]
    return vocabulary["year"] if period.isdigit() else period


_QUARTERS = ("1", "2", "3", "4")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
