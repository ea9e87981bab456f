"""Numbers with their units as plans write them: 95%, 2.5万亩, 10—15家, 百分之九十, 两次; where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.numerals import to_number

_SCALE = r"(?:百万|千万|[万亿千百])?"
_MEASURE = (
    r"微克/立方米|毫克/立方米|毫克/升|毫克/千克|[μu]g/m[3³]|mg/L|mg/kg|吨标准煤|标准煤|标准箱|标箱|航次|批次/千人|张/千人|人/万人|件/万人"
    r"|平方公里|平方千米|平方米|立方米|公顷|亩次|公里|延米|延长米|千米|千瓦时|千伏安|兆伏安|千瓦|兆瓦|[kKMGm][wW]h?|[kK]m|蒸吨/小时|蒸吨|公斤|千克|个百分点|百分点"
    r"|户次|人次|人天|家次|车次|台次|批次|场次|件次|头次|辆次|架次|张床位|床位|泊位|车位|学位|座位|个?学时|课时|美元|元|亩|㎡|平米|家|户"
    r"|个(?:工作日|自然日|小时|月|星期|学期|字)|个(?!季度|自然|阶段|方面|环节|方向)"
    r"|处|座|所|条|米|吨|斤|人|名(?!录)|场|次|批|件|项|台（套）|台\(套\)|台套|台|套|辆|艘|株|棵|头|只|羽|起|份|篇|期(?!间|限)|门|册|张|对(?!接)"
    r"|间|栋|幢|宗|块|支|组|村|镇|乡|倍|位|分贝|分(?!钟)|度|天|小时|片|口|盏|眼|尾|本|款|例|枚|单|笔|部(?!门|分|署|队|委|级|长)|顶|床(?!位)|岁|分钟|路(?=左右|[，,、；;。以及）)]|$)|种(?![植子类族粮业养苗源田猪牛羊鸡禽畜质鸭薯])|幅|副|趟|列(?!入|为)|班次|立方|架|枝|段|班|方|席|节|堂|讲|箱|桶|峰|匹|根|%|‰"
)
# The sign of a version, a road, a grade or a document before the number makes it no amount.
_NUMBER = r"(?<![\d.A-Za-z+\-—–/第])\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,6})?"
_AMOUNT = re.compile(
    rf"(?P<number>{_NUMBER})(?:\s?(?P<unit1>[%‰]|{_SCALE}(?:{_MEASURE})|[万亿])?"
    rf"\s?(?:[—–\-－~～至到]|--|——)\s?(?P<high>\d{{1,12}}(?:\.\d{{1,6}})?))?"
    rf"\s?(?P<more>(?:以上|余|多)(?=个|家|户|处|座|所|条|人|名|场|次|项|百分点))?"
    rf"(?P<unit>{_SCALE}(?:{_MEASURE})(?:/(?:千人|万人|人|亩|吨|户|月|年|天|日|平方米|公里|次))?|[万亿](?!\d))"
)
_PERCENT = re.compile(r"百分之(?P<number>[零一二两三四五六七八九十百点]{1,7})")
_WORDED = re.compile(rf"(?<!第)(?P<number>[一二两三四五六七八九十百]{{1,5}})(?P<unit>{_MEASURE})")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．％，", "0123456789.%,")
_YEARS = re.compile(r"20\d\d年(?:度)?|[“\"](?:十[三四五]五)[”\"]|\d{1,2}[A-Za-z]+级?|[A-Za-z]+\d+")
_BRACKETS = re.compile(r"[（(][^（）()，。；%％\d]{0,14}[）)]")


@dataclass(frozen=True)
class Amount:
    """A number with its unit at `start` to `end`. `low` and `value` differ in a range; `worded` in Chinese numerals."""

    start: int
    end: int
    low: float
    value: float
    unit: str
    at_least: bool = False
    worded: bool = False


def half_width(text: str) -> str:
    """The text with digits, points and percent signs in half width, character for character."""
    return text.translate(_HALF_WIDTH)


def without_names(text: str) -> str:
    """The text with years, grades (3A级) and short brackets blanked, character for character."""
    blanked = _YEARS.sub(lambda found: "年" * len(found[0]), text)
    return _BRACKETS.sub(lambda found: "・" * len(found[0]), blanked)


def find_amounts(text: str) -> Iterator[Amount]:
    """Every number with a unit in a half-width text, in order; those in Chinese numerals are `worded`."""
    found = [*_arabic(text), *_percents(text), *_words(text)]
    yield from sorted(found, key=lambda amount: amount.start)


def _arabic(text: str) -> Iterator[Amount]:
    for found in _AMOUNT.finditer(text):
        low = float(found["number"].replace(",", ""))
        high = float(found["high"]) if found["high"] else low
        if high < low:
            continue
        more = (found["more"] or "") == "以上"
        yield Amount(found.start(), found.end(), low, high, found["unit"], more)


def _percents(text: str) -> Iterator[Amount]:
    for found in _PERCENT.finditer(text):
        worth = 100.0 if found["number"] == "百" else to_number(found["number"])
        if worth is not None:
            yield Amount(found.start(), found.end(), worth, worth, "%")


def _words(text: str) -> Iterator[Amount]:
    for found in _WORDED.finditer(text):
        worth = to_number(found["number"])
        if worth and text[found.start() - 2 : found.start()] != "分之":
            yield Amount(found.start(), found.end(), worth, worth, found["unit"], worded=True)
