"""Names of agencies in a text: splitting a list, restoring the 县/区/市 written once for all of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.numerals import to_int

_OPEN_BRACKETS, _CLOSE_BRACKETS = "（(〔[【《", "）)〕]】》"

# What the name of a Chinese agency ends with.
AGENCY_END = (
    r"(?:局|厅|署|委|办|部|院|所|站|社|会|处|科|股|室|组|中心|政府|政协|人大|机关|公司|集团|银行|支行|分行|电网"
    r"|学校|大学|党校|高校|支队|大队|总队|中队|分队|专班|林场|农场|街道|镇|乡|村|县|区|市|团"
    r"|妇联|残联|文联|科协|侨联|工商联|联盟|单位|部门|企业|场|馆|台|厂|库|园|庭|中学|小学|基地|平台|移动|联通|电信|铁塔|邮政|海关|站点|队)"
)
_AGENCY = re.compile(rf".*{AGENCY_END}(?:[（(〔][^）)〕]{{1,20}}[）)〕])?$")
# 和, 及, 与 part two agencies only after a whole name: 自然资源和规划局 is one, 水利局和林业局 are two.
_WHOLE = re.compile(
    r".+(?:局|厅|委|委员会|办|办公室|(?:宣传|组织|统战|工作|武装|政治|指挥|公安|财政|教育|科技|商务)部|中心|政府"
    r"|公司|集团|法院|检察院|医院|学院|研究院|联合会|协会|商会|工会|管委会|供销社|合作社|联社|支队|大队|总队"
    r"|银行|支行|街道|办事处|[^城]镇|[^城]乡|妇联|残联|科协|文联|工商联|园区|开发区|专班|人武部|团[省市州县区旗]委)$"
)
_JOINTS = re.compile(r"以及|[和及与]")

_LEVEL_WORD = "自治区|自治州|自治县|街道|[省市州盟县区旗镇乡]"
# Words that begin with a level's character but mean something else.
_NO_LEVEL = re.compile(
    r"市场|市监(?!察)|市政(?!府|协|法|研|务)|市容|市民(?!政|族|宗|委)|市域|区[域块划位间]|县域|省际|州际|乡[村镇土]|镇[村区]|旗舰|区县|县区|市县"
)
_LEVEL = re.compile(rf"({_LEVEL_WORD})(?=.)")
# Bodies named for the whole country, a collective, or the Youth League (团县委): nothing is put before them.
_COMPLETE = re.compile(
    r"各|全[^民]|武警|所有|有关|相关|其他|本级|国家|派驻|国网|国务院|中央|中共|中国|人民银行|人行|南方电网|南网|共青团|团[省市州盟县区旗]委|驻"
    r"|北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|重庆|四川|贵州"
    r"|云南|西藏|陕西|甘肃|青海|宁夏|新疆|兵团"
)
# Party organs answer to 县委, whatever stands before them in the list.
_PARTY = re.compile(
    r"(?:组织部|宣传部|统战部|统一战线工作部|政法委(?:员会)?|编办|机构编制委员会办公室|网信办|网络安全和信息化委员会办公室"
    r"|巡察办|巡察工作领导小组办公室|老干部局|党校|社会工作部|社工部|机关工委|直属机关工(?:作)?委(?:员会)?|农办|农村工作领导小组办公室"
    r"|改革办|全面深化改革委员会办公室|党史研究室|政研室|政策研究室|国安办)(?:$|[（(])"
)
_LEAGUE = re.compile(r"团([省市州盟县区旗])委")
_LOCAL_GOVERNMENT = re.compile(r"(?:街道|镇|乡)(?:办事处|人民政府|政府|党工委|党委)?")
# Bodies under a name of their own: 昆仑海关, 兰屏农商银行, 临港物流有限公司.
_OWN_NAME = re.compile(
    r".{2,}(?:海关|有限(?:责任)?公司|股份公司)$|.{2,}(?:农商银行|农村商业银行|村镇银行)$|.{2,}大学|.{4,}(?:管理处|管理局|分公司|总公司)[^办]{2,}(?:所|站|队|段)$"
)
# 临港 in 临港经济技术开发区.
_ZONE = re.compile(
    r"(?P<stem>[一-鿿]{2,5}?)(?:(?:经济|技术|高新|产业|工业|综合|保税|物流|化工|旅游|度假|国际|现代|新材料|循环)*"
    r"(?:开发区|产业园|工业园|园区|新区|示范区|试验区|保税区|度假区|港区))"
)
_TOWN = re.compile(r"[^各全本我该]{1,6}[镇乡县区市旗]")
_GOVERNMENT_OF = re.compile(r"[^各]{1,6}[镇乡县区市旗](?P<ending>(?:人民)?政府)")
# 长安、桃矿两个街道办事处
_COUNTED_PLACES = re.compile(
    r"(?P<last>[^各]{1,5}?)等?(?P<count>[两二三四五六七八九十]{1,2}|\d{1,2})个?(?P<ending>(?:街道|镇|乡|县|区|村|社区)(?:办事处|人民政府|政府|党委)?)"
)
_STEM = 5
# 开发区经济发展局, 临港经开区财政局: the zone is the level of its own bureaus.
_ZONE_BUREAU = re.compile(
    r"(?P<zone>(?:[一-鿿]{2,4}(?=经开|高新|开发|经济|新区))?(?:经济技术|高新技术(?:产业)?|经济|产业)?(?:开发区|经开区|高新区))"
    r"(?=[^管].{0,10}(?:局|办|办公室|中心|部)$)"
)
# 厅财务处, 市教育局基础教育科: a section after the body it belongs to.
_BODY_AND_SECTION = re.compile(
    r"(?P<body>厅|局|.{2,14}(?:厅|局|委员会|委))[^、，。局厅]{2,10}(?<!会办公)(?:处|科|股|室)$"
)
_ZONE_COMMITTEE = re.compile(r".{0,4}(?:经开|高新|开发|产业园|工业园|新|度假|示范|风景名胜)区(?:管理委员会|管委会)$")
# 厅财务处: an office speaks of its own house.
_OWN_HOUSE = re.compile(r"[厅局院校].{2,12}(?:处|科|股|室|办|中心|队|部)$")
_BARE_SECTION = re.compile(r"[^省市县区各厅局委]{1,9}(?:处|科|股|室)$")
# Sections inside a bureau answer to the bureau: nothing is put before 政策法规股.
_SECTION = re.compile(r".*(?:股|科|庭)(?:室)?(?:[（(][^（）()]{1,12}[）)])?$")
# What an office with sections calls its own rooms.
_OWN_ROOM = re.compile(
    r"(?:综合|党政|机关|局|秘书)?办公室|[^办公]{1,4}室|纪检(?:监察)?[室组]|机关(?:党委|党总支|党支部|工会|纪委|团委)"
    r"|(?:人才|审管|质控|采购|党|院|校|厂|矿|政)办|执行局|法警大队|信息技术中心"
)
# 各中小学、幼儿园: the second is a kind of bodies too.
_KIND = re.compile(
    r"(?:(?:民办|公办)?(?:幼儿园|学校|中小学|中学|小学|高校)|医院|卫生院|医疗机构|企业|园区|开发区|村|社区|行政村|街道|镇|乡|乡镇|县|区"
    r"|县区|林场|农场)(?:办事处|(?:人民)?政府|党委|党工委|管委会|居委会|村委会)?"
)
# A court that sits in a town is none of the town's.
_COURT = re.compile(r"(?:人民)?法庭")
_COMMITTEE = re.compile(r"(?:[省市州盟县区旗]|自治区党)委")
_OFFICE_OF_BOTH = re.compile(r"(?:[省市州盟县区旗]|自治区)(?:人民)?政府(?P<rest>.{1,8})")
_TWO_OFFICES = ("办", "办公室")
_GENERIC_ZONE = (
    "开发", "园", "社", "景", "保护", "功能", "示范", "试验", "聚集", "集聚", "产业", "度假", "风景", "经开", "高新",
    "库", "灌", "矿", "小", "地", "辖", "郊", "街", "校", "片", "牧", "工业", "合作", "自贸", "保税", "综保",
    "核心", "先行", "试点", "管理", "物流", "旅游", "老",
)  # fmt: skip
_NEVER_PLACE_BEFORE = {"市": "城都超股菜集县区", "乡": "城", "镇": "城乡村集", "省": "节", "盟": "联同加", "州": "神"}
_NEVER_PLACE_AFTER = {
    "市": re.compile(r"场|容|域|民(?!政|族|宗)|政(?!府|协|法|研|务)"),
    "区": re.compile(r"[域块划位间县]"),
    "乡": re.compile(r"[村土]|镇(?!人民)|建设"),
    "县": re.compile(r"[域]"),
}
_PLACE_REACH = 9
# What is another bureau even in a paper for an office's own sections.
_OUTSIDE = ("局", "委员会")


@dataclass(frozen=True)
class CompletedName:
    """An agency's full name. `inferred`: the prefix was inherited; `unusual`: from elsewhere than its own list."""

    name: str
    inferred: bool = False
    unusual: bool = False


