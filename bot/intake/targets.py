"""Numbers to reach: 达到95%以上, 不少于20家, 控制在35微克以内, 新建高标准农田2.5万亩."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.reading import CERTAIN, TargetReading
from bot.intake.amounts import Amount, find_amounts, half_width, without_names
from bot.intake.passages import Passage, bounds

_CLAUSE_STOPS = "，,；;。！!：:"
_SEGMENT_STOPS = "；;。！!"
# What may stand between the sign's words and the number: 达到每千人, 控制在全县.
_BETWEEN = r"(?:了|到|为|至|在)?(?:全?[县市区省镇]|约|人均|户均|亩均|年均|平均|每[千万百]?[^\d，。、；]{1,2})?"
# The more particular words first; the sign is what the words make of the number after them.
_BEFORE: tuple[tuple[str, str], ...] = (
    (">=", r"不低于|不少于|不小于|不得低于|不得少于|至少|大于等于|最低|≥|高于或等于|保底|不劣于"),
    ("<=", r"不超过|不高于|不大于|不多于|不得超过|不得高于|不突破|不得突破|小于等于|最多|最高|≤"),
    ("<=", r"(?:控制|限制|严控|管控|压控|稳控)(?:在|到|至|于)|控制为"),
    ("<=", r"(?:压减|压缩|压降|缩减|缩短|降低|下降|减少|控|压|降|减|缩)(?:到|至|为)"),
    (">", r"超过|突破|高于|大于|多于|＞|>"),
    ("<", r"低于|少于|小于|＜|<"),
    ("≈", r"约为?|大约"),
    (
        ">=",
        r"达到|达|(?:提高|提升|增加|增长|上升|扩大|增)[到至]|(?:保持|稳定|维持|巩固)(?:在|为)?|恢复到|力争|确保|实现|完成率为|升至|增至",
    ),
)
_BEFORE_RE = tuple((op, re.compile(rf"(?:{words}){_BETWEEN}$")) for op, words in _BEFORE)
_BOUNDS = 4
_AT_LEAST = re.compile(r"(?:不低于|不少于|至少|最少)(?:[一-鿿]{0,4}(?<![的以低少]))?$")
# 至少放映电影1场: the word stands before the work.
_AT_LEAST_OF = re.compile(r"(?:不低于|不少于|至少|最少)[^\d，,；;。：:、]{1,14}$")
# 完成技术改造投资120亿元 is work, 总投资 is none.
_INVESTED = re.compile(r"(?:完成|实现|引进|到位|争取|撬动|拉动|新增)[^\d，,；;。：:、总]{0,12}投资额?(?:约)?$")
_AFTER = re.compile(r"\(?(?:(?P<ge>(?:及|或)?以上)|(?P<le>(?:及|或)?以下|以内|之内)|(?P<about>左右|上下))\)?")
_SHARE = re.compile(
    r"(?:增长|增加|提高|提升|上升|下降|降低|减少|压减|压缩|削减|缩短|增幅|降幅|涨幅|增速|同比\w{0,2}|(?:率|比例|占比|比重|强度|满意度|覆盖面|面)"
    r"(?:为|均为|要?均?达|分别为)?|分别)(?:约)?$"
)
# Work that is counted in what it makes. The loose ones count only where the clause begins with them.
_MAKING = (
    r"完成|新增|新建|建成|改造|培育|创建|打造|培训|种植|引进|改建|修建|整治|举办|推广|修复|新认定|新开工|开工|造林|发放|帮扶|化解|盘活|筹集"
    r"|争取|扶持|选派|招引|签约|落地|新创|转移|栽植|绿化|拆除|新改|更新|开通|购置|增设|扩建|迁建|打通|选树|评出|评选|命名|硬化|铺设|架设"
    r"|安装|配备|更换|淘汰|关闭|走访|救助|补种|栽种|收储|兑付|抽检|抽查|入库|新改建|带动|吸纳|惠及(?=市场|群众|农户)|改扩建|续建|加装|维修|改厕"
    r"|招聘|招录|录用|引育|上线|接入|汇聚|设置|设立|储备|销号|办结|调处|收购|腾退|疏浚|清淤|加固|植树|补植|管护|封育|送戏|巡演|放映|展演|修缮"
    r"|创排|排演|创作|出版|编印|净增|上市|备案|获批|认证|评定|筛查|接种|随访|签订|资助|慰问|减免|安置|搬迁|奖补|派驻|轮训|宣讲|开设|开行|投用|建档|发行"
    r"|提供|流转|新办|孵化|组建|成立|征集|销售|接待|实现产值|实现|新入|归集|供应|筹建|投放|布设|开发|纳入|选送|结对[一-鿿]{0,2}|外派|聘请|聘任|遴选|申报|表彰|采购|编制|张贴|悬挂|募集|划定|新划|启动"
)
_LOOSE = r"建设|组织|开展|实施|投入|处置|排查|清理|治理|建立|发展|支持|到位|解决|检查|监测|认定|新|转化|巡查|安排"
_WORK = re.compile(rf"(?:{_MAKING})(?!率|时限|时间)")
_OPENS = re.compile(
    r"^(?:[年・\s、]|全[县市区省年]|[今本]年|力争|争取|确保|计划|拟|再|共|积极|大力|持续|加快|着力|推进|推动|继续|组织|启动|累计|至少|统筹|重点|分期|分批"
    r"|年内|年底前|\d{1,2}月底?前?|\d{1,2}月|上半年|下半年|[一二三四]季度|并|同时|深入|广泛|扎实|稳步|有序|全面|高标准|高质量|每年|每季度?|每月|每半年|要|各|分别|可|其中)*"
    rf"(?:{_LOOSE}|{_MAKING})"
)
# 推动5个项目开工, 对73处路段进行整治: the work stands behind the number.
_MOVES = re.compile(r"(?:推动|推进|促进|确保|力争|促成|保障)[^\d，,；;。：:、]{0,6}$")
_MOVED = re.compile(
    r"[^\d，,；;。：:]{1,24}?(?:开工|投产|竣工|建成|完工|落地|达产|入库|入规|上市|投用|投运|通车|全覆盖|达标|完成|实现|通过|挂牌|启动|创成|摘牌)"
)
# 2800亩高标准农田11月底前完工: the clause ends with the work being done.
_FINISHED = re.compile(
    r"[^，,；;。：:、%％]{2,24}?(?:全部|全面|基本|主体|建设|如期|按期)*(?:开工|投产|竣工|建成|完工|达产|投用|投运|通车|交付|投入使用)(?=[，,；;。、]|$)"
)
_DONE_TO = re.compile(
    r"(?:^|[，,；;。：:、.]|力争|计划|年内)(?:对|为|将|把)(?:全?[县市区省]|\d{1,4}[^\d，,；;。：:、]{1,6}[、和])?$"
)
_DONE = re.compile(
    r"[^\d，,；;。：:]{1,24}?(?:整治|改造|治理|修缮|加固|更换|升级|安装|提供|发放|拆除|搬迁|实施|修复|清理(?!整顿)|提质|配备|开展|进行)"
)
# 完成对全县147个村合同的清理: those it is done to.
_OVER = re.compile(r"(?:完成|开展|实现)对(?:全?[县市区省镇])?(?:内|域)?$")
_REACHED_WHOLE = re.compile(r"(?:行政村|自然村|村|社区|乡镇|小区|学校|单位|点)?[^\d，,；;。：:]{1,16}全覆盖")
# 责任人100%到岗: all of them.
_ALL_OF_THEM = re.compile(r"(?:到岗|覆盖|落实|完成|达标|持证|合格|公开|上线|整改|办结|入库|建档|见底|清零)")
_SHARE_OF = re.compile(r"的?[^\d，,；;。：:]{2,24}(?:建成|完成|实现|达到|达标|通)")
# 新建社区食堂15个、日间照料中心8个: the verb counts for the whole row.
_GOES_ON = re.compile(r"(?:[、和及]|以及)[^，,；;。：:、（）()\d]{1,14}$|[，,（(]其中[^，,；;。：:、（）()]{1,18}$")
# 接入视频点位240个: what is to be done, its number at the clause's end.
_CLOSES = re.compile(r"[一-鿿”》）)・]{2,}$")
_JOINS = re.compile(r"[、和及与或/]{1,2}$")
_PASSING = re.compile(
    r"(?:现有|共有|原有|已有|目前有|拥有|涉及|包括|分布在|其余|剩余|选取|抽取|所属|下辖|反馈|发现|移交|交办|梳理出|排查出|查出)[^\d，,；;。：:]{0,8}$"
    r"|等$|(?:限补|限购|限领|限报|仅限|只限)$|共计?$|合计$|总计$|(?:总投资|概算|估算|预算|余额|注册资本|占地|占地面积|建筑面积|全长|总长|长约|宽约|高约|距离|年满|为期|历时)(?:约|为)?$"
    r"|(?<!完成)(?<!实现)(?<!引进)(?<!到位)(?<!年度)(?<!全年)(?<!当年)投资(?:约)?$|(?:按|按照|标准为?)每\S{1,6}$|每[^\d，,；;。：:]{1,8}(?:补助|补贴|奖励|奖补)$"
)
_PAST = re.compile(
    r"^(?:去年|上年|前年|往年)[^，,。；;]*$|(?:已经?|截至目前|目前|截至\S{0,10}?)(?:累计|共|全部)?(?:完成|建成|新建|新增|达到?|有|实现|培育|建立|开展|整治)"
)
_DESCRIBES = re.compile(r"的(?!目标|任务|要求|工作目标|标准)|级|类|号楼|制(?!定)")
# 组织12个部门, 对12个乡镇: those who act, unless the work itself is done in so many of them.
_ACTORS = re.compile(r"(?:部门|单位|成员单位|责任单位|乡镇|镇|街道|县区)(?![污卫文敬幼综养便政中])")
_PLACES = tuple("市州县区乡镇村街")
_MADE = re.compile(r"(?:完成|建成|改造|打造|创建|覆盖|新增|实现)$")
_STAGE = re.compile(r"工程|项目|建设|改造|整治")
_SIZES = re.compile(r"元|亩|吨|平方|立方|公顷|千瓦|米|公里|床|人$|户$|[万亿]$")
_ON = re.compile(r"(?:并|且|和|及|任务|目标|的(?:目标|任务|要求))")
_COHORT = re.compile(r"20\d\d年(?:及以前年度|度)?(?![底末内前初中]|\d|[一二三四]季度|上半年|下半年)")
_ZERO = re.compile(
    r"零增长|(?P<counted>起数|件数|宗数|人数|次数|户数|率|面积|总量|数量|数)(?:均|全部|要)?(?:保持)?(?:为|归|降至|降到|降为|控制为|达到|保持)(?:0|零)"
    r"(?=[，,；;。！、]|$)"
)
_COUNTED_IN = {"起数": "起", "件数": "件", "宗数": "宗", "人数": "人", "次数": "次", "户数": "户", None: "%", "率": "%"}
# Counted in these, a number is a target only behind 不少于 and its like; 蒸吨 sizes boilers.
_NEEDS_WORD = re.compile(
    r"^(?:个(?:工作日|自然日|小时|月|星期|学期|字)|天|小时|分|分钟|岁|度|位|本|组|级|村|镇|乡|片|段|班|方|倍|单|蒸吨.*)$"
)
_WORDED_WORK = re.compile(r"^(?:次|场|所|座|家|条|户|处|栋|台|辆|批次|场次|公里|亩|期|轮)$")
_REACH = 44
_LIKELY, _GUESSED, _UNSURE = 0.9, 0.8, 0.7


@dataclass(frozen=True)
class _Taken:
    """An amount taken for a target: its sign, the rule, how sure."""

    amount: Amount
    op: str
    rule: str
    confidence: float


def read_targets(passage: Passage) -> tuple[TargetReading, ...]:
    """Targets in a text, in order; `text` is the clause that holds the number, led by its cohort of years if any."""
    text = half_width(passage.text)
    plain = without_names(text)
    taken = _together(text, _taken(text, plain))
    zeros = [_zero(found) for found in _ZERO.finditer(text)]
    return tuple(_target(passage, one) for one in sorted([*taken, *zeros], key=lambda one: one.amount.start))


def _zero(found: re.Match[str]) -> _Taken:
    """零增长, 事故起数为0: nothing is the aim."""
    unit = _COUNTED_IN.get(found["counted"], "")
    return _Taken(Amount(found.start(), found.end(), 0.0, 0.0, unit), "=", "written", _GUESSED)


def _taken(text: str, plain: str) -> list[_Taken | Amount]:
    """Every amount in order, judged; those that are no targets stay as they are."""
    judged: list[_Taken | Amount] = []
    last = 0
    for amount in find_amounts(text):
        if judged and amount.start < _span(judged[-1])[1]:
            continue
        one = _judged(plain, amount, last)
        judged.append(one or amount)
        last = amount.end if one else last
    return judged


def _span(one: _Taken | Amount) -> tuple[int, int]:
    amount = one.amount if isinstance(one, _Taken) else one
    return amount.start, amount.end


def _together(text: str, judged: Sequence[_Taken | Amount]) -> Iterator[_Taken]:
    """分别达到95%、90%以上: numbers joined by nothing but 、 or 和 share the word before and the word after."""
    row: list[_Taken | Amount] = []
    for one in judged:
        if row and not _JOINS.fullmatch(text[_span(row[-1])[1] : _span(one)[0]]):
            yield from _shared(row)
            row = []
        row.append(one)
    yield from _shared(row)


def _shared(row: Sequence[_Taken | Amount]) -> Iterator[_Taken]:
    taken = [one for one in row if isinstance(one, _Taken)]
    if len(row) == 1 or not taken:
        yield from taken
        return
    ops = [one.op for one in taken]
    op = ops[-1] if ops[-1] != "=" else ops[0]
    for one in row:
        if isinstance(one, _Taken):
            yield replace(one, op=op)
        elif not one.worded and (one.unit == taken[-1].amount.unit or one.start > taken[0].amount.start):
            yield _Taken(one, op, "row", _LIKELY)


def _judged(text: str, amount: Amount, last: int) -> _Taken | None:
    """The sign of an amount, None where it is no target: a threshold (10吨以上的锅炉), a count in passing."""
    left, _ = bounds(text, amount.start, amount.start, _CLAUSE_STOPS)
    before = text[max(left, last, amount.start - _REACH) : amount.start]
    after = text[amount.end : amount.end + 30]
    tail = _AFTER.match(after)
    rest = after[tail.end() :] if tail else after
    if _AT_LEAST.search(before):
        return _Taken(amount, ">=", "bound", CERTAIN)
    order = next((i for i, (_, pattern) in enumerate(_BEFORE_RE) if pattern.search(before)), None)
    if order is not None:
        passing = rest[:1] == "的" and _DESCRIBES.match(rest) and not _share_of(amount, rest)
        return None if passing else _by_word(amount, order, tail)
    if amount.worded:
        return _worded(amount, before, rest)
    passing = _PASSING.search(before) and not _INVESTED.search(before)
    if passing or _PAST.search(before) or _describes(amount, before, tail, rest):
        return None
    return _without_word(text, amount, before, tail, rest, last)


def _by_word(amount: Amount, order: int, tail: re.Match[str] | None) -> _Taken | None:
    if amount.worded and order >= _BOUNDS:
        return None
    return _Taken(amount, _sign(_BEFORE[order][0], tail, amount), "bound" if order < _BOUNDS else "reach", CERTAIN)


def _describes(amount: Amount, before: str, tail: re.Match[str] | None, rest: str) -> bool:
    """Whether the number only tells one thing from another: 亿元以上项目, 2期工程, 12个部门."""
    if _share_of(amount, rest):
        return False
    if rest[:1] == "或" or rest[:3] == "口之家":
        return True
    if _ACTORS.match(rest) and not _MADE.search(before):
        return True
    if tail and not _ends_clause(rest) and not _ON.match(rest):
        return bool(_SIZES.search(amount.unit)) or rest[:1] == "的" or _DESCRIBES.match(rest) is not None
    return bool(_DESCRIBES.match(rest)) or (amount.unit == "期" and bool(_STAGE.match(rest)))


def _without_word(
    text: str, amount: Amount, before: str, tail: re.Match[str] | None, rest: str, last: int
) -> _Taken | None:
    op = _sign(None, tail, amount)
    op = ">=" if op == "=" and _AT_LEAST_OF.search(before) else op
    if _OVER.search(before):
        return None
    if _SHARE.search(before):
        return _Taken(amount, op, "share", CERTAIN)
    if not tail and _NEEDS_WORD.match(amount.unit):
        return None
    if _WORK.search(before) or _OPENS.match(before):
        return _Taken(amount, op, "work", CERTAIN)
    if amount.unit == "%" and amount.value == 100 and _ALL_OF_THEM.match(rest):
        return _Taken(amount, op, "share", _LIKELY)
    if last and _GOES_ON.match(text[last : amount.start]):
        return _Taken(amount, op, "row", _LIKELY)
    if tail and _ends_clause(rest):
        return _Taken(amount, op, "bound", _LIKELY)
    if _ends_clause(rest) and _CLOSES.search(before):
        return _Taken(amount, op, "work", _LIKELY)
    moved = (_MOVES.search(before) and _MOVED.match(rest)) or (amount.unit != "%" and _FINISHED.match(rest))
    if moved or (amount.unit == "%" and not before and _share_of(amount, rest)):
        return _Taken(amount, op, "work", _GUESSED)
    context = text[max(0, amount.start - 16) : amount.start]
    done = amount.unit != "%" and rest[:1] not in _PLACES and _DONE_TO.search(context) and _DONE.match(rest)
    return _Taken(amount, op, "work", _UNSURE) if done else None


def _share_of(amount: Amount, rest: str) -> bool:
    """95%以上的行政村建成示范点."""
    return amount.unit == "%" and bool(_SHARE_OF.match(rest))


def _worded(amount: Amount, before: str, rest: str) -> _Taken | None:
    """开展两次演练: a numeral in characters counts with a few units behind a verb."""
    verb = re.search(rf"(?:{_MAKING}|组织开展|组织|开展|举行|召开|进行)(?:全[县市区]|各)?$", before)
    if amount.value < 2 or not verb or not _WORDED_WORK.match(amount.unit) or _DESCRIBES.match(rest):
        return None
    return _Taken(amount, "=", "written", _GUESSED)


def _sign(word: str | None, tail: re.Match[str] | None, amount: Amount) -> str:
    if tail and tail["about"]:
        return "≈"
    if (tail and tail["ge"]) or amount.at_least:
        return ">="
    if tail and tail["le"]:
        return "<="
    if word is None and amount.low != amount.value:
        return ">="
    return word or "="


def _ends_clause(rest: str) -> bool:
    rest = rest.lstrip("・")
    return not rest or rest[0] in "，,；;。！!、）)" or rest[1:3] == "其中"


def _target(passage: Passage, one: _Taken) -> TargetReading:
    start, end = one.amount.start, one.amount.end
    left, right = bounds(passage.text, start, end, _CLAUSE_STOPS)
    clause = passage.text[left:right].strip()
    cohort = _cohort(passage.text, left)
    text = f"{cohort}：{clause}" if cohort and cohort not in clause else clause
    value = one.amount.value if one.op in ("<=", "<") else one.amount.low
    source = replace(passage.source(start, end), rule=one.rule)
    return TargetReading(text, one.op, value, one.amount.unit, source, one.confidence)


def _cohort(text: str, clause_start: int) -> str:
    """The year group a clause goes on about: 2020年及以前年度…全面完工，执行率达到95% → 2020年及以前年度."""
    left, _ = bounds(text, clause_start, clause_start, _SEGMENT_STOPS)
    found = _COHORT.findall(text[left:clause_start])
    return found[-1] if found else ""
