"""Typst at work: a template of this folder and a value, printed as one PNG with the packaged Chinese font."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

_TEMPLATES = Path(__file__).parent
PIXELS_PER_POINT = 1.0
"""Templates are drawn in points that equal pixels of the finished picture."""


@cache
def _fonts() -> typst.Fonts:
    """The packaged fonts only: the same picture on every machine, whatever is installed there."""
    folder = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def print_png(template: str, data: Mapping[str, object], *, scale: float = PIXELS_PER_POINT) -> bytes:
    """The PNG of `template` ("summary.typ") filled with `data`; `scale` is pixels per point.

    The data travels as JSON and is only ever shown as text, so nothing a person wrote can act as markup.
    """
    return print_with_warnings(template, data, scale=scale)[0]


def print_with_warnings(
    template: str, data: Mapping[str, object], *, scale: float = PIXELS_PER_POINT
) -> tuple[bytes, tuple[str, ...]]:
    """`print_png` with the warnings the compiler gave; a sheet of ours gives none."""
    compiler = typst.Compiler((_TEMPLATES / template).read_bytes(), font_paths=_fonts(), ignore_system_fonts=True)
    page, warnings = compiler.compile_with_warnings(format="png", ppi=72 * scale, sys_inputs={"data": json.dumps(data)})
    if not isinstance(page, bytes):
        raise TypeError(f"{template} must print exactly one page")
    return page, tuple(w.message for w in warnings)
