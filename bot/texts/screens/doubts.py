"""Words of a reading's doubts, their answers, and its remarks, by their codes; the codes are made by the intake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from bot.domain.reading import Doubt, Remark
from bot.texts.language import N_
from bot.texts.markup import Html, escape, joined, listed, plain, say, say_n
from bot.texts.wording import day

# The answers a tap can give; `{…}` are params of the doubt.
OPTIONS: Mapping[str, str] = {
    "all_report": N_("各家都报送"),
    "first_reports": N_("第一家报送"),
    "first_leads": N_("列第一位的牵头"),
    "track_all": N_("都跟踪"),
    "check_each": N_("逐个核对"),
    "not_chased": N_("先不催报"),
    "name_agency": N_("指定单位"),
    "not_a_task": N_("不是任务"),
    "type_year": N_("填写年份"),
    "as_one_agency": N_("先作一个单位"),
    "list_members": N_("补名单"),
    "completed": N_("按“{full}”"),
    "as_written": N_("照原文"),
    "only_named": N_("只算写出的"),
    "add_agencies": N_("补充单位"),
    "default_applies": N_("按这个日子"),
    "no_deadline": N_("不设时限"),
    "keep_day": N_("照写的日子"),
    "type_date": N_("改日期"),
    "type_name": N_("改名称"),
    "one_agency": N_("是一家"),
    "two_agencies": N_("是两家"),
    "both_tasks": N_("是两项"),
    "merge_tasks": N_("合为一项"),
    "nothing_missing": N_("没有缺"),
    "check_later": N_("稍后再看"),
    "as_read": N_("照读到的"),
}
# More numbers than this would bury the question.
_NUMBERS = 3
# Params that are numbers of tasks.
_NUMBERED = ("number", "other", "before", "after")
# Remarks whose words take their params as they stand, each escaped.
_REMARKS: Mapping[str, str] = {
    "hidden_sheet": N_("工作表“{name}”是隐藏的，没有读。"),
    "hidden_rows": N_("工作表“{name}”里隐藏的第{rows}行也读了。"),
    "scanned_pages": N_("第{pages}页是图片，里面的文字没有读，请看一眼原文。"),
    "footnote": N_("脚注{number}没有算作任务：{text}"),
    "endnote": N_("尾注{number}没有算作任务：{text}"),
    "converted": N_("旧格式文件已先转换再读，请多看一眼。"),
}
_COUNTED: Mapping[str, str] = {
    "deletions_left_out": N_("修订中删去的文字有{n}处，没有读。"),
    "insertions_read": N_("修订中增加的文字有{n}处，已一并读入。"),
    "hidden_text": N_("隐藏的文字有{n}处，没有读。"),
    "comments_left_out": N_("批注有{n}条，没有读。"),
    "pictures_not_read": N_("图片有{n}张，里面的文字没有读，请看一眼原文。"),
    "objects_not_read": N_("嵌入的文件有{n}个，没有读，里面若有任务，请写进正文再发。"),
}


def question(doubt: Doubt) -> Html:
    """What is asked of the coordinator."""
    return _QUESTIONS[doubt.code](doubt)


def option(doubt: Doubt, code: str) -> str:
    """The label of an answer, for a button."""
    return plain(OPTIONS[code], **doubt.params)


def remark(said: Remark) -> Html:
    """What a rule decided, or what the reader of the format passed over."""
    if said.code in _COUNTED:
        return say_n(_COUNTED[said.code], int(said.params["count"]))
    if said.code in _REMARKS:
        return say(_REMARKS[said.code], **{name: _value(value) for name, value in said.params.items()})
    return _SAID[said.code](said.params)


def _value(value: str | int) -> Html:
    return escape(str(value), 80)


def _tasks(doubt: Doubt) -> Html:
    """The tasks a question is about: （二）、（四）、（七）等18项任务."""
    numbers, count = str(doubt.params["where"]).split("、"), int(doubt.params["count"])
    shown = listed(numbers[:_NUMBERS])
    if count > _NUMBERS:
        return say_n("{numbers}等{n}项任务", count, numbers=shown)
    return say_n("{numbers}共{n}项任务", count, numbers=shown)


def _number(value: str | int) -> Html:
    """A task's number as people say it: （一）2, 第3项."""
    words = str(value)
    return say("第{place}项", place=words) if words.isdecimal() else escape(words, 40)


def _params(doubt: Doubt) -> dict[str, Html]:
    """The params as words; of one task alone asked about by a list, its number."""
    params = dict(doubt.params)
    if params.get("count") == 1 and "where" in params:
        params["number"] = params["where"]
    return {name: _number(value) if name in _NUMBERED else _value(value) for name, value in params.items()}


def _is_of_many(doubt: Doubt) -> bool:
    return "where" in doubt.params and int(doubt.params["count"]) > 1


def _one_or_many(one: str, many: str) -> Callable[[Doubt], Html]:
    """Words for a doubt about a single task, and for several alike asked together."""

    def said(doubt: Doubt) -> Html:
        if _is_of_many(doubt):
            return say(many, **(_params(doubt) | {"tasks": _tasks(doubt)}))
        return say(one, **_params(doubt))

    return said


def _several(doubt: Doubt) -> Html:
    if _is_of_many(doubt):
        return say("{tasks}各有几个指标或时限，都按读到的跟踪？", tasks=_tasks(doubt))
    targets, dates = int(doubt.params["targets"]), int(doubt.params["dates"])
    pieces = (
        say_n("{n}个指标", targets) if targets else None,
        say_n("{n}个时间点", dates) if dates else None,
    )
    number, held = _params(doubt)["number"], joined(pieces, N_("、"))
    return say("{number}　有{pieces}，都按读到的跟踪？", number=number, pieces=held)


