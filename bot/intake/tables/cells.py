"""The text of a table's cells: broken lines are mended, 同上 is resolved, agencies are parted from people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from bot.domain.agency_names import looks_like_agency, split_outside_brackets
from bot.intake.blocks import Line, Row
from bot.intake.labels import read_label
from bot.intake.passages import Passage

_NOTHING = re.compile(r"[-—–－_/／\\*＊×·.。、\s]*|无|暂无|空")
_DITTO = re.compile(r"同上(?:栏|行|一行|面)?|同前|〃|″|”|\"|''|′′|＂")
# No clerk fills a cell like that; the bounds keep hostile tables cheap.
_LONGEST_CELL, _MOST_PARAGRAPHS = 20_000, 300
_STOPS = "。；;：:！!？?，,、"
_ENDS = "。；;：:！!？?"
# A column is broken by its width when most of its broken lines come this near to the longest, in half-width units.
_NEAR, _MOST = 5, 0.7

_LIST_NUMBER = re.compile(r"^\s*(?:[（(]\d{1,2}[）)]|\d{1,2}[.．、)）](?!\d)|[①-⑳]|[•●■·])\s*")
_BLANK = re.compile(r"[　\xa0\t ]+")
_SEPARATOR = re.compile(r"[、，,；;：:/\s]")
_LABEL = re.compile(r"(?:总?牵头|主办|责任|主责|承办|配合|参与|协办|协助)[^：:、，；]{0,6}[：:]")
# What is never a name of its own: the second half of a broken one.
_TAIL = re.compile(
    r"(?:人民政府|政府|办公室|公室|管委会|委会|员会|委员会|办事处|事处|常委会|管理委员会|中心|分局|总公司|有限公司|公司|局|厅|委|办|室|府|司|院|队|处|会|心|站|所|社|部|组)"
    r"(?=$|[（(])|[）)和及与]"
)
_WHOLE = re.compile(
    r".*(?:局|厅|署|[^常]委|办|公室|中心|政府|政协|人大|党委|公司|集团|法院|检察院|医院|学院|研究院|(?:委员|联合|协|商|工|学|基金|管委)会|供销社|联社"
    r"|合作社|支队|大队|总队|中队|银行|[支分]行|街道|妇联|残联|科协|文联|侨联|工商联|[一-鿿]专班|开发区|经开区|高新区|园区|新区|党校|学校|大学"
    r"|(?:宣传|组织|统战|工作|武装|人武)部|单位|部门|企业|场|站|所|队|[^城]镇|[^城]乡|海关|邮政|电信|移动|联通|铁塔|烟草|消防)(?:[（(][^）)]*[）)])?"
)
_PARTY = re.compile(r"[省市州县区旗镇乡]委")
_PARTY_ORGAN = re.compile(
    r"组织|宣传|统战|政法|编办|网信|巡察|老干|党校|社会工作|社工|直属|农办|办|改革|党史|政研|机要|保密|督查"
)
_LONGEST_NAME = 60
_LEVELS = "省市州县区旗各国全"
# 县 / 市场监督管理局 begins like a level of its own; 县直 / 各部门 goes on.
_GOES_ON = re.compile(r"市场|市政(?!府)|区划|国土|国有|国防|国库")
_ALL_OF = re.compile(r"(?:全|所有)?[省市县区](?:直|级)?")
_TITLE_OF_OFFICE = (
    r"(?:党组书记|党委书记|副书记|书记|常务副[县市区]长|副?[县市区镇乡]长|[县市区]委?常委|副?局长|副?主任|副?部长|副?主席|同志"
    r"|副?科长|副?股长|副?院长|副?经理|董事长)"
)
_TITLED = re.compile(
    rf"(?P<unit>.*?)(?P<title>{_TITLE_OF_OFFICE})?(?P<name>[一-鿿]{{2,4}})(?P<after>{_TITLE_OF_OFFICE})?"
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊"
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫"
    "庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
)
_SPACED_NAME = re.compile(rf"(?<![一-鿿])([{_SURNAMES}]) +([一-鿿])(?![一-鿿])")
_BESIDE = re.compile(r"(?P<one>[^（(）)]+)[（(](?P<two>[^（(）)]+)[）)]")


@dataclass(frozen=True)
class Agencies:
    """A cell of agencies as one list, and the people named in it."""

    text: str
    people: tuple[str, ...] = ()


def is_nothing(text: str) -> bool:
    """Whether a cell says nothing: blank, a dash, a stroke, 无."""
    return bool(_NOTHING.fullmatch(text))


def plain_rows(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with 同上 and its marks replaced by the cell above, overlong cells cut."""
    done: list[Row] = []
    for row in rows:
        above = done[-1].cells if done else row.cells
        cells = tuple(
            over if done and _DITTO.fullmatch(cell.strip()) else cell[:_LONGEST_CELL]
            for cell, over in zip(row.cells, above, strict=False)
        )
        done.append(Row(row.number, cells, row.continued, row.spans, row.place))
    return tuple(done)


