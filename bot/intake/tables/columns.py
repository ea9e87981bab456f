"""What a column of a task table holds, told by its heading: 牵头单位, 完成时限, 一季度, 目标值（家）."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

LONGEST_HEADING = 40


class Kind(StrEnum):
    """What stands in a column. PROBLEM, GOAL_TASK, UNIT and OWNER are settled by the columns beside them."""

    SERIAL = "serial"
    SECTION = "section"
    TASK = "task"
    CONTENT = "content"
    TARGET = "target"
    GOAL_TASK = "goal_task"
    PROBLEM = "problem"
    LEADER = "leader"
    LEAD = "lead"
    MIXED = "mixed"
    DUTY = "duty"
    OWNER = "owner"
    PART = "part"
    LIMIT = "limit"
    STAGE = "stage"
    UNIT = "unit"
    PERSON = "person"
    PHASE = "phase"
    SCORE = "score"
    SKIP = "skip"


DUTY_KINDS = frozenset({Kind.LEAD, Kind.MIXED, Kind.DUTY, Kind.PART, Kind.OWNER})
TEXT_KINDS = frozenset({Kind.TASK, Kind.CONTENT, Kind.TARGET, Kind.GOAL_TASK, Kind.PROBLEM})


@dataclass(frozen=True)
class Column:
    """One column: its place in the row, kind, and heading in full ("进度安排一季度")."""

    index: int
    kind: Kind
    heading: str


_UNIT = r"(?:单位|部门|科室|股室|处室|委室|办室|组室|委办|机构|主体|站所|乡镇)"
_LEVEL = (
    r"(?:中央|[省市州县区旗镇乡]|[省市州县区旗镇乡](?:级|直|委|政府|委县政府)"
    r"|主要|共同|直接|具体|总|项目|任务|工作|整改|本级|局)"
)
_AND = r"(?:[及和与、/或&]|以及)?"
_LEAD_WORD = r"(?:牵头负责|牵头|主办|抓总|主要责任|第一责任|首要责任|总牵头)"
_PART_WORD = r"(?:主要)?(?:配合|参与|参加|协办|协助|协同|协作|会办|支持|联合|其他责任|其它责任|相关责任|其他)"
_DUTY_WORD = r"(?:责任|主责|承办|实施|落实|承担|主管|负责|完成|执行|办理|行业主管|归口)"
_MAN = r"(?:责任人员?|负责人|联系人|联络员|联络人|经办人|承办人|具体责任人|主要负责人|分管负责人|姓名|人员|责任者)"
_MOD = (
    r"(?:20\d\d年度?|年度|全年|本年度|今年|当年|重点|主要|具体|工作|目标|任务|项目|整改|改革|建设|实施|推进|落实|民生|实事|为民|考核|细化"
    r"|分解|量化|预期|完成|计划|关键|总体|核心|攻坚|创新|督办|督查|议定|交办|责任|事项|绩效|指标|发展|政府|报告|专项|行动|服务|主体|办理|达成|阶段性?)"
)
_PERIOD = (
    r"(?:20\d\d年)?(?:第?[一二三四1-4]季度|q[1-4]|[上下]半年|1?\d月份?|1?\d[-—~～至到]1?\d月份?"
    r"|[一二三四1-4][-—~～至到][一二三四1-4]季度|1?\d月(?:底|\d{1,2}日)?之?前?|年底前?)"
)
_PLAN_TAIL = (
    r"(?:底|末|前|的)?(?:工作|目标|任务|计划|进度|安排|节点|要求|内容|推进|形象|序时|打算|完成|年度|措施|重点|应)*"
)

# In order: the first that fits all of the heading decides.
_KINDS: tuple[tuple[Kind, str], ...] = (
    (Kind.SERIAL, r"(?:任务|项目|工作|事项|总)?(?:序号|编号|序|项次|序列号?|号)|no\.?|#"),
    (Kind.STAGE, rf"{_PERIOD}{_PLAN_TAIL}"),
    (Kind.PHASE, r"(?:工作|实施|推进)?(?:阶段|步骤)(?:名称|划分|安排)?|工作组|专班(?:名称)?"
     r"|小组(?:名称)?|组别|机构名称"),
    (Kind.SCORE, r"(?:评分|计分|扣分|考评|考核|评价)(?:标准|办法|细则|方法)|得分|扣分|自评分?|考核得分|评分|考评得分"),
    (
        Kind.SKIP,
        r".*(?:进展|完成情况|落实情况|推进情况|办理情况|工作情况|情况说明|整改情况|推进成效|实际|下一步|下步|佐证|填报|填表|是否|状态|结果|滞后|原因|销号"
        r"|来源|依据|地点|位置|电话|手机|联系方式|职务|邮箱|审核|审批|评价|困难|难点|签字|盖章|录入|亮灯|预警|(?:总|已).*投资|投资额|概算|预算|资金).*"
        r"|(?:备注|说明|附注)|(?:督导|督办|督查|监督|考核|考评|牵头督办|验收|填报)(?:单位|部门|领导|人员?)"
        r"|分值|权重|(?:主要|工作|具体|部门|成员)*职责(?:分工|任务)?|完成率|完成进度|形象进度"
        r"|(?:计划)?(?:开工|启动|开始|起始|交办|下发|立项|签收|反馈)(?:时间|日期|年月)|建设(?:地点|性质|规模)",
    ),
    (Kind.PROBLEM, r"(?:存在|反馈|主要|具体|突出|发现|整改)*的?问题(?:清单|表现|描述|事项)?|短板弱项|问题短板"),
    (
        Kind.LEADER,
        rf"{_LEVEL}{{0,2}}(?:(?:牵头|责任|分管|包保|包联|包抓|挂点|挂联|挂钩|挂帅|联系|督导|主管|负责|领办|分线|联席|分工|联点|帮扶)(?:负责)?)?(?:的)?"
        rf"{_LEVEL}?(?:领导|领导同志|负责同志|责任同志|县长|市长|区长|领导姓名)|(?:牵头|领衔|包抓|包保|包联|总负责)人|链长|指挥长|{_LEVEL}领导责任人",
    ),
    (
        Kind.MIXED,
        rf"{_LEVEL}{{0,2}}{_LEAD_WORD}{_UNIT}?{_AND}{_PART_WORD}(?:责任)?{_UNIT}?|主协办{_UNIT}?|主、?协办{_UNIT}"
        rf"|{_LEVEL}{{0,2}}{_LEAD_WORD}{_UNIT}?(?:[及和与、/]|以及){_DUTY_WORD}{_UNIT}",
    ),
    (Kind.PART, rf"属地(?:责任|管理)?{_UNIT}?|{_LEVEL}{{0,2}}{_DUTY_WORD}?{_PART_WORD}{_AND}"
     rf"(?:责任|实施|落实|配合|参与)?{_UNIT}?(?:[及和、/]{_UNIT})?"),
    (Kind.LEAD, rf"{_LEVEL}{{0,2}}(?:责任)?{_LEAD_WORD}(?:责任)?{_UNIT}?(?:[及和、/]{_UNIT})?(?:名称)?"
     rf"(?:[及和与、/]?(?:{_MAN}|领导))?"),
    (
        Kind.DUTY,
        rf"{_LEVEL}{{0,2}}{_DUTY_WORD}(?:[及和与、/]?{_DUTY_WORD})?{_UNIT}(?:[及和、/]{_UNIT})?(?:名称)?"
        rf"(?:[及和与、/]?(?:{_MAN}|领导))?"
        rf"|责任(?:分工|落实|主体|部门)|{_UNIT}(?:名称)?|分工",
    ),
    (Kind.OWNER, rf"(?:项目)?(?:业主|建设|项目)(?:业主)?{_UNIT}|项目业主|业主"),
    (Kind.PERSON, rf"{_LEVEL}?{_MAN}(?:[及和、/]?(?:联系)?(?:电话|方式))?"),
    (
        Kind.LIMIT,
        rf"(?:{_MOD}|办结|办理|竣工|达标|截止|最终|序时|拟|预计|时间|进度|要求|销号){{0,4}}"
        r"(?:时限|期限|时间|时间表|节点|日期|年限|进度|工期|进度安排|时间安排|时限要求|时间要求|时间节点"
        r"|进度要求|进度计划)",
    ),
    (Kind.UNIT, r"计量单位|指标单位|数量单位|计算单位"),
    (
        Kind.SECTION,
        rf"{_MOD}{{0,2}}(?:类别|类型|板块|领域|分类|方面|篇章|章节|大类|条线|归类|类|所属领域|一级指标|战役|任务领域|模块)",
    ),
    (Kind.TASK, r"[一二三四]级(?:任务|目标任务|事项|工作)"),
    (Kind.GOAL_TASK, r"(?:年度|全年|20\d\d年|具体|主要|总体)?(?:目标任务|目标和任务|目标及任务)"
     r"|指标名称|考核内容|考核项目|二级指标|三级指标|主要指标"),
    (
        Kind.TARGET,
        rf"{_MOD}{{0,3}}(?:目标|指标|成效|目标值|指标值|任务量|任务数|目标数|计划数|数量|成果|效果|标准|目标要求|成果形式|计划投资|年度投资|投资计划)"
        r"|计划投资|年度(?:计划)?投资(?:计划)?|工作?目标及成效|目标成效|预期效果",
    ),
    (
        Kind.CONTENT,
        rf"{_MOD}{{0,3}}(?:内容|举措|措施|要求|分解|安排|做法|路径|要点|分解表|思路|细项|子项|子任务|描述)(?:及(?:要求|措施|目标|安排|举措|标准))?"
        r"|内容|措施|怎么干|干什么|具体(?:任务|工作|事项|项目)|任务(?:分解|细化|明细)|细化(?:任务|分解)|工作分解",
    ),
    (Kind.TASK, rf"{_MOD}{{0,3}}(?:任务|事项|工作|项目|实事|名称|重点|工程|行动|件|清单|任务清单|事项名称|任务名称)"),
)  # fmt: skip
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_BRACKET = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】|<[^<>]*>")
_COMBINED = re.compile(r"\((?:配合|参与|协办|责任|牵头|实施|落实)\)")
_MARKED = re.compile(rf"(?:责任|承办|实施)?{_UNIT}\((?:(?P<lead>牵头|主办|主责)|配合|协办|参与)(?:{_UNIT}|的)?\)")
_FIRST_LEADS = re.compile(
    r"(?:首|第一|第1|排前|列前|打头|黑体|加粗).{0,10}牵头|牵头.{0,8}(?:首位|第一|在前|排前|列前|加粗|黑体)"
)
_PERIOD_PART = re.compile(
    r"(?:(?P<year>20\d\d)年)?(?:(?:第|q)?(?P<quarter>[一二三四1-4])(?:季度|(?<=q\d))|(?P<half>[上下]半年)|(?P<month>1?\d月(?:\d{1,2}日)?)|年底)"
)
_QUARTER_NAMES = str.maketrans("1234", "一二三四")
_COUNT_UNIT = re.compile(r"\((?:单位[:为]?)?([^()]{1,8})\)")


def plain_heading(text: str) -> str:
    """A heading in half-width small letters without blanks and marks, brackets kept."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("〔", "(").replace("〕", ")")
    return re.sub(r"[\s*:_·]+", "", folded)


