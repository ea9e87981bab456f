"""PDF files with a text layer, set by typst in the font the program carries, made small first."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

from tests.intake.making.word import PLANS

COARSE = 180  # units per em: enough to read by, and a quarter of the bytes


def print_pdf(source: str, name: str) -> None:
    """Set `source` (typst markup) and write the file among the plans."""
    with tempfile.TemporaryDirectory() as folder:
        _small_font(source, Path(folder))
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
        compiler = typst.Compiler(source.encode(), font_paths=fonts, ignore_system_fonts=True)
        made = compiler.compile(format="pdf", pdf_tags=False)
    if not isinstance(made, bytes):
        raise TypeError(f"{name} must be one file")
    (PLANS / name).write_bytes(made)


def _small_font(text: str, folder: Path) -> None:
    """The font with the characters of `text` only, without hints and on a coarse grid."""
    font = TTFont(pylopdf_fonts_zh_cn.sans_path())
    options = Options(hinting=False, layout_features=[], name_IDs=["*"])
    subsetter = Subsetter(options)
    subsetter.populate(text=text + "0123456789")
    subsetter.subset(font)
    scale_upem(font, COARSE)
    font.save(folder / "small.otf")


def plain(text: str) -> str:
    """`text` with everything typst would take for markup made plain."""
    return "".join("\\" + c if c in "\\#*_`$<>@=-+/~[]" else c for c in text)