def looks_like_agency(name: str) -> bool:
    """Whether the words end as an agency's name does."""
    return 2 <= len(name) <= 60 and bool(_AGENCY.match(name))


def split_names(text: str) -> tuple[str, ...]:
    """Names in a list, parted by 、，；, blanks and (carefully) 和 及 与; brackets keep their inside together."""
    parts: list[str] = []
    for piece in split_outside_brackets(text, "、，,；;/ \n\t"):
        parts.extend(_split_joints(piece.strip()))
    return _with_governments(_with_endings([p for p in parts if p]))


def _with_endings(parts: list[str]) -> list[str]:
    """石坪镇、双庙镇人民政府: the ending is written once, on the last of them."""
    done = list(parts)
    counted = _COUNTED_PLACES.fullmatch(parts[-1]) if parts else None
    count = to_int(counted["count"].replace("两", "二")) if counted else None
    if counted and count and len(parts) >= count and all(len(part) <= _STEM for part in parts[-count:-1]):
        stems = [*parts[-count:-1], counted["last"]]
        return [*parts[:-count], *(stem + counted["ending"] for stem in stems)]
    for i in range(len(parts) - 2, -1, -1):
        last = _GOVERNMENT_OF.fullmatch(done[i + 1])
        if last and _TOWN.fullmatch(done[i]):
            done[i] += last["ending"]
    return done