@lru_cache(maxsize=4096)
def kind_of(heading: str) -> Kind | None:
    """The kind a heading names, None where it is no heading we know. 责任（配合）单位 is read with its bracket."""
    full = plain_heading(heading)
    if not full or len(full) > LONGEST_HEADING:
        return None
    if (marked := _MARKED.fullmatch(full)) is not None:
        return Kind.LEAD if marked["lead"] else Kind.PART
    opened = _COMBINED.sub(lambda m: m[0][1:-1], full)
    for text in dict.fromkeys((_BRACKET.sub("", opened), _BRACKET.sub("", full), re.sub(r"[()\[\]]", "", full))):
        found = next((kind for kind, pattern in _KIND_PATTERNS if pattern.fullmatch(text)), None)
        if found:
            return found
    return None


# In a row known to be a header, a heading of no usual form is told by the words in it.
_GUESSES: tuple[tuple[Kind, str], ...] = (
    (Kind.SKIP, r"进展|情况|备注|电话|督导|督查|考核单位|资金|来源"),
    (Kind.LEAD, r"牵头.*(?:单位|部门)|主办.*(?:单位|部门)"),
    (Kind.PART, r"(?:配合|协办|参与|协同).*(?:单位|部门)?"),
    (Kind.DUTY, r"(?:责任|承办|实施|落实).*(?:单位|部门|主体)"),
    (Kind.LEADER, r"领导"),
    (Kind.PERSON, r"责任人|联系人|负责人"),
    (Kind.LIMIT, r"时限|期限|时间|节点|进度"),
    (Kind.TASK, r"任务|事项"),
    (Kind.CONTENT, r"内容|举措|措施|要求"),
    (Kind.TARGET, r"目标|指标|成效"),
)


