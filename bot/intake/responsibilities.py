"""Who answers for a task: （X牵头，Y等参与）, labels, bare lists. One bracket in, named parts out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.agency_names import looks_like_agency, split_outside_brackets
from bot.domain.model import DutyRole
from bot.domain.reading import CERTAIN
from bot.intake.duty_labels import Labelled, has_label, labelled, starts_with_label
from bot.intake.duty_names import Part, read_names
from bot.intake.passages import Passage

# A longer bracket is no list of agencies; the bound also keeps hostile input cheap.
MAX_LENGTH = 1500
# Confidence of roles that follow from the order of the names, and of those nobody gave (a list without a word on who
# leads).
BY_ORDER = 0.95
_GUESSED = 0.8

_DO = (
    r"(?:负责|落实|实施|组织|抓好|推进|做好|承担|抓落实|推动|执行|完成|具体|工作"
    r"|单位|部门|到位|整改|开展|督导|统筹|协调|抓总)"
)
_ROLE = re.compile(
    rf"(?P<duty_lead>按(?:照)?(?:各自|各)?(?:工作)?(?:职责|职能|分工)(?:任务|范围)?(?:分工)?(?:分别|共同)?牵头{_DO}*)"
    rf"|(?P<lead>(?:负责|共同|联合|分别|总)?(?:牵头|主办|抓总|主要负责|总负责){_DO}*)"
    rf"|(?P<shared>(?:按(?:照)?|根据|依据|依|结合)(?:各自|本|各)?(?:工作)?(?:职责|职能|分工)[^，；、。（()）]{{0,6}}?{_DO}*(?=$|[，；、。,;]))"
    rf"|(?P<part>(?:共同|协同|积极|予以|做好|给予|负责|指导|督促|分别|各自){{0,2}}(?:参与|参加|配合|协助|协办|协作|支持|指导|会商|协商){_DO}*(?=$|[，；。、,;]))"
    rf"|(?P<work>(?:抓好|负责|做好|组织|具体)*本?(?:属地|辖区|地区|系统|行业|领域)内?的?(?:贯彻)?(?:落实|实施|推进)|(?:具体)?负责(?:抓好)?(?:落实|实施|组织实施)|组织实施|抓好落实|具体(?:落实|实施)|(?:组织)?(?:落实|实施|承办)(?=$|[，；。,;]))"
    r"|(?P<watch>(?:负责|实施|进行|加强|全程|跟踪|日常)*(?:监督|督促|督办|督查|督导)(?:指导|检查|落实|推进|考核|整改|到位)*(?=$|[，；。、,;]))"
    r"|(?P<help>(?:做好|提供|给予)[^，；、。（()）]{2,16}(?=$|[，；。,;]))"
    rf"|(?P<own>(?:分别|共同|具体|各自)?(?:分工)?负责{_DO}*)"
)
_TOGETHER = re.compile(r"会同|(?<!工)联合(?!会|社|国)|商(?=[省市县区州各])")
_NOT_DUTY = re.compile(r"(?:以下|下称|简称|包括|包含|含|原|即|如|例如|见|详见|附|注|参照|依据|根据|不含|除)")
_WHEN = re.compile(
    r"\d{4}年|\d月|[一二三四1-4]季度|年底|年内|月底|上半年|下半年|长期|持续|常年|全年|立即|每[月季年半]|时限|前完成"
)
# 列第一位的为牵头单位, said once for a document or inside a bracket.
FIRST_LEADS = re.compile(
    r"(?:列|排)(?:在)?(?:第一|首|最前|前)(?:位|面|个)?(?:的|者)?(?:责任)?(?:单位|部门|个)?(?:均)?(?:为|是|系)[^，。]{0,4}牵头"
    r"|第一(?:个)?(?:责任)?(?:单位|部门)(?:均)?为牵头"
)
_FIRST_LEADS_NOTE = re.compile(rf"[，。；;,]?(?:{FIRST_LEADS.pattern})[^，。；]{{0,6}}|[，。；;,]下同")
# 牵头单位：市教育局（联系人：李华）
_CONTACT = re.compile(r"[（(](?:联系人|联络员|负责人|责任人|联系电话|电话)[:：]?[^（）()]{0,30}[）)]")
# 责任人：投资促进局张海峰
_AGENCY_AND_PERSON = re.compile(
    r"(?P<agency>[一-鿿]{2,18}(?:局|委|办公室|办|中心|部|公司|科|股|处|室|站|所))"
    r"(?P<person>(?:(?:党组书记|书记|局长|主任|部长|科长|股长|处长|站长|所长|经理|副)*)[一-鿿]{2,3})"
)
_FROM_HERE_ON = re.compile(r"以下|下同|不再.{0,4}列")


@dataclass(frozen=True)
class Responsibility:
    """What one bracket or labelled block says. `unmarked`: a list without a word on who leads; `sole`: one agency so.

    `when` are the pieces that speak of time (完成时限); `standing`: also holds for all later tasks (以下均需…落实);
    `leaders` are the persons behind 责任领导, as written. `passage` is where it stands, `rule` how it was found there:
    "bracket", "label", "sentence" or "standing".
    """

    parts: tuple[Part, ...] = ()
    open_list: bool = False
    lead_by_duty: bool = False
    unmarked: bool = False
    when: tuple[str, ...] = ()
    text: str = ""
    standing: tuple[Part, ...] = ()
    leaders: tuple[str, ...] = ()
    passage: Passage | None = None
    rule: str = ""
    sole: bool = False

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def names_no_lead(self) -> bool:
        """Whether agencies are listed without a word on which of them leads."""
        return self.unmarked or self.sole

    def as_shared(self) -> Responsibility:
        """The same agencies beside a lead that was named elsewhere: each has its share."""
        shared = tuple(replace(p, role=DutyRole.SHARED) if p.role is DutyRole.LEAD else p for p in self.parts)
        return replace(self, parts=shared, unmarked=False, sole=False)


@dataclass(frozen=True)
class _Group:
    """A run of names and the word that closed it: duty_lead, lead, shared, part, work, own, or "" for none."""

    names: tuple[Part | str, ...]
    marker: str
    open_list: bool


def is_responsibility(text: str, *, at_end: bool = True) -> bool:
    """Whether a bracket's inside tells who answers. Without a role word every piece must be an agency, at the end."""
    text = _CONTACT.sub("", text[: MAX_LENGTH + 1])
    if not 3 <= len(text) <= MAX_LENGTH or _NOT_DUTY.match(text):
        return False
    if starts_with_label(text):
        return True
    masked = _masked(text)
    role = _ROLE.search(masked)
    if role:
        names, _ = read_names(text[: role.start()])
        return any(_plausible(n.name if isinstance(n, Part) else n) for n in names)
    names, _ = read_names("，".join(p for p in _clauses(text) if not _WHEN.search(p)))
    return at_end and bool(names) and all(_plausible(n.name if isinstance(n, Part) else n) for n in names)


