"""The invitation sheet: a QR code and three lines, to be sent as a picture or printed on A5."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import segno

from bot.papers.plain import one_line, shorten
from bot.papers.press import print_png
from bot.papers.words import day_words, words


def invitation_png(link: str, name: str, agency: str, office: str, expires_on: date, language: str = "zh") -> bytes:
    """The sheet for one person, 1080 x 1533 pixels (A5); `expires_on` is the last local date the link works."""
    return print_png("invitation.typ", sheet(link, name, agency, office, expires_on, language))


def sheet(link: str, name: str, agency: str, office: str, expires_on: date, language: str) -> dict[str, object]:
    """Everything the template shows, already in words, and the code as SVG."""
    vocabulary = words(language)
    return {
        "office": shorten(one_line(office), 44),
        "head": vocabulary["invite_head"],
        "name": shorten(one_line(name), 24),
        "agency": shorten(one_line(agency), 80),
        "code": _code(link),
        "steps": [vocabulary[key] for key in ("invite_scan", "invite_press", "invite_confirm")],
        "until": vocabulary["invite_until"].format(on=day_words(expires_on, language, with_year=True)),
    }


def _code(link: str) -> str:
    """The link as a QR code in SVG: level M, with the quiet margin of four modules scanners need."""
    out = BytesIO()
    segno.make_qr(link, error="m").save(out, kind="svg", border=4, xmldecl=False)
    return out.getvalue().decode("utf-8")
