"""Numbers to reach: 达到95%以上, 不少于20家, 控制在35微克以内, 新建高标准农田2.5万亩."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.reading import TargetReading
from bot.intake.passages import Passage, bounds

_CLAUSE_STOPS = "，,；;。！!：:"
_SEGMENT_STOPS = "；;。！!"

_SCALE = r"(?:百万|千万|[万亿千百])?"
_MEASURE = (
    r"微克/立方米|毫克/立方米|毫克/升|毫克/千克|[μu]g/m[3³]|mg/L|mg/kg|吨标准煤|标准煤|平方公里|平方千米|平方米|立方米"
    r"|公顷|亩次|公里|千米|千瓦时|千瓦|兆瓦|[kKMGm][wW]h?|[kK]m|蒸吨/小时|蒸吨|公斤|千克|个百分点|百分点|人次|人天|户次|家次|车次"
    r"|台次|批次|场次|件次|头次|辆次|张床位|床位|学时|课时|美元|元|亩|家|户|个|处|座|所|条|米|吨|斤|人|名|场|次|批|件|项"
    r"|台（套）|台\(套\)|台套|台|套|辆|艘|株|棵|头|只|羽|起|份|篇|期|门|册|张|对|间|栋|幢|宗|块|支|组|村|镇|乡|倍|位|分贝|分|度|天|小时|片|口"
    r"|盏|眼|尾|本|款|例|枚|单|笔|%|％|‰"
)
_NUMBER = (
    r"(?P<number>(?<![\d.A-Za-z+\-—/第])\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,6})?)\s?"
    rf"(?P<unit>{_SCALE}(?:{_MEASURE})|[万亿](?!\d))"
)
_WORDED = rf"(?P<words>[一二两三四五六七八九十百]{{1,5}})(?P<wunit>{_MEASURE})"
# Longest first; the sign is what the word makes of the number after it.
_BEFORE: tuple[tuple[str, str], ...] = (
    (">=", r"不低于|不少于|不小于|不得低于|不得少于|至少|大于等于|最低|≥|高于或等于|保底"),
    ("<=", r"不超过|不高于|不大于|不多于|不得超过|不得高于|小于等于|最多|≤|控制在|限制在"),
    ("<=", r"(?:压减|压缩|缩短|降低|下降|减少|降)[到至]"),
    (">", r"超过|突破|高于|大于|多于|＞|>"),
    ("<", r"低于|少于|小于|＜|<"),
    ("≈", r"约为?|大约|左右"),
    (">=", r"达到|达|(?:提高|提升|增加|增长|上升|扩大)[到至]|(?:保持|稳定|维持|巩固)在|恢复到|力争|确保|实现|完成率为"),
)
_BEFORE_RE = tuple((op, re.compile(rf"(?:{words})(?:了|到|为|全?县|约)?$")) for op, words in _BEFORE)
_AFTER = re.compile(r"(?P<ge>(?:及|或|\()?以上\)?)|(?P<le>(?:及|或)?以下|以内|之内)|(?P<about>左右|上下)")
_DELTA = r"(?:增长|增加|提高|提升|上升|下降|降低|减少|压减|削减|增幅|降幅|同比\w{0,2})"
_DOING = (
    r"计划|拟|完成|新增|新建|建成|改造|培育|创建|打造|建设|培训|种植|引进|治理|改建|修建|整治|举办|推广|修复|新认定|新开工|开工"
    r"|组织|开展|实施|造林|发放|帮扶|化解|盘活|筹集|到位|投入|争取|处置|排查|扶持|选派|招引|签约|落地|建立|发展|支持|新创|转移"
    r"|解决|栽植|绿化|拆除|清理|新改|更新|开通|购置|增设|扩建|迁建|打通|选树|评出|评选|命名|认定|硬化|铺设|架设|安装|配备|更换|淘汰|关闭|走访|救助|补种|栽种|收储|兑付|检查|抽检|监测|抽查|入库"
)
_PLAIN = re.compile(
    rf"(?:{_DELTA}|(?:率|比例|占比|比重)(?:为|均为|要?均?达)?|"
    rf"(?:{_DOING})[^，,；;。：:、（）()\d]{{0,18}})$"
)
# 新建社区食堂15个、日间照料中心8个: the verb counts for the whole row.
_GOES_ON = re.compile(r"[、和及][^，,；;。：:、（）()\d]{1,14}$")
_NOT_AFTER = re.compile(r"的(?!目标|任务|要求)|期|制|级|类|号楼")
_DIGITS = {c: float(i) for i, c in enumerate("零一二三四五六七八九")} | {"两": 2.0}
# Counted in these, a number is a target only behind 不少于 and its like; 蒸吨 sizes boilers.
_NEEDS_WORD = re.compile(r"^(?:天|小时|分|度|位|本|期|组|例|级)$")
_REACH = 24
_COHORT = re.compile(r"20\d\d年(?:及以前年度|度)?(?![底末内前初中]|\d|[一二三四]季度|上半年|下半年)")


def read_targets(passage: Passage) -> tuple[TargetReading, ...]:
    """Targets in a text, in order; `text` is the clause that holds the number, led by its cohort of years if any."""
    return tuple(target for _, target in sorted(_found(passage), key=lambda pair: pair[0]))


def _found(passage: Passage) -> Iterator[tuple[int, TargetReading]]:
    text = passage.text
    last = 0
    for found in re.finditer(_NUMBER, text):
        op = _op(text, found.start(), found.end(), found["unit"])
        if op is None and last and _GOES_ON.match(text[last : found.start()]):
            op = "="
        if op:
            last = found.end()
            value = float(found["number"].replace(",", ""))
            yield found.start(), _target(passage, found.start(), found.end(), op, value, found["unit"])
    for found in re.finditer(_WORDED, text):
        op = _strong_op(text, found.start())
        worth = _value(found["words"])
        if op and worth is not None:
            yield found.start(), _target(passage, found.start(), found.end(), op, worth, found["wunit"])


def _op(text: str, start: int, end: int, unit: str) -> str | None:
    """The sign of a number, None where it is no target: a threshold (10吨以上的锅炉), a count in passing."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + 6]
    tail = _AFTER.match(after)
    word = next((op for op, pattern in _BEFORE_RE if pattern.search(before)), None)
    if word is None and (unit.startswith("蒸吨") or (not tail and _NEEDS_WORD.match(unit))):
        return None
    plain = word is None and bool(_PLAIN.search(before))
    rest = after[tail.end() :] if tail else after
    if word is None and not plain and not (tail and _ends_clause(rest)):
        return None
    if _NOT_AFTER.match(rest) and tail:
        return None
    return _sign(word, tail)