def _collective(doubt: Doubt) -> Html:
    values = _params(doubt)
    number, agency = values["number"], values["agency"]
    if len(doubt.tasks) > 1:
        return say_n("{n}项任务里的“{agency}”没有给名单，先作一个单位？", len(doubt.tasks), agency=agency)
    return say("{number}　“{agency}”没有给名单，先作一个单位？", number=number, agency=agency)


def _prefix(doubt: Doubt) -> Html:
    values = _params(doubt)
    number, written, full = values["number"], values["written"], values["full"]
    count = int(doubt.params["count"])
    if count == 1:
        return say("{number}　“{written}”前面没有写明级别，按“{full}”？", number=number, written=written, full=full)
    asked = N_("{number}　“{written}”等{n}个名称前面没有写明级别，都照“{full}”这样补全？")
    return say_n(asked, count, number=number, written=written, full=full)


def _day(value: str | int) -> Html:
    """An ISO day as people say it, with the year."""
    on = date.fromisoformat(str(value))
    return say("{year}年{day}", year=on.year, day=day(on))


def _default(doubt: Doubt) -> Html:
    on = _day(doubt.params["day"])
    if _is_of_many(doubt):
        asked = N_("{tasks}没有自己的时限，文件另有统一规定，都按{day}？")
        return say(asked, tasks=_tasks(doubt), day=on)
    return say("{number}　没有自己的时限，文件另有统一规定，按{day}？", number=_params(doubt)["number"], day=on)


def _odd_day(doubt: Doubt) -> Html:
    """A deadline before the plan's year, or long after it."""
    if _is_of_many(doubt):
        return say("{tasks}的时限不在计划年度里，都照写的办？", tasks=_tasks(doubt))
    values = _params(doubt) | {"day": _day(doubt.params["day"])}
    return say("{number}　“{words}”（{day}）不在计划年度里，照写的办？", **values)


_QUESTIONS: Mapping[str, Callable[[Doubt], Html]] = {
    "joint_lead": _one_or_many(
        N_("{number}　{leads}家并列牵头，都要报送？"), N_("{tasks}都有几家并列牵头，各家都要报送？")
    ),
    "several_targets": _several,
    "no_duty": _one_or_many(N_("{number}　没有写由谁负责，怎么办？"), N_("{tasks}没有写责任单位，怎么办？")),
    "year_unknown": lambda doubt: say("文件没有写明是哪一年的计划，按哪一年？"),
    "collective": _collective,
    "lead_unclear": _one_or_many(
        N_("{number}　列了几家责任单位，没有写谁牵头，怎么办？"),
        N_("{tasks}列了几家责任单位，没有写谁牵头，怎么办？"),
    ),
    "inherited_prefix": _prefix,
    "open_list": _one_or_many(
        N_("{number}　单位名单没有写全，只算写出名字的？"),
        N_("{tasks}的单位名单没有写全，只算写出名字的？"),
    ),
    "default_deadline": _default,
    "odd_deadline": _odd_day,
    "broken_name": _one_or_many(
        N_("{number}　“{agency}”不像完整的单位名称，照原文？"),
        N_("{tasks}里的单位名称不完整，例如“{agency}”，都照原文？"),
    ),
    "same_agency": lambda doubt: say(
        "“{name}”和“{other}”是同一家单位吗？",
        name=_value(doubt.params["name"]),
        other=_value(doubt.params["other"]),
    ),
    "twin_title": _one_or_many(
        N_("{number}和{other}的标题一样，是两项任务吗？"), N_("{tasks}的标题和别的一样，都各算一项？")
    ),
    "number_gap": lambda doubt: say(
        "{before}后面直接是{after}，中间有没有缺任务？",
        before=_number(doubt.params["before"]),
        after=_number(doubt.params["after"]),
    ),
    "unsure_duty": _one_or_many(
        N_("{number}　“{agency}”是不是责任单位，没有读准，照读到的？"),
        N_("{tasks}的责任单位没有读准，都照读到的？"),
    ),
    "unsure_deadline": _one_or_many(
        N_("{number}　“{words}”算不算时限，没有读准，照读到的？"),
        N_("{tasks}的时限没有读准，都照读到的？"),
    ),
    "unsure_target": _one_or_many(
        N_("{number}　“{words}”算不算指标，没有读准，照读到的？"),
        N_("{tasks}的指标没有读准，都照读到的？"),
    ),
}
_SAID: Mapping[str, Callable[[Mapping[str, str | int]], Html]] = {
    "day_assumed": lambda params: say(
        "{number}“{words}”：按{day}",
        number=_value(params["number"]),
        words=_value(params["words"]),
        day=_day(params["day"]),
    ),
    "cadence_without_day": lambda params: say(
        "{number}“{words}”：没有写明日子，按周期报送的日子办",
        number=_value(params["number"]),
        words=_value(params["words"]),
    ),
    "names_unified": lambda params: say(
        "“{other}”和“{name}”算同一家单位", other=_value(params["other"]), name=_value(params["name"])
    ),
    "prefix_restored": lambda params: say_n(
        "同一名单里省去的“{prefix}”等字样，已补{n}处", int(params["count"]), prefix=_value(params["prefix"])
    ),
}