def column_width(cells: Iterable[str]) -> int:
    """The width in half-width units at which a column's lines were broken; 0 when people broke them, or nobody did."""
    broken: list[int] = []
    longest = 0
    for cell in cells:
        lines = [line.strip() for line in cell.split("\n") if line.strip()]
        longest = max([longest, *map(_width, lines)])
        broken.extend(_width(line) for line in lines[:-1] if line[-1] not in _ENDS)
    near = sum(1 for width in broken if width >= longest - _NEAR)
    return longest if broken and near >= _MOST * len(broken) else 0


def passages(row: Row, index: int, width: int) -> tuple[Passage, ...]:
    """The paragraphs of a cell. `width` is its column's, at which a line goes on in the next."""
    found = islice(_paragraphs(row.cells[index], width), _MOST_PARAGRAPHS)
    return tuple(_passage(row, index, start, end) for start, end in found)


def whole(row: Row, index: int) -> Passage:
    """All of a cell as one passage, its line breaks dropped."""
    return _passage(row, index, 0, len(row.cells[index]))


def _passage(row: Row, index: int, start: int, end: int) -> Passage:
    kept = [i for i in range(start, end) if row.cells[index][i] != "\n"]
    plain = Passage.of(Line(row.number, "".join(_space(row.cells[index][i]) for i in kept), place=row.place))
    stripped = plain.text.strip()
    lead = plain.text.find(stripped)
    return replace(plain, text=stripped, at=tuple(kept[i] for i in plain.at[lead : lead + len(stripped)]))


def _space(character: str) -> str:
    return " " if character in "　\xa0\t\r" else character


def _paragraphs(cell: str, width: int) -> Iterator[tuple[int, int]]:
    """Start and end of each paragraph: lines together with those that go on with them."""
    start = end = 0
    before = ""
    for found in re.finditer(r"[^\n]+", cell):
        line = found[0].strip()
        if not line:
            continue
        if before and not _goes_on(before, line, width):
            yield start, end
            start = found.start()
        before, end = line, found.end()
    if before:
        yield start, end


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether a line is continued by the next: broken by the column's width, or in the middle of a clause."""
    if line[-1] in _ENDS or read_label(following):
        return False
    return line[-1] in _STOPS or (width > 0 and _width(line) >= width - _NEAR)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def known_names(cells: Iterable[str]) -> frozenset[str]:
    """Agencies that stand unbroken on a line somewhere in the cells."""
    pieces = (p.strip() for cell in cells for line in cell.split("\n") for p in _SEPARATOR.split(line))
    return frozenset(p for p in pieces if len(p) >= 4 and _WHOLE.fullmatch(p))


