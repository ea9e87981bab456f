"""One plain form for what people type: half-width, lower case, no stray spaces, so that every rule is written once."""

from __future__ import annotations

import re
import unicodedata

_HAN = r"[㐀-鿿〇，。；：、！？（）]"
_PUNCTUATION = str.maketrans("，；：！？（）【】〔〕［］～﹣–−", ",;:!?()[][][]~---")
_INVISIBLE = re.compile(r"[​-‏‪-‮⁠-⁤﻿︎️]")
_SPACES = re.compile(r"[^\S\n]+")
_SPACE_BEFORE_LISTED = re.compile(r" +(?=\d{1,2}[.、)]\D)")
_SPACE_BY_HAN = re.compile(rf"(?<={_HAN}) +| +(?={_HAN})")
_SPACE_BY_MARK = re.compile(r" *([,;:!?()\[\]、。%~]) *")
_CHINESE = re.compile(r"[㐀-鿿]")


def has_chinese(text: str) -> bool:
    """Whether any Chinese character occurs."""
    return _CHINESE.search(text) is not None


def plain(text: str) -> str:
    """The text in plain form. Applying it twice changes nothing.

    In a text with Chinese, a space before "2." starts a line; other spaces carry no meaning next to Chinese
    characters and punctuation and are dropped.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_PUNCTUATION).lower()
    folded = _SPACES.sub(" ", _INVISIBLE.sub("", folded)).strip()
    if not has_chinese(folded):
        return folded
    folded = _SPACE_BEFORE_LISTED.sub("\n", folded)
    return _SPACE_BY_MARK.sub(r"\1", _SPACE_BY_HAN.sub("", folded))
