"""The numbers that items of an official paper begin with: 一、 （一） 1. （1） ① 第一条 1.1 一是."""

from __future__ import annotations

import re

NUMERAL = "[一二三四五六七八九十百]{1,4}"
UNNUMBERED = "•"
# Order matters: the more particular label first. A kind is a way of numbering, not a fixed depth.
_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(r"(第[一二三四五六七八九十百\d]{1,3}(?:章|节|部分|篇))[:：、.．—]*\s*")),
    ("article", re.compile(r"(第[一二三四五六七八九十百\d]{1,3}[条项])[:：、.． ]*")),
    ("box", re.compile(r"(专栏(?:[一二三四五六七八九十]{1,3}|\d{1,2}))[:：、.． ]*")),
    ("task", re.compile(rf"((?:重点)?(?:任务|行动|工程|项目)(?:{NUMERAL}|\d{{1,2}}))[:：、.．]\s*")),
    ("一、", re.compile(rf"({NUMERAL})\s*[、.．]\s*")),
    ("（一）", re.compile(rf"[（(]\s*({NUMERAL})\s*[）)]\s*[、.．]?\s*")),
    ("（一）", re.compile(r"([㈠-㈩])\s*[、.．]?\s*")),
    ("一是", re.compile(r"([一二三四五六七八九十]{1,2}(?:是|要))(?=[^，。]{2})")),
    ("1.1", re.compile(r"(\d{1,2}(?:[.．]\d{1,2}){1,3})(?!\d|[万亿倍%％千百公亩])[.．、]?\s*(?=[一-鿿“《])")),
    ("1.", re.compile(r"(\d{1,3})\s*[*＊★☆]?\s*(?:[.．](?!\d)|[.．](?=20\d\d年)|、)\s*")),
    ("1.", re.compile(r"([⒈-⒛])\s*")),
    ("（1）", re.compile(r"[（(]\s*(\d{1,3})\s*[）)]\s*[、.．]?\s*")),
    ("（1）", re.compile(r"([⑴-⒇])\s*")),
    ("1）", re.compile(r"(\d{1,3})\s*[）)]\s*")),
    ("①", re.compile(r"([①-⑳])\s*[、.．]?\s*")),
    (UNNUMBERED, re.compile(r"([●•■◆▲★※○◎◇□])\s*")),
)
_SHOWN = {"（一）": "（{}）", "（1）": "（{}）", "1）": "{}）", UNNUMBERED: ""}
# A numbered item that begins inside a paragraph stands right after a sentence, a bracket or a colon.
_INLINE = re.compile(
    rf"(?<=[。；;）)〕：:])\s*(?=(?:[（(](?:{NUMERAL}|\d{{1,2}})[）)]|\d{{1,2}}(?:[.．](?!\d)|、)|[①-⑳])\s*[一-鿿“《])"
)
# 1 产业发展, 一 重点工作: only a blank parts number and heading.
_BLANK_LABEL = re.compile(r"(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3}) +(?=[一-鿿“《][^，。；]{1,28}$)")


def read_label(text: str) -> tuple[str, str, int] | None:
    """(kind, label as shown, where the text after it begins) of a line that begins with a number."""
    for kind, pattern in _LABELS:
        found = pattern.match(text)
        if found and found.end() < len(text):
            if kind == "1.1":
                kind = "1" + ".1" * (found[1].count(".") + found[1].count("．"))
            return kind, _SHOWN.get(kind, "{}").format(_plain(found[1])), found.end()
    return None


def read_blank_label(text: str) -> tuple[str, str] | None:
    """(kind, label) of a heading parted from its number by a blank alone; `text` still has its blanks."""
    found = _BLANK_LABEL.match(text)
    if found is None:
        return None
    number = found["number"]
    return ("1" if number.isdecimal() else "一、"), _plain(number)


def inline_starts(text: str) -> list[int]:
    """Where numbered items begin inside a paragraph."""
    return [m.end() for m in _INLINE.finditer(text)]


def _plain(label: str) -> str:
    first = label[:1]
    if "㈠" <= first <= "㈩":
        return "一二三四五六七八九十"[ord(first) - ord("㈠")]
    if "⒈" <= first <= "⒛":
        return str(ord(first) - ord("⒈") + 1)
    if "⑴" <= first <= "⒇":
        return str(ord(first) - ord("⑴") + 1)
    return label.replace("．", ".").translate(str.maketrans("０１２３４５６７８９", "0123456789"))