def _with_governments(parts: list[str]) -> tuple[str, ...]:
    """各乡镇党委、政府 are two collectives of the same places, 县委、县政府督查室 is one office of both.

    县委、县政府办公室 are two offices.
    """
    joined: list[str] = []
    for part in parts:
        before = joined[-1] if joined else ""
        office = _OFFICE_OF_BOTH.match(part) if _COMMITTEE.fullmatch(before) else None
        if part in ("政府", "人民政府") and before.endswith(("党委", "党工委")):
            joined.append(re.sub("党工?委$", "", before) + part)
        elif office and office["rest"] in _TWO_OFFICES:
            joined[-1:] = [before + office["rest"], part]
        elif office:
            joined[-1] += "、" + part
        else:
            joined.append(part)
    return tuple(joined)


def split_outside_brackets(text: str, separators: str) -> tuple[str, ...]:
    """Pieces of `text` between separators that stand in no bracket."""
    pieces, depth, last = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in _OPEN_BRACKETS) - (c in _CLOSE_BRACKETS and depth > 0)
        if depth == 0 and c in separators:
            pieces.append(text[last:i])
            last = i + 1
    return (*pieces, text[last:])


def _split_joints(piece: str) -> list[str]:
    for joint in _JOINTS.finditer(piece):
        left, right = piece[: joint.start()], piece[joint.end() :]
        inside = sum(left.count(c) for c in _OPEN_BRACKETS) > sum(left.count(c) for c in _CLOSE_BRACKETS)
        if right in ("政府", "人民政府") and left.endswith(("党委", "党工委")):
            continue
        if not inside and len(left) >= 2 and _WHOLE.match(left) and looks_like_agency(_bare_of_open_end(right)):
            return [left, *_split_joints(right)]
    return [piece]


