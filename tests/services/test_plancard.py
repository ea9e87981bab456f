"""The check in chat as the coordinator plays it: doubts with words, corrections, undo, two at once, what 启用 tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import editing
from bot.domain.model import Cadence, DutyRole
from bot.domain.reading import Doubt, PlanReading, Remark
from bot.intake.plan import read_plan
from bot.services import planning
from bot.stage import data_of, parts_of
from bot.texts.sentences import sentence
from storage import readings
from storage.database import Database
from storage.tables import AgencyAlias, Audit, Plan, PlanVersion, Task
from tests.services.stage_play import CAST, DITCHES, Play, facts_of, open_house

BOSS, OTHER = "王牵头", "郑牵头"


@pytest.fixture
async def play(ditches: Play) -> Play:
    await ditches.says(ditches.user(BOSS), "/plan")
    return ditches


def plan_reading(play: Play) -> PlanReading:
    return readings.from_json(play.plan().reading)


def ask(play: Play, *doubts: Doubt) -> None:
    """The plan with just these doubts, shown to the coordinator anew."""
    asked = replace(plan_reading(play), doubts=doubts)
    now = play.clock.now()
    play.write(lambda s: planning.change(s, "test", s.get_one(Plan, 1), asked, Remark("asked"), now))
    play.write(lambda s: planning.show(s, play.actor(BOSS), s.get_one(Plan, 1), now).id)


class Hands:
    """What one coordinator does on the newest plan card, and what it shows."""

    def __init__(self, play: Play, name: str = BOSS) -> None:
        self.play, self.user = play, play.user(name)

    async def tap(self, action: str, *args: object) -> None:
        assert await self.play.taps(self.user, action, ":".join(map(str, args)) or None), (action, args, self.buttons)

    async def say(self, text: str) -> None:
        await self.play.says(self.user, text)

    async def part(self, key: str, part: str) -> None:
        """Open a part of a task, from wherever the card is."""
        card = self.play.newest_card(BOSS, "plan")
        await self.play.forges(self.user, f"1:pt:{card.id}:{card.rev}:{key}:{part}:0")

    @property
    def shown(self) -> str:
        return self.play.last(self.user)

    @property
    def buttons(self) -> list[str]:
        found = [message for message in self.play.api.messages(self.user) if message.get("reply_markup")]
        return [":".join([parts_of(d)[1], *parts_of(d)[4:]]) for m in found[-1:] for d in data_of(m)]

    def card_text(self) -> str:
        plan_texts = [text for text in self.play.texts(self.user) if not text.startswith("请")]
        return plan_texts[-1]


@pytest.fixture
def hands(play: Play) -> Hands:
    return Hands(play)


async def test_a_doubt_that_needs_words_asks_for_them_and_goes_on_to_the_next(play: Play, hands: Hands) -> None:
    year = Doubt("year_unknown", (), {}, "", ("type_year",))
    gap = Doubt("number_gap", (), {"before": "1", "after": "3"}, "", ("nothing_missing", "check_later"))
    ask(play, year, gap)
    await play.house.settle()
    await hands.tap("pp", "doubts", 0)
    await hands.tap("ps", 0, 0)
    assert "年份" in hands.shown
    await hands.say("是明年的")
    assert hands.shown == sentence("year_unlikely", {}, "zh")
    await hands.say("按2025年")
    assert plan_reading(play).year == 2025
    assert play.plan().year == 2025
    assert "第2处" in "".join(play.texts(hands.user))


async def test_a_piece_of_an_undone_split_is_no_task_taken_out(play: Play, hands: Hands) -> None:
    await hands.part("t1", "split")
    await hands.tap("pe", "t1", "split", editing.pieces(plan_reading(play).tasks[0])[0])
    fresh = next(task.key for task in plan_reading(play).tasks if task.key.startswith("s"))
    await hands.tap("pe", fresh, "drop")
    assert "pp:dropped:0" in hands.buttons
    await hands.tap("pu")
    await hands.tap("pu")
    assert len(plan_reading(play).tasks) == 4
    assert "pp:dropped:0" not in hands.buttons


async def test_what_typed_words_did_is_shown_below_them_and_the_card_above_ends(play: Play, hands: Hands) -> None:
    await hands.part("t1", "all")
    await hands.tap("pe", "t1", "title")
    await hands.say("渠道清淤")
    await play.house.settle()
    said, below = play.api.messages(hands.user)[-2:]
    assert said["text"] == "渠道清淤"
    assert "渠道清淤" in below["text"]
    assert below["reply_markup"]
    cards = [one for one in play.api.messages(hands.user) if one.get("reply_markup", {}).get("inline_keyboard")]
    assert cards == [below]
    await hands.tap("pu")
    assert plan_reading(play).tasks[0].title == "清淤除草"


async def test_what_the_words_ask_can_be_left_as_it_is(play: Play, hands: Hands) -> None:
    await hands.part("t1", "all")
    await hands.tap("pe", "t1", "title")
    await hands.tap("pk")
    before = facts_of(play.db, ("plan", "plan_version"))
    await hands.say("今天")
    assert facts_of(play.db, ("plan", "plan_version")) == before
    assert plan_reading(play).tasks[0].title == "清淤除草"


async def test_to_check_each_lists_just_the_tasks_the_doubt_is_about(play: Play, hands: Hands) -> None:
    params = {"count": 2, "where": "（一）1、（二）2", "more": 0}
    ask(play, Doubt("unsure_duty", ("t1", "t4"), params, "", ("as_read", "check_each")))
    await play.house.settle()
    await hands.tap("pp", "doubts", 0)
    await hands.tap("ps", 0, 1)
    assert [button for button in hands.buttons if button.startswith("pt:")] == ["pt:t1:all:0", "pt:t4:all:0"]
    await hands.tap("pt", "t1", "all", 0)
    await hands.tap("pt", "t4", "all", 0)
    assert "宣传节水" in hands.shown


async def test_a_year_typed_later_dates_the_time_limits(play: Play, hands: Hands) -> None:
    undated = read_plan("plan.txt", DITCHES.replace("2024年", "").encode())
    now = play.clock.now()
    play.write(lambda s: planning.change(s, "test", s.get_one(Plan, 1), undated, Remark("asked"), now))
    await hands.say("/plan")
    assert "年份待定" in hands.shown
    place = next(at for at, doubt in enumerate(undated.doubts) if doubt.code == "year_unknown")
    await hands.tap("pp", "doubts", 0)
    card = play.newest_card(BOSS, "plan")
    await play.forges(hands.user, f"1:ps:{card.id}:{card.rev}:{place}:0")
    await hands.say("2026")
    assert [d.on and d.on.isoformat() for d in plan_reading(play).tasks[0].deadlines] == ["2026-06-30"]


async def test_a_plan_without_a_name_is_given_one(play: Play, hands: Hands) -> None:
    nameless = replace(plan_reading(play), title=None)
    now = play.clock.now()
    play.write(lambda s: planning.change(s, "test", s.get_one(Plan, 1), nameless, Remark("asked"), now))
    await hands.say("/plan")
    await hands.tap("pn")
    await hands.say("清河县渠道管护计划")
    assert play.plan().title == plan_reading(play).title == "清河县渠道管护计划"
    assert "已读　清河县渠道管护计划" in "".join(play.texts(hands.user))


async def test_the_members_of_a_collective_take_its_place_and_give_it_back(play: Play, hands: Hands) -> None:
    place = [doubt.code for doubt in plan_reading(play).doubts].index("collective")
    await hands.tap("pp", "doubts", 0)
    assert "原文（第" in hands.shown
    card = play.newest_card(BOSS, "plan")
    await play.forges(hands.user, f"1:ps:{card.id}:{card.rev}:{place}:1")
    await hands.say("城关镇人民政府、河口镇人民政府")
    participants = plan_reading(play).tasks[0].agencies(DutyRole.PARTICIPANT)
    assert participants == ("城关镇人民政府", "河口镇人民政府")
    card = play.newest_card(BOSS, "plan")
    await play.forges(hands.user, f"1:ps:{card.id}:{card.rev}:{place}:0")
    assert plan_reading(play).tasks[0].agencies(DutyRole.PARTICIPANT) == ("各乡镇人民政府",)


async def test_a_typed_agency_is_found_asked_about_once_and_remembered(play: Play, hands: Hands) -> None:
    await hands.part("t4", "duties")
    await hands.tap("pe", "t4", "add", "lead")
    await hands.say("水利")
    assert plan_reading(play).tasks[3].agencies(DutyRole.JOINT_LEAD) == ("县农业农村局", "县水利局")
    await hands.part("t3", "duties")
    await hands.tap("pe", "t3", "add", "participant")
    await hands.say("农垦局、各乡镇人民政府")
    assert "农垦局" in hands.shown
    await hands.say("县农垦局")
    assert "县农垦局" in hands.shown
    await hands.say("农垦局")
    choice = play.newest_card(BOSS, "plan").state["ask"]["choices"].index("县农业农村局")
    await hands.tap("pw", choice)
    joined = ("县财政局", "县农业农村局", "各乡镇人民政府")
    assert plan_reading(play).tasks[2].agencies(DutyRole.PARTICIPANT) == joined
    assert [row.alias for row in play.rows(AgencyAlias)] == ["农垦局"]
    await hands.tap("pt", "t3", "duty", 2)
    await hands.tap("pe", "t3", "remove", 2)
    assert plan_reading(play).tasks[2].agencies(DutyRole.PARTICIPANT) == ("县财政局", "各乡镇人民政府")
    await hands.tap("pe", "t3", "add", "participant")
    await hands.say("农垦局")
    assert "县农业农村局" in plan_reading(play).tasks[2].agencies(DutyRole.PARTICIPANT)


async def test_a_new_agency_gets_the_level_of_the_others(play: Play, hands: Hands) -> None:
    await hands.part("t4", "duties")
    await hands.tap("pe", "t4", "add", "shared")
    await hands.say("气象局")
    if "pw:new" in hands.buttons:
        await hands.tap("pw", "new")
    assert plan_reading(play).tasks[3].agencies(DutyRole.SHARED) == ("县气象局",)


async def test_title_deadline_and_target_are_typed_as_a_plan_words_them(play: Play, hands: Hands) -> None:
    await hands.part("t3", "all")
    await hands.tap("pe", "t3", "title")
    await hands.say("推行　农业用水计量")
    await hands.tap("pt", "t3", "limits", 0)
    await hands.tap("pe", "t3", "limit", "new")
    await hands.say("9月底前")
    await hands.tap("pe", "t3", "cadence", "quarterly")
    await hands.tap("pt", "t3", "all", 0)
    await hands.tap("pt", "t3", "targets", 0)
    await hands.tap("pe", "t3", "target", "new")
    await hands.say("好好干")
    assert hands.shown == sentence("target_not_understood", {}, "zh")
    await hands.say("安装率达到95%以上")
    task = plan_reading(play).tasks[2]
    assert task.title == "推行 农业用水计量"
    assert [(d.on and d.on.isoformat(), d.cadence) for d in task.deadlines] == [
        ("2024-09-30", None),
        (None, Cadence.QUARTERLY),
    ]
    assert [(t.op, t.value, t.unit) for t in task.targets] == [(">=", 95.0, "%")]
    await hands.tap("pe", "t3", "notarget", 0)
    await hands.tap("pt", "t3", "all", 0)
    await hands.tap("pt", "t3", "limits", 0)
    await hands.tap("pe", "t3", "nolimit", 0)
    assert plan_reading(play).tasks[2].targets == ()
    assert len(plan_reading(play).tasks[2].deadlines) == 1


async def test_tasks_are_merged_split_dropped_and_brought_back(play: Play, hands: Hands) -> None:
    await hands.part("t1", "merge")
    await hands.tap("pe", "t1", "merge", "t2")
    assert [task.key for task in plan_reading(play).tasks] == ["t1", "t3", "t4"]
    assert plan_reading(play).tasks[0].agencies(*DutyRole) == ("县水利局", "各乡镇人民政府", "县农业农村局")
    await hands.part("t3", "split")
    await hands.say("安装计量设施")
    split = plan_reading(play).tasks[2]
    assert (split.number, split.title) == ("（二）1-2", "安装计量设施")
    assert f"title:{split.key}" not in hands.buttons
    await hands.part("t4", "all")
    await hands.tap("pe", "t4", "drop")
    assert [task.number for task in play.rows(Task)] == ["（一）1", "（二）1", "（二）1-2"]
    await hands.tap("pp", "dropped", 0)
    await hands.tap("pe", "t4", "back")
    assert [task.key for task in plan_reading(play).tasks] == ["t1", "t3", split.key, "t4"]


async def test_undo_goes_back_step_by_step_to_the_document(play: Play, hands: Hands) -> None:
    first = plan_reading(play)
    await hands.part("t1", "all")
    for title in ("甲", "乙", "丙"):
        await hands.tap("pe", "t1", "title")
        await hands.say(f"清淤除草{title}")
    await hands.tap("pu")
    assert plan_reading(play).tasks[0].title == "清淤除草乙"
    await hands.tap("pe", "t1", "title")
    await hands.say("清淤除草丁")
    for title in ("清淤除草乙", "清淤除草甲", "清淤除草"):
        await hands.tap("pu")
        assert plan_reading(play).tasks[0].title == title
    assert plan_reading(play) == first
    assert "pu" not in hands.buttons
    assert len(play.rows(PlanVersion)) == 9
    changes = [row.detail["what"] for row in play.rows(Audit) if row.action == "plan_change_undone"]
    assert changes == ["title_changed"] * 4


async def test_of_two_coordinators_the_later_sees_the_change_before_changing_anything(play: Play, hands: Hands) -> None:
    other = Hands(play, OTHER)
    await other.say("/plan")
    await other.tap("pp", "tasks", 0)
    await other.tap("pt", "t1", "all", 0)
    await hands.part("t1", "all")
    await hands.tap("pe", "t1", "drop")
    await other.tap("pe", "t1", "drop")
    assert play.toast() == sentence("card_moved_on", {}, "zh")
    assert [task.key for task in plan_reading(play).tasks] == ["t2", "t3", "t4"]
    await other.tap("pt", "t2", "all", 0)
    await other.tap("pe", "t2", "drop")
    assert [task.key for task in plan_reading(play).tasks] == ["t3", "t4"]


async def test_before_activation_the_coordinator_reads_who_hears_what_and_who_cannot(play: Play, hands: Hands) -> None:
    await hands.tap("pp", "activate", 0)
    assert "交办任务将发给1个单位，共1位联络员" in hands.shown
    assert "县水利局3项" in hands.shown
    assert "各乡镇人民政府" in hands.shown and "县财政局" in hands.shown
    assert "　第一季度进展，5份" in hands.shown
    await hands.tap("pa")
    assert play.plan().activated_at is not None
    await hands.tap("pp", "tasks", 0)
    await hands.tap("pt", "t1", "all", 0)
    assert {button.partition(":")[0] for button in hands.buttons} <= {"pt", "pp"}
    card = play.newest_card(BOSS, "plan")
    before = facts_of(play.db)
    await play.forges(hands.user, f"1:pe:{card.id}:{card.rev}:t1:drop")
    assert facts_of(play.db) == before


FORGED = (
    *("pe:t9:drop", "pe:t1:role:7:lead", "pe:t1:role:0:boss", "pe:t1:split:99999", "pe:t1:merge:t1", "pe:t1:merge"),
    *("pe:t1:nolimit:44", "pe:t1:notarget:-1", "pe:t1:cadence:weekly", "pe:t1:fly", "pe:t1:back", "pe:t1:add:boss"),
    *("pf:none", "pt:t1:none:0", "pt:t9:all:0", "pw:0", "pa", "ps:99:0", "ps:0:9", "pp:active:0", "pu"),
)


async def test_forged_buttons_change_nothing(play: Play, hands: Hands) -> None:
    before = facts_of(play.db)
    for data in FORGED:
        card = play.newest_card(BOSS, "plan")
        action, _, args = data.partition(":")
        assert await play.forges(hands.user, f"1:{action}:{card.id}:{card.rev}:{args}".rstrip(":")), data
    assert facts_of(play.db) == before
    assert play.dead() == []


WHO = ("县水利局牵头", "县水利局、县农业农村局牵头", "县水利局、县财政局", "县水利局牵头，各乡镇人民政府等参与")
MUCH = "，合格率达到90%以上，不少于5处，建成泵站3座"
FORTY = "《清河县2024年综合整治工作计划》\n一、重点任务\n" + "".join(
    f"{n}.第{n}项整治\n完成整治{'' if n % 9 else MUCH}。（{WHO[n % 4]}）\n" for n in range(1, 41)
)


async def test_forty_tasks_with_the_usual_doubts_are_settled_in_fewer_than_thirty_taps(
    database: Database, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    play = await open_house(database, tmp_path, FORTY, CAST[:1])
    hands = Hands(play)
    await hands.say("/plan")
    assert len(plan_reading(play).tasks) == 40
    assert len({doubt.code for doubt in plan_reading(play).doubts}) >= 3
    taps = 1
    await hands.tap("pp", "doubts", 0)
    while any(button.startswith("ps:") for button in hands.buttons):
        await hands.tap(*next(button for button in hands.buttons if button.startswith("ps:")).split(":"))
        taps += 1
    await hands.tap("pp", "activate", 0)
    await hands.tap("pa")
    assert play.plan().activated_at is not None
    assert taps + 2 < 30
