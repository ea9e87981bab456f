"""Finding the agency a person means by a typed name: 住建局, nyncj, 环保局, 农业农存局."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from bot.domain.agency_names import is_collective, place_end, written_level
from bot.domain.agency_spellings import (
    OWN_NAMES,
    PERHAPS,
    READ_AS,
    SUCCESSORS,
    folded,
    kind_of,
    kinds_fit,
    place_of,
    plain_name,
    stem_of,
    unjoined,
)


@dataclass(frozen=True)
class Match:
    """What a typed name means: `found` is sure; otherwise up to three `candidates`, likeliest first, to ask about."""

    found: int | None = None
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Known:
    """An agency with all its spellings as `plain` and as `folded` leaves them; `form` is its name's own.

    `level` is "" for a branch of a higher level and where none is written; `place` is the written one above the towns.
    """

    id: int
    name: str
    bare: str
    plain: frozenset[str]
    form: str
    forms: frozenset[str]
    level: str
    place: str


Known = Sequence[tuple[int, str, Sequence[str]]]

_OFFERED = 3
_LEAST_LIKENESS = 30.0
# Bodies that a higher level keeps in each county, under its own name and the county's: 永州市云溪生态环境局.
_BRANCH = re.compile(r"[一-鿿]{2,3}((?:生态环境|自然资源|税务|气象|医疗保障|烟草专卖|公安|邮政管理)局)")
# Parts of a bureau, or offices beside it, that are bodies of their own.
_OF_ITS_OWN = re.compile(r"执法|监察|监测|分局|支队|大队|研究|检测|储备|救援|开发|机械|推广|安置")
_ENTERPRISE = re.compile(r"公司|集团|银行|支行")
_TOWN = ("镇", "乡", "街道", "村")
_JOINTS = ("和", "与", "及")
_BUREAU = ("", "局", "委", "办")


def find_agency(typed: str, known: Known) -> Match:
    """The agency a person means by `typed` among `known` (id, full name, aliases).

    Sure are: the name or an alias; the same name written another way (short forms of whole bodies, level, place,
    brackets); an office that took another over whole and everywhere; characters in order from the name's beginning;
    pinyin. Likeness of spelling and names of other times or places (水务局 for 水利局) only offer candidates.
    """
    word = plain_name(typed)
    agencies = [_known(agency_id, name, tuple(aliases)) for agency_id, name, aliases in known]
    if not word or not agencies:
        return Match()
    exact = [a for a in agencies if word == a.bare] or [a for a in agencies if word in a.plain]
    if len(exact) == 1:
        return Match(exact[0].id)
    form = folded(typed)
    fitting = _of_the_place(word, agencies)
    for layer in _LAYERS:
        meant = layer(form, fitting)
        if len(meant) == 1:
            return Match(meant[0].id)
        if meant or (layer is _successor and stem_of(form) in SUCCESSORS):
            return Match(candidates=_offered(form, [*meant, *agencies], first=len(meant)))
    return Match(candidates=_offered(form, agencies))


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


@lru_cache(maxsize=8192)
def _known(agency_id: int, name: str, aliases: tuple[str, ...]) -> _Known:
    bare, form, place = plain_name(name), folded(name), place_of(name)
    branch = _BRANCH.fullmatch(form) if place else None
    spelled = (name, *aliases)
    forms = {folded(one) for one in spelled} | ({branch[1]} if branch else set())
    return _Known(
        id=agency_id,
        name=name,
        bare=bare,
        plain=frozenset(map(plain_name, spelled)),
        form=branch[1] if branch else form,
        forms=frozenset(forms | {unjoined(one) for one in forms}),
        level="" if branch else written_level(bare) or place[-1:],
        place=place,
    )


def _of_the_place(word: str, agencies: Sequence[_Known]) -> list[_Known]:
    """Agencies a name can mean by the level or place it is written with: 市农业农村局 is not 县农业农村局, and
    衡东县财政局 not 县财政局 where the names tell that the county is another."""
    place = place_of(word)
    level = written_level(word) if not place else place[-1]
    if place and not _may_be_here(place, agencies):
        return []
    return [a for a in agencies if not level or a.level == level or not (a.level or _is_above(level, a))]


def _is_above(level: str, branch: _Known) -> bool:
    """永州市生态环境局 is not its branch 永州市云溪生态环境局."""
    return branch.place[-1:] == level


def _may_be_here(place: str, agencies: Sequence[_Known]) -> bool:
    told = any(a.place and (not a.level or a.place[-1] == place[-1]) for a in agencies)
    return not told or any(place[:-1] in a.name for a in agencies)


def _same_form(form: str, agencies: Sequence[_Known]) -> list[_Known]:
    return [a for a in agencies if form in a.forms or unjoined(form) in a.forms]


def _successor(form: str, agencies: Sequence[_Known]) -> list[_Known]:
    """The office that took over the named one whole."""
    today = SUCCESSORS.get(stem_of(form)) if kind_of(form) in _BUREAU else None
    return [a for a in agencies if today and a.form.startswith(today) and _is_bureau(a)]


def _is_bureau(agency: _Known) -> bool:
    return kind_of(agency.form) in ("局", "委") and not _OF_ITS_OWN.search(agency.form)


def _in_order(form: str, agencies: Sequence[_Known]) -> list[_Known]:
    """Agencies whose name is shortened to the typed characters, in order and from where a name's words begin."""
    stem = stem_of(form)
    if len(stem) < 2 or form.isascii():
        return []
    possible = [a for a in agencies if _may_be_shortened(a) and kinds_fit(form, a.form)]
    shortened = [a for a in possible if _shortens(form, stem, a.form)]
    named_within = [a for a in possible if shortened and stem in OWN_NAMES and stem in a.form]
    return list(dict.fromkeys([*shortened, *named_within]))