def _bare_of_open_end(name: str) -> str:
    return re.sub(r"等(?:.{0,6}(?:部门|单位))?$", "", name)


def written_level(name: str) -> str:
    """The level a name is written with (县农业农村局 → 县), "" where it has none (市场监督管理局)."""
    found = None if _NO_LEVEL.match(name) else _LEVEL.match(name)
    if found and found[1] in "州盟旗镇乡" and place_end(name):
        return ""
    return found[1] if found else ""


def is_collective(name: str) -> bool:
    """各乡镇人民政府: one name for several bodies, expanded once its members are known."""
    return bool(re.match(r"(?:全[省市州县区旗镇乡])?各(?!界)|(?:[省市州县区]直|[省市县区]级)各|所有", name))


def region_prefix(names: Iterable[str]) -> str:
    """The level most names of a document are written with; "" when none is."""
    kept = list(names)
    counts = Counter(level for name in kept if (level := written_level(name)))
    return counts.most_common(1)[0][0] if counts else _place_prefix(kept)


def _place_prefix(names: list[str]) -> str:
    """松江区 where a document writes 松江区财政局 and 松江区水利局, but no level alone."""
    seen = Counter(name[: place_end(name)] for name in set(names) if _names_place(name))
    return next((place for place, times in seen.most_common(1) if times > 1 and times * 2 > len(set(names))), "")


def is_internal(lists: Sequence[Sequence[str]], stems: frozenset[str] = frozenset()) -> bool:
    """Whether a paper speaks to an office's own sections (党建工作办公室, 派出所), which bear no level.

    Then most lists that hold a bare name hold no written level that it could have inherited.
    """
    led = [any(_level_for_others(name) or _names_place(name) for name in names) for names in lists]
    bare = sum(_is_bare(names, stems) and not has for names, has in zip(lists, led, strict=True))
    return bare > sum(led)


def _names_place(name: str) -> bool:
    end = place_end(name)
    return bool(end) and name[end - 1] in "省市州盟县区旗"


def _is_bare(names: Sequence[str], stems: frozenset[str]) -> bool:
    return any(not written_level(name) and not is_complete(name, stems) for name in names)


def place_stems(names: Iterable[str]) -> frozenset[str]:
    """Place names standing before a level (鹿寨 in 鹿寨县财政局): what begins with one is complete as written."""
    stems: set[str] = set()
    for name in names:
        zone = _ZONE.match(name)
        end = place_end(name)
        stems.update([name[: end - 1]] if end else [], [zone["stem"]] if zone and not _LEVEL.match(name) else [])
    return frozenset(stem for stem in stems if len(stem) >= 2 and not stem.endswith(_GENERIC_ZONE))


def has_sections(names: Iterable[str]) -> bool:
    """Whether a paper gives work to an office's own sections (政策法规股, 财务科)."""
    return any(_SECTION.match(name) and not written_level(name) for name in names)


def is_complete(name: str, stems: frozenset[str] = frozenset()) -> bool:
    """Whether a name without level needs none: a collective, a national body, or one that names its place."""
    if (
        _COMPLETE.match(name)
        or place_end(name)
        or re.search(r"(?:[镇乡]|街道)(?:办事处|办|人民政府|政府)?$|.(?:社区|村)(?:居委会|村委会)?$", name)
    ):
        return True
    if any(pattern.match(name) for pattern in (_SECTION, _OWN_NAME, _ZONE_BUREAU, _OWN_HOUSE)):
        return True
    return any(name.startswith(stem) for stem in stems)


