from __future__ import annotations

from datetime import date

import pytest
import segno

from bot.papers.invitation import invitation_png, sheet
from bot.papers.press import print_with_warnings
from tests.papers.pictures import Picture, read, size

LINK = "https://t.me/luzhai_duban_bot?start=" + "aZ9_-" * 6 + "xy"
PERSON = ("李喆", "柳州市鹿寨生态环境局", "鹿寨县土壤污染防治工作领导小组办公室", date(2022, 10, 20))


def modules_seen(picture: Picture, count: int) -> list[list[int]]:
    """The code as it stands in the picture: its frame found by the first dark point, then one point a module."""
    below_head = picture.height * 3 // 10
    rows = [y for y in range(below_head, picture.height) if any(_dark_in(picture, y))]
    top = next(y for y in rows if sum(_dark_in(picture, y)) > 7)
    left = _dark_in(picture, top).index(True)
    right = picture.width - 1 - _dark_in(picture, top)[::-1].index(True)
    step = (right - left + 1) / count
    centres = [(n + 0.5) * step for n in range(count)]
    return [[int(picture.is_dark(left + x, top + y)) for x in centres] for y in centres]


def _dark_in(picture: Picture, y: int) -> list[bool]:
    return [picture.is_dark(x, y) for x in range(picture.width)]


def test_the_code_in_the_picture_is_the_link() -> None:
    png, _ = print_with_warnings("invitation.typ", sheet(LINK, *PERSON, "zh"), scale=1 / 3)
    matrix = [list(row) for row in segno.make_qr(LINK, error="m").matrix]
    assert modules_seen(read(png), len(matrix)) == matrix


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_has_a5_proportions_and_gives_no_warning(language: str) -> None:
    png, warnings = print_with_warnings("invitation.typ", sheet(LINK, *PERSON, language))
    assert warnings == ()
    assert size(png) == (1080, 1533)
    assert invitation_png(LINK, *PERSON, language) == png


def test_it_says_who_is_meant_what_to_do_and_until_when() -> None:
    shown = sheet(LINK, *PERSON, "zh")
    assert (shown["name"], shown["agency"]) == ("李喆", "柳州市鹿寨生态环境局")
    assert len(shown["steps"]) == 3
    assert shown["until"] == "2022年10月20日前有效，只能用一次，请勿转发。"
    assert "20 Oct 2022" in sheet(LINK, *PERSON, "en")["until"]


@pytest.mark.parametrize("text", ["#panic() *x* $a$", "很长的名字" * 60, "\ud800\x00", ""])
def test_any_name_fits_on_one_sheet(text: str) -> None:
    png, warnings = print_with_warnings("invitation.typ", sheet(LINK, text, text, text, date(2022, 10, 20), "zh"))
    assert warnings == ()
    assert size(png) == (1080, 1533)