def _sign(word: str | None, tail: re.Match[str] | None) -> str:
    if tail and tail["about"]:
        return "≈"
    if tail and tail["ge"]:
        return ">="
    if tail and tail["le"]:
        return "<="
    return word or "="


def _strong_op(text: str, start: int) -> str | None:
    before = text[max(0, start - _REACH) : start]
    return next((op for op, pattern in _BEFORE_RE[:2] if pattern.search(before)), None)


def _ends_clause(rest: str) -> bool:
    return not rest or rest[0] in "，,；;。！!、）)"


def _value(words: str) -> float | None:
    """Value of a Chinese numeral up to 九百九十九; None when the characters make none."""
    total, digit = 0.0, 0.0
    for c in words:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total += (digit or 1.0) * {"十": 10, "百": 100}[c]
            digit = 0.0
    value = total + digit
    return value if value else None


def _target(passage: Passage, start: int, end: int, op: str, value: float, unit: str) -> TargetReading:
    left, right = bounds(passage.text, start, end, _CLAUSE_STOPS)
    clause = passage.text[left:right].strip()
    cohort = _cohort(passage.text, left)
    text = f"{cohort}：{clause}" if cohort and cohort not in clause else clause
    return TargetReading(text, op, value, unit.replace("％", "%"), passage.source(start, end))


def _cohort(text: str, clause_start: int) -> str:
    """The year group a clause goes on about: 2020年及以前年度…全面完工，执行率达到95% → 2020年及以前年度."""
    left, _ = bounds(text, clause_start, clause_start, _SEGMENT_STOPS)
    found = _COHORT.findall(text[left:clause_start])
    return found[-1] if found else ""
