"""Finding the agency a person means by a typed name: 住建局, nyncj, 环保局, 农业农存局."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from bot.domain.agency_names import is_collective, place_end, written_level


@dataclass(frozen=True)
class Match:
    """What a typed name means: `found` is sure; otherwise up to three `candidates`, likeliest first, to ask about."""

    found: int | None = None
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Known:
    id: int
    name: str
    core: str
    aliases: frozenset[str]


Known = Sequence[tuple[int, str, Sequence[str]]]

# Margin by which the best in-order match must cover more of its name than the next one.
_MARGIN = 0.15
_OFFERED = 3
_LEAST_LIKENESS = 30.0
_TAIL = re.compile(r"(?:局|厅|委员会|委|办公室|办|中心|部)$")
# Former and everyday names whose characters are not those of today's office.
_FORMER = {
    "环保": "生态环境",
    "国土": "自然资源",
    "自规": "自然资源",
    "工商": "市场监督",
    "质监": "市场监督",
    "食药监": "市场监督",
    "市监": "市场监督",
    "安监": "应急管理",
    "卫计": "卫生健康",
    "扶贫": "乡村振兴",
    "水务": "水利",
    "农委": "农业农村",
    "政务服务": "行政审批",
    "计划": "发展和改革",
    "城建": "住房和城乡建设",
    "文体": "文化",
    "劳动": "人力资源",
}


def find_agency(typed: str, known: Known) -> Match:
    """The agency a person means by `typed` among `known` (id, full name, aliases).

    Exact name, alias, characters in order with a margin, and pinyin are sure. Likeness of spelling only offers
    candidates: it takes 城管局 for 市场监督管理局.
    """
    word = plain_name(typed)
    agencies = [_Known(i, plain_name(n), core_name(n), frozenset(map(plain_name, a))) for i, n, a in known]
    if not word or not agencies:
        return Match()
    for layer in (_same_name, _same_core, _in_order, _former_name, _same_sound):
        found = layer(word, [a for a in agencies if _level_fits(word, a)])
        if len(found) == 1:
            return Match(found[0].id)
        if found:
            return Match(candidates=tuple(a.id for a in found[:_OFFERED]))
    return Match(candidates=_alike(word, agencies))


def plain_name(name: str) -> str:
    """A name for comparing: compatibility forms folded, blanks and closing stops gone, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).strip("。.,，、;；:：").lower()


def core_name(name: str) -> str:
    """A name less its level and place: 县农业农村局 → 农业农村局, 鹿寨县财政局 → 财政局."""
    plain = plain_name(name)
    for _ in range(3):
        level = written_level(plain)
        cut = len(level) or place_end(plain)
        if not cut or len(plain) - cut < 2:
            break
        plain = plain[cut:]
    return plain[1:] if re.match("委(?!员)..", plain) and name != plain else plain


def _level_fits(word: str, agency: _Known) -> bool:
    """市农业农村局 is not 县农业农村局; a word without level may be either."""
    level, own = written_level(word), written_level(agency.name)
    return not level or not own or level == own or word in agency.aliases


def _same_name(word: str, agencies: Sequence[_Known]) -> list[_Known]:
    exact = [a for a in agencies if word == a.name]
    return exact or [a for a in agencies if word in a.aliases]


def _same_core(word: str, agencies: Sequence[_Known]) -> list[_Known]:
    core = core_name(word)
    return [a for a in agencies if core == a.core or core in {core_name(x) for x in a.aliases}]


def _in_order(word: str, agencies: Sequence[_Known]) -> list[_Known]:
    """Agencies whose name holds the typed characters in order; one alone, or one well ahead of the rest."""
    core = _TAIL.sub("", core_name(word)) or core_name(word)
    if len(core) < 2 or core.isascii():
        return []
    holding = [a for a in agencies if not is_collective(a.name) and _holds(a.name, core)]
    ranked = sorted(holding, key=lambda a: -_closeness(core, a))
    if len(ranked) > 1 and _closeness(core, ranked[0]) - _closeness(core, ranked[1]) >= _MARGIN:
        return ranked[:1]
    return ranked


def _holds(name: str, characters: str) -> bool:
    rest = iter(name)
    return all(c in rest for c in characters)


def _closeness(core: str, agency: _Known) -> float:
    """How much of the name was typed; a name that begins with the same character is closer."""
    return len(core) / max(len(agency.core), 1) + 0.3 * (core[0] == agency.core[:1])


def _former_name(word: str, agencies: Sequence[_Known]) -> list[_Known]:
    core = _TAIL.sub("", core_name(word))
    today = _FORMER.get(core) or _FORMER.get(core_name(word))
    return [a for a in agencies if today and today in a.name]


def _same_sound(word: str, agencies: Sequence[_Known]) -> list[_Known]:
    """nyncj, nongyenongcunju, or a slip of the input method (农业农存局)."""
    core = core_name(word)
    if len(core) < 3:
        return []
    if core.isascii():
        return [a for a in agencies if core in {*_spellings(a.core), *_spellings(a.name)}]
    sound = lazy_pinyin(core)
    return [a for a in agencies if sound in (lazy_pinyin(a.core), lazy_pinyin(a.name))]


def _spellings(name: str) -> tuple[str, str]:
    syllables = lazy_pinyin(name)
    return "".join(syllables), "".join(s[0] for s in syllables if s)


def _alike(word: str, agencies: Sequence[_Known]) -> tuple[int, ...]:
    names = {a.id: a.core for a in agencies}
    found = process.extract(core_name(word), names, scorer=fuzz.WRatio, limit=_OFFERED, score_cutoff=_LEAST_LIKENESS)
    return tuple(key for _, _, key in found)
