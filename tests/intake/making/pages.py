"""PDF files with a text layer, set by typst in the fonts the program carries."""

from __future__ import annotations

import pylopdf_fonts_zh_cn
import typst

from tests.intake.making.word import PLANS


def print_pdf(source: str, name: str) -> None:
    """Set `source` (typst markup) and write the file among the plans."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)])
    compiler = typst.Compiler(source.encode(), font_paths=fonts, ignore_system_fonts=True)
    made = compiler.compile(format="pdf")
    if not isinstance(made, bytes):
        raise TypeError(f"{name} must be one file")
    (PLANS / name).write_bytes(made)


def plain(text: str) -> str:
    """`text` with everything typst would take for markup made plain."""
    return "".join("\\" + c if c in "\\#*_`$<>@=-+/~[]" else c for c in text)