@lru_cache(maxsize=4096)
def agencies(cell: str, known: frozenset[str] = frozenset()) -> Agencies:
    """The names of a cell in one line, broken ones joined and numbers of a list dropped; people apart."""
    text = _SPACED_NAME.sub(r"\1\2", _mended(cell, known))
    if _LABEL.search(text):
        return Agencies(text)
    names: list[str] = []
    people: list[str] = []
    for piece in split_outside_brackets(text, "、，,；; "):
        name, person = _parted(piece.strip())
        if name:
            names.append(name)
        if person:
            people.append(person)
    if not people:
        return Agencies(text)
    return Agencies("、".join(names), tuple(people))


def people(cell: str) -> tuple[str, ...]:
    """The names in a cell of leaders, as written."""
    text = _SPACED_NAME.sub(r"\1\2", _BLANK.sub(" ", cell).replace("\n", " "))
    pieces = (piece.strip("。. ") for piece in split_outside_brackets(text, "、，,；;/ "))
    return tuple(dict.fromkeys(p for p in pieces if p and not is_nothing(p)))


def is_person(text: str) -> bool:
    """Whether two to four characters are a person's name rather than an office's."""
    return 2 <= len(text) <= 4 and text[0] in _SURNAMES and not looks_like_agency(text) and text.isalpha()


def _parted(piece: str) -> tuple[str, str]:
    """(agency, person) of 张三（县水利局）, 县水利局（张三）, 县水利局：张三, 县水利局局长张三."""
    beside = _BESIDE.fullmatch(piece)
    if beside:
        one, two = beside["one"].strip(), beside["two"].strip()
        if _names_person(one) and looks_like_agency(two):
            return two, one
        if looks_like_agency(one) and _names_person(two):
            return one, two
        return piece, ""
    unit, mark, person = piece.partition("：")
    if mark and looks_like_agency(unit) and _names_person(person):
        return unit, person
    if _names_person(piece):
        return "", piece
    titled = _TITLED.fullmatch(piece)
    if (
        titled
        and (titled["title"] or titled["after"])
        and looks_like_agency(titled["unit"])
        and is_person(titled["name"])
    ):
        return titled["unit"], titled["name"]
    return piece, ""


def _names_person(text: str) -> bool:
    if is_person(text):
        return True
    titled = _TITLED.fullmatch(text)
    return bool(titled and not titled["unit"] and (titled["title"] or titled["after"]) and is_person(titled["name"]))


def _mended(cell: str, known: frozenset[str]) -> str:
    lines = [_BLANK.sub(" ", _LIST_NUMBER.sub("", line)).strip() for line in cell.split("\n")]
    lines = [line for line in lines if line]
    text = lines[0] if lines else ""
    for line in lines[1:]:
        text += _joint(text, line, known) + line
    return text


def _joint(text: str, line: str, known: frozenset[str]) -> str:
    """What belongs between two lines of a cell: nothing where a name or a list goes on, else a separator."""
    if text[-1] in "、，,；;：:/（(" or line[0] in "、，,；;。（(":
        return ""
    if _LABEL.match(line):
        return "；"
    before, after = _SEPARATOR.split(text[-_LONGEST_NAME:])[-1], _SEPARATOR.split(line[:_LONGEST_NAME])[0]
    if before.count("（") + before.count("(") > before.count("）") + before.count(")"):
        return ""
    return "" if _is_broken(before, after, known) else "、"


def _is_broken(before: str, after: str, known: frozenset[str]) -> bool:
    """Whether two pieces are one name that a narrow column broke: 县住房和城乡建 / 设局."""
    if before + after in known or _TAIL.match(after) or (_PARTY.fullmatch(before) and _PARTY_ORGAN.match(after)):
        return True
    if _WHOLE.fullmatch(before) or is_person(before) or before.startswith("各"):
        return False
    if len(before) > 1 and after[0] in _LEVELS:
        return bool(_GOES_ON.match(after) or _ALL_OF.fullmatch(before))
    return True