def _plausible(name: str) -> bool:
    if re.fullmatch(r"各[一-鿿]{2,6}", name):
        return True
    return looks_like_agency(name) and not re.search(r"[“”\"\d。：:]", name)


def read_responsibility(text: str, *, first_leads: bool = False) -> Responsibility:
    """The parts named in a bracket's inside or a labelled block.

    `first_leads`: the document says that the agency listed first leads (列第一位的为牵头单位); 按职责分工负责 in the
    bracket itself goes before what the document says in general.
    """
    text = _CONTACT.sub("", _inside(text.strip("。；; \n")))
    own, later = _standing(_FIRST_LEADS_NOTE.sub("", text))
    said_here = bool(FIRST_LEADS.search(text))
    first_leads = first_leads or said_here
    found = _labelled(own, first_leads) if has_label(own) else _unlabelled(own, first_leads)
    if said_here and found.parts and all(part.role is DutyRole.SHARED for part in found.parts):
        found = replace(found, parts=(Part(found.parts[0].name, DutyRole.LEAD, BY_ORDER), *found.parts[1:]))
    standing = tuple(Part(p.name, DutyRole.SHARED) for p in _unlabelled(later, first_leads).parts)
    return replace(found, text=text, standing=standing)


def _inside(text: str) -> str:
    """The text less a bracket that holds all of it, closed or not."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "（(〔[【") - (c in "）)〕]】")
        if depth <= 0:
            return text[1:-1] if i == len(text) - 1 and i else text
    return text[1:]


def _standing(text: str) -> tuple[str, str]:
    """A trailing 以下均需各乡镇人民政府落实，不再列出 apart from the rest, as (the rest, 各乡镇人民政府落实)."""
    for sentence in re.split(r"[。；;]", text)[1:]:
        if _FROM_HERE_ON.search(sentence):
            return text.partition(sentence)[0], standing_names(sentence)
    return text, ""


def standing_names(sentence: str) -> str:
    """The responsibility inside 以下各项均需X负责落实，不再列出, without the words around it."""
    body = re.sub(r"^[^，。]{0,30}?(?:均|都)(?:需要?|由|须)?", "", sentence)
    return re.split(r"[，,。；;]", body)[0]


def _labelled(text: str, first_leads: bool) -> Responsibility:
    segments = list(labelled(text))
    leads = any(segment.kind == "lead" for segment in segments)
    found = Responsibility()
    for segment in segments:
        if segment.value:
            found = _joined(found, _segment(segment, leads, first_leads))
    return found


def _joined(one: Responsibility, other: Responsibility) -> Responsibility:
    return Responsibility(
        (*one.parts, *other.parts),
        one.open_list or other.open_list,
        one.lead_by_duty or other.lead_by_duty,
        one.unmarked or other.unmarked,
        (*one.when, *other.when),
        leaders=(*one.leaders, *other.leaders),
        sole=one.sole or other.sole,
    )


def _segment(segment: Labelled, leads: bool, first_leads: bool) -> Responsibility:
    kind, value = segment.kind, segment.value
    if kind == "limit":
        return Responsibility(when=tuple(w for w in [value.strip("，；。;, ")] if w))
    if "责任人" in segment.label and not leads and (agent := _AGENCY_AND_PERSON.fullmatch(value)):
        return Responsibility((Part(agent["agency"], DutyRole.LEAD),), leaders=_persons(agent["person"]))
    if kind == "leader":
        return Responsibility(leaders=_persons(value))
    if kind == "skip":
        return Responsibility()
    if _ROLE.search(_masked(value)) and kind != "part":
        return _unlabelled(value, first_leads)
    value, when = _without_times(value.partition("。")[0])
    names, open_list = read_names(value)
    return replace(_by_label(segment, names, open_list, leads, first_leads), when=when)


def _by_label(
    segment: Labelled, names: tuple[Part | str, ...], open_list: bool, leads: bool, first_leads: bool
) -> Responsibility:
    if segment.kind == "part":
        return Responsibility(_assign(names, DutyRole.PARTICIPANT), open_list)
    if segment.kind != "lead":
        return _responsible(names, open_list, leads, first_leads)
    several = (
        re.search("配合|责任|参与|协办|参加", segment.label) and len(names) > 1 and "第一责任" not in segment.label
    )
    marked = any(isinstance(n, Part) and n.role is DutyRole.LEAD for n in names)
    rest = DutyRole.PARTICIPANT if marked else DutyRole.LEAD
    found = _first_leads(names, DutyRole.PARTICIPANT) if several and not marked else _assign(names, rest)
    return Responsibility(found, open_list)


def _persons(value: str) -> tuple[str, ...]:
    """张三、李四 are two leaders; 县委常委、副县长李四 is one."""
    pieces = [p.strip() for p in re.split(r"[、，,；;\s]", value) if p.strip()]
    return tuple(pieces) if all(2 <= len(p) <= 4 for p in pieces) else (value.strip("，；。;, "),)


def _without_times(text: str) -> tuple[str, tuple[str, ...]]:
    """A list less the clauses that speak of time (…，6月底完成), and these."""
    when = tuple(c.strip() for c in _clauses(text) if _WHEN.search(c) and not _ROLE.search(_masked(c)))
    for piece in when:
        text = text.replace(piece, "", 1)
    return text, when


def _responsible(names: tuple[Part | str, ...], open_list: bool, leads: bool, first_leads: bool) -> Responsibility:
    """责任单位：one alone leads; beside a 牵头单位, or several together, each has its share."""
    marked = any(isinstance(n, Part) and n.role is DutyRole.LEAD for n in names)
    if leads or marked:
        return Responsibility(_assign(names, DutyRole.SHARED), open_list)
    if len(names) == 1:
        return Responsibility(_assign(names, DutyRole.LEAD), open_list, sole=True)
    if first_leads:
        return Responsibility(_first_leads(names, DutyRole.PARTICIPANT), open_list)
    return Responsibility(_assign(names, DutyRole.SHARED, _GUESSED), open_list, unmarked=True)


def _first_leads(names: tuple[Part | str, ...], rest: DutyRole) -> tuple[Part, ...]:
    return (*_assign(names[:1], DutyRole.LEAD, BY_ORDER), *_assign(names[1:], rest, BY_ORDER))


def _assign(names: tuple[Part | str, ...], role: DutyRole, confidence: float = CERTAIN) -> tuple[Part, ...]:
    return tuple(n if isinstance(n, Part) else Part(n, role, confidence) for n in names)


def _unlabelled(text: str, first_leads: bool) -> Responsibility:
    text, when = _without_times(text)
    groups = list(_groups(text))
    markers = {g.marker for g in groups}
    open_list = any(g.open_list for g in groups)
    if markers <= {""}:
        names = tuple(n for g in groups for n in g.names)
        found = _responsible(names, open_list, False, first_leads)
        return replace(found, when=when)
    parts = tuple(p for g in groups for p in _assign(g.names, _role(g, groups)))
    return Responsibility(parts, open_list, "duty_lead" in markers, False, when)


def _role(group: _Group, groups: list[_Group]) -> DutyRole:
    markers = {g.marker for g in groups}
    has_lead = bool(markers & {"lead", "duty_lead"})
    if group.marker in ("lead", "duty_lead"):
        return DutyRole.LEAD
    if group.marker in ("part", "help", "watch", ""):
        return DutyRole.PARTICIPANT
    if group.marker == "shared" or has_lead or (group.marker == "work" and bool(markers & {"own", "shared"})):
        return DutyRole.SHARED
    others = len(groups) > 1 and markers - {group.marker} <= {"part", "help", "watch", "work", ""}
    return DutyRole.LEAD if len(group.names) == 1 or others else DutyRole.SHARED


def _groups(text: str) -> Iterator[_Group]:
    """Names up to each role word; X会同Y牵头 makes Y a participant."""
    last = 0
    for role in _ROLE.finditer(_masked(text)):
        yield from _group(text[last : role.start()], role.lastgroup or "")
        last = role.end()
    yield from _group(text[last:], "")


def _group(text: str, marker: str) -> Iterator[_Group]:
    together = _TOGETHER.search(text)
    if together:
        yield from _group(text[: together.start()], marker)
        yield from _group(text[together.end() :], "part")
        return
    names, open_list = read_names(text)
    if names or open_list:
        yield _Group(names, marker, open_list)


def _clauses(text: str) -> tuple[str, ...]:
    return split_outside_brackets(text, "，,；;。")


def _masked(text: str) -> str:
    """The text with everything inside brackets blanked, so that （牵头） behind a name does not close a group."""
    depth, out = 0, []
    for c in text:
        closes = c in "）)〕]】" and depth > 0
        depth += (c in "（(〔[【") - closes
        out.append("□" if depth or closes else c)
    return "".join(out)