def place_end(name: str) -> int:
    """Where the place at the beginning of the name ends (柳州市|鹿寨生态环境局 → 3), 0 where there is none."""
    for i in range(1, min(len(name) - 1, _PLACE_REACH)):
        if name[i] in "省市州盟县区旗镇乡" and _closes_place(name, i):
            return i + 1
    at = name.find("街道", 1, _PLACE_REACH + 2)
    return at + 2 if at >= 2 else 0


def _closes_place(name: str, i: int) -> bool:
    level, before, after = name[i], name[:i], name[i + 1 :]
    if i == 1 and not (level == "县" and before not in "各全本该我外临属跨"):
        return False
    if before[-1] in _NEVER_PLACE_BEFORE.get(level, ""):
        return False
    if level in _NEVER_PLACE_AFTER and _NEVER_PLACE_AFTER[level].match(after):
        return False
    return not (level == "区" and before.endswith(_GENERIC_ZONE))


def complete_list(
    names: Sequence[str],
    region: str,
    known: Iterable[str] = (),
    stems: frozenset[str] = frozenset(),
    *,
    internal: bool = False,
    sections: bool = False,
) -> tuple[CompletedName, ...]:
    """Full names of one task's list, in order. `region` is the document's prefix, `known` the names it writes in full.

    A bare name takes the level last written in its own list; before any was written, that of the list's first
    written name, else the document's. Party organs take 县委. In an `internal` paper only other bureaus inherit; in
    one whose office has `sections` (股, 科), its rooms (督导室) do not.
    """
    full = frozenset(known)
    own = next((level for name in names if (level := _level_for_others(name))), "")
    carried, done, body = "" if internal else own, [], ""
    before = ""
    for name in names:
        carried = _level_for_others(name) or carried
        each = before.startswith("各") and bool(_KIND.fullmatch(name))
        before = f"各{name}" if each else name
        if each or (sections and _OWN_ROOM.fullmatch(name)):
            done.append(CompletedName(before, inferred=each))
            continue
        section = _BODY_AND_SECTION.match(name)
        body = section["body"] if section else body if _BARE_SECTION.match(name) else ""
        if body and not section:
            done.append(CompletedName(body + name, inferred=True))
        elif (
            (not own and _ZONE_COMMITTEE.match(name))
            or written_level(name)
            or is_complete(name, stems)
            or (internal and not name.endswith(_OUTSIDE))
        ):
            done.append(CompletedName(name))
        else:
            done.append(_completed(name, carried, region, full))
    return tuple(done)


def _level_for_others(name: str) -> str:
    """The level a written name hands on to the bare names after it.

    市生态环境局鹿寨分局 sits in the county and 街道办事处 below the district: neither hands its level on. 团县委 does.
    """
    if re.search(r".{4,}分局$", name) or _LOCAL_GOVERNMENT.fullmatch(name):
        return ""
    zone = _ZONE_BUREAU.match(name)
    if zone:
        return zone["zone"]
    league = _LEAGUE.match(name)
    return league[1] if league else written_level(name)


def _completed(name: str, carried: str, region: str, known: frozenset[str]) -> CompletedName:
    level = carried or region
    if not level or (level in ("镇", "乡", "街道") and _COURT.fullmatch(name)):
        return CompletedName(name)
    full = _with_level(name, level)
    elsewhere = [k for k in known if len(name) >= 4 and k != name and k.endswith(name) and not written_level(k)]
    if full not in known and len(elsewhere) == 1:
        return CompletedName(elsewhere[0], inferred=True, unusual=True)
    return CompletedName(full, inferred=True, unusual=not carried)


def _with_level(name: str, level: str) -> str:
    if _PARTY.match(name) and level[-1] not in "镇乡道":
        return level + ("党委" if level.startswith("自治") else "委") + name
    return level + name
