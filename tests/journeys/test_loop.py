"""The whole loop over real HTTP on both databases: plan and roster in, reminder, report, return, report, summary."""

from __future__ import annotations

import io
import struct
import zlib
from importlib import resources
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import Role
from storage import audit
from storage.database import Database
from storage.tables import Inbox, Outbox, Report
from tests.journeys.play import Play, at, invited, playing

SAMPLE = resources.files("bot.localchat") / "sample"
ZHAO, ZHOU, LUO, PAN, CHEN, SUN, STRANGER = 1001, 1002, 1003, 1004, 1005, 1006, 1099
CAST = {ZHOU: "周明", LUO: "罗平", PAN: "潘玲", CHEN: "陈静", SUN: "孙宏"}


def picture() -> bytes:
    """A grey PNG of eight by eight."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * 8) * 8)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["database", pytest.param("postgres_database", marks=pytest.mark.slow)])
async def test_from_the_plan_file_to_the_leader_s_ledger(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    any_database: Database = request.getfixturevalue(kind)
    async with playing(any_database, tmp_path, at(3, 1, 8, 50)) as play:
        await play.enter(ZHAO, "赵晨", await invited(any_database, "赵晨", Role.COORDINATOR, at(3, 1, 8, 50)))
        await plan_and_roster(play)
        await everybody_enters(play)
        await strangers_get_one_sentence(play)
        await reminders_come(play)
        await two_reports(play)
        await one_is_returned_and_reported_again(play)
        await the_leader_looks(play)
        await a_late_answer_is_marked(play)
        assert not play.api.refusals()
    assert any_database.read_now(in_order) == ({"done"}, {"sent"})
    assert any_database.read_now(lambda session: audit.verify(session)).first_bad_id is None


def in_order(session: Session) -> tuple[set[str], set[str]]:
    return set(session.scalars(select(Inbox.state))), set(session.scalars(select(Outbox.state)))


async def plan_and_roster(play: Play) -> None:
    await play.send(ZHAO, "plan.txt", (SAMPLE / "plan.txt").read_bytes())
    assert "6类、16项任务、17个单位" in play.last(ZHAO)
    assert "启用前，不会给任何人发消息" in play.last(ZHAO)
    await play.press(ZHAO, "逐条核对")
    for _ in range(6):
        await play.press_first(ZHAO, "ps")
    assert "疑点6处，都已核对" in play.last(ZHAO)
    await play.send(ZHAO, "roster.csv", (SAMPLE / "roster.csv").read_bytes())
    assert any("新增22人，已有1人" in said for said in play.said(ZHAO))
    await play.press(ZHAO, "✅ 启用")
    await play.press(ZHAO, "✅ 确认启用")
    assert any("已启用" in said for said in play.said(ZHAO))
    assert len(play.api.world.chats) == 1


async def everybody_enters(play: Play) -> None:
    """They come after 启用, and each contact still gets the assignment, once."""
    (links,) = play.files(ZHAO, ".txt")
    lines = [line.split("\t") for line in links.decode("utf-8-sig").splitlines() if "start=" in line]
    tokens = {name: link.partition("start=")[2] for _, name, link, *_ in lines}
    await play.moment(at(3, 1, 9, 30))
    for user_id, name in CAST.items():
        await play.enter(user_id, name, tokens[name])
    for user_id in (ZHOU, LUO, PAN, CHEN):
        assert sum("交办" in said for said in play.said(user_id)) == 1
    assert "县林业局　共1项任务" in play.last(LUO)
    assert not any("交办" in said for said in play.said(SUN))
    await play.press(LUO, "✅ 签收")
    assert "已签收" in play.last(LUO)
    play.api.add_user(STRANGER, "路人")
    play.api.user_starts(STRANGER, tokens["罗平"])
    await play.settle()


async def strangers_get_one_sentence(play: Play) -> None:
    """A used link and any number of words give one polite sentence each, and nothing about the plan."""
    await play.write(STRANGER, "你好，这是什么？")
    await play.write(STRANGER, "在吗")
    said = play.said(STRANGER)
    assert len(said) == 2
    assert said[1].startswith("您好，这里只供已登记的工作人员使用")
    assert not any("林业局" in words or "计划" in words for words in said)


async def reminders_come(play: Play) -> None:
    before = {user_id: len(play.said(user_id)) for user_id in CAST}
    await play.moment(at(3, 23, 17, 0))
    assert {user_id: len(play.said(user_id)) for user_id in CAST} == before
    await play.moment(at(3, 24, 9, 0))
    assert {user_id: len(play.said(user_id)) - before[user_id] for user_id in CAST} == {
        ZHOU: 1, LUO: 1, PAN: 1, CHEN: 1, SUN: 0,
    }  # fmt: skip
    for words in ("第一季度进展", "还剩10个工作日", "县林业局（共同牵头）", "4月8日（周五）17:30"):
        assert words in play.last(LUO)


async def two_reports(play: Play) -> None:
    await play.press(LUO, "● 推进中")
    await play.press(LUO, "✅ 提交")
    assert "已收到　3月24日 09:00　编号Q1-0001" in play.last(LUO)
    await play.send(LUO, "现场.png", picture(), kind="photo", mime="image/png")
    assert "附件：1件" in play.last(LUO)
    words = "（六）1 资金执行率到41%了，正在推进"
    await play.write(PAN, words)
    assert words in play.last(PAN)
    assert "任务（六）1　用好治理资金" in play.last(PAN)
    await play.press(PAN, "✅ 对，提交")
    assert "编号Q1-0002" in play.last(PAN)


async def one_is_returned_and_reported_again(play: Play) -> None:
    await play.write(ZHAO, "待审核")
    assert "编号Q1-0001　罗平" in play.last(ZHAO)
    assert "20220324-0900" in play.last(ZHAO)
    await play.press(ZHAO, "↩️ 退回")
    await play.press(ZHAO, "缺数据")
    await play.press(ZHAO, "3月29日（周二）")
    assert "已退回" in play.last(ZHAO)
    assert "请补充后重报：缺数据" in play.last(LUO)
    assert "3月29日（周二）17:30" in play.last(LUO)
    await play.moment(at(3, 24, 10, 0))
    await play.press(LUO, "● 推进中")
    await play.write(LUO, "已排查12家，整改9家")
    assert "12家" in play.last(LUO)
    await play.press(LUO, "✅ 提交")
    assert "更正后的第2版" in play.last(LUO)
    await play.write(ZHAO, "待审核")
    for _ in range(2):
        await play.press(ZHAO, "✅ 认可")
        await play.press_if_there(ZHAO, "▶ 下一条")


async def the_leader_looks(play: Play) -> None:
    await play.write(SUN, "/summary")
    assert any("应报29份：按时2、未报27" in said for said in play.said(SUN))
    assert play.api.transcript("sendPhoto", SUN)
    await play.press(SUN, "📋 看任务")
    await play.press(SUN, "›")
    await play.press(SUN, "（三）2")
    shown = "\n".join(play.said(SUN))
    for words in ("已排查12家，整改9家", "编号Q1-0001　罗平　3月24日 10:00", "佐证1件"):
        assert words in shown
    await play.press(SUN, "‹ 返回")
    await play.press(SUN, "‹ 返回")
    await play.press(SUN, "📊 Excel台账")
    (ledger,) = play.files(SUN, ".xlsx")
    cells = {cell for sheet in openpyxl.load_workbook(io.BytesIO(ledger)) for row in sheet.values for cell in row}
    assert any("已排查12家，整改9家" in str(cell) for cell in cells)


async def a_late_answer_is_marked(play: Play) -> None:
    await play.moment(at(4, 12, 9, 0))
    assert "已过期2个工作日" in play.last(CHEN)
    await play.write(CHEN, "（三）1 已完成，取样120个")
    await play.press(CHEN, "✅ 对，提交")
    assert "按补报登记" in play.last(CHEN)
    await play.write(SUN, "汇总")
    assert any("按时2、迟报1、未报26" in said for said in play.said(SUN))


@pytest.mark.parametrize("times", [1, 3])
async def test_a_message_pressed_again_reports_once(database: Database, tmp_path: Path, times: int) -> None:
    async with playing(database, tmp_path, at(3, 23, 15, 0)) as play:
        await play.one_contact("县林业局", LUO)
        await play.press(LUO, "✅ 签收")
        await play.moment(at(3, 24, 9, 0))
        await play.press(LUO, "● 推进中")
        message_id, data = play.button(LUO, "✅ 提交")
        for _ in range(times):
            play.api.user_presses(LUO, message_id, data)
        await play.settle()
    assert len(database.read_now(lambda session: session.scalars(select(Report.id)).all())) == 1