def _may_be_shortened(agency: _Known) -> bool:
    return not (is_collective(agency.name) or _ENTERPRISE.search(agency.name) or kind_of(agency.form) in _TOWN)


def _shortens(form: str, stem: str, name: str) -> bool:
    if _OF_ITS_OWN.search(name) and not _OF_ITS_OWN.search(form):
        return False
    if stem in READ_AS:
        return bool(re.search(READ_AS[stem], name))
    if name.startswith(stem) or any(joint + stem in name for joint in _JOINTS):
        return True
    return stem not in OWN_NAMES and name[:1] == stem[0] and _holds(name, stem)


def _holds(name: str, characters: str) -> bool:
    rest = iter(name)
    return all(c in rest for c in characters)


def _same_sound(form: str, agencies: Sequence[_Known]) -> list[_Known]:
    """nyncj, nongyenongcunju, or a slip of the input method (农业农存局); never another office's own name."""
    if len(form) < 3:
        return []
    if form.isascii():
        meant = [a for a in agencies if form in {*_spellings(a.form), *_spellings(a.bare)}]
        return meant if not _own_spelled(form, meant) else [*meant, *meant]
    if stem_of(form) in OWN_NAMES:
        return []
    return [a for a in agencies if _is_slip(form, a.form) or _is_slip(form, a.bare)]


def _own_spelled(letters: str, agencies: Sequence[_Known]) -> bool:
    """Whether the letters may as well be another office's own name: shuiwuju is 水务局 and 税务局."""
    names = {f"{own}{end}" for own in OWN_NAMES for end in ("局", "办")} - {a.form for a in agencies}
    return any(letters in _spellings(name) for name in names if name[0])


def _is_slip(typed: str, name: str) -> bool:
    """The same syllables with most characters the same."""
    if len(typed) != len(name):
        return False
    same = sum(a == b for a, b in zip(typed, name, strict=True))
    return 2 * same >= len(name) and lazy_pinyin(typed) == lazy_pinyin(name)


def _spellings(name: str) -> tuple[str, str]:
    syllables = lazy_pinyin(name)
    return "".join(syllables), "".join(s[0] for s in syllables if s)


def _offered(form: str, agencies: Sequence[_Known], first: int = 0) -> tuple[int, ...]:
    """The three likeliest: the `first` ones, names of other times or places, characters in order, likeness."""
    found = dict.fromkeys([a.id for a in agencies[:first]])
    found |= dict.fromkeys(_likely(form, agencies[first:]))
    return tuple(found)[:_OFFERED]


def _likely(form: str, agencies: Sequence[_Known]) -> Iterator[int]:
    stem = stem_of(form)
    other = PERHAPS.get(stem) or PERHAPS.get(form) or SUCCESSORS.get(stem)
    yield from (a.id for a in agencies if other and other in a.form)
    yield from (a.id for a in agencies if len(stem) > 1 and not is_collective(a.name) and _holds(a.form, stem))
    names = {a.id: a.form for a in agencies}
    near = process.extract(form, names, scorer=fuzz.WRatio, limit=_OFFERED, score_cutoff=_LEAST_LIKENESS)
    yield from (key for _, _, key in near)


_Layer = Callable[[str, Sequence[_Known]], list[_Known]]
_LAYERS: tuple[_Layer, ...] = (_same_form, _successor, _in_order, _same_sound)