def guess_kind(heading: str) -> Kind | None:
    """The likeliest kind of a heading of no usual form (牵头县领导和责任单位及分工), None without a known word."""
    text = plain_heading(heading)
    if len(text) > LONGEST_HEADING:
        return None
    return next((kind for kind, words in _GUESSES if re.search(words, text)), None)


def says_first_leads(heading: str) -> bool:
    """Whether a heading itself says that the agency listed first leads: 责任单位（第一个为牵头单位）."""
    return bool(_FIRST_LEADS.search(plain_heading(heading)))


def count_unit(heading: str) -> str:
    """The unit a heading gives its numbers, 目标值（家） → 家; "" without one."""
    found = _COUNT_UNIT.search(plain_heading(heading))
    return found[1] if found and not re.search(r"牵头|单位|年|项目|含", found[1]) else ""


def period_of(heading: str) -> str:
    """The period of a STAGE column in words a date grammar reads: 一季度, 2024年6月; of a span its last part."""
    text = _BRACKET.sub("", plain_heading(heading))
    found = list(_PERIOD_PART.finditer(text))
    if not found:
        return ""
    last = found[-1]
    year = f"{last['year']}年" if last["year"] else ""
    if last["quarter"]:
        return f"{year}{last['quarter'].translate(_QUARTER_NAMES)}季度"
    return year + (last["half"] or last["month"] or "年底")
