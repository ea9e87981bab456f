"""The rules' card as the coordinator plays it: taps, typed answers, what changes before it does, set back."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.domain import policy_settings
from bot.domain.model import DubanError
from bot.domain.policy_topics import GROUPS, TOPICS, group_of
from bot.services import policies
from bot.texts.sentences import sentence
from storage.tables import Audit, Plan
from tests.services.stage_play import DITCHES, Play, at, second_plan

BOSS = "王牵头"


class Hands:
    """The coordinator on the newest card."""

    def __init__(self, play: Play) -> None:
        self.play, self.user = play, play.user(BOSS)

    async def open(self) -> Hands:
        await self.play.says(self.user, "提醒规则")
        return self

    async def tap(self, *args: object) -> None:
        words = ":".join(map(str, args))
        assert await self.play.taps(self.user, "yp", words), (words, self.text)

    async def says(self, text: str) -> None:
        await self.play.says(self.user, text)

    @property
    def text(self) -> str:
        return self.play.last(self.user)

    @property
    def card(self) -> dict[str, object]:
        return self.play.newest_card(BOSS, "policy").state

    def rules(self) -> dict[str, object]:
        return policy_settings.settings_of(policy_settings.from_json(self.play.plan().policy))


@pytest.fixture
async def hands(play: Play) -> Hands:
    return await Hands(play).open()


async def test_a_choice_is_shown_with_its_effect_confirmed_and_set_back(hands: Hands) -> None:
    await hands.tap("group", "due")
    await hands.tap("topic", "report")
    await hands.tap("set", 0)
    assert "由“季后第5个工作日”改为“季后第3个工作日”" in hands.text
    assert "第一季度进展：4月8日（周一）改为4月3日（周三）" in hands.text
    assert hands.rules() == {}
    await hands.tap("ok")
    assert hands.rules() == {"report_workday": 3}
    await hands.tap("undo")
    assert hands.rules() == {}
    assert len(hands.play.rows(Audit, Audit.action == "policy_changed")) == 2


async def test_not_changing_leaves_everything_as_it_was(hands: Hands) -> None:
    await hands.tap("group", "participants")
    await hands.tap("topic", "participants")
    await hands.tap("set", 2)
    assert "县水利局" in hands.text
    await hands.tap("group", "participants")
    assert hands.play.plan().policy == {}


async def test_a_typed_answer_is_read_shown_and_stored(hands: Hands) -> None:
    for topic, words, rules in (
        ("report", "次月十二号", {"report_day": 12}),
        ("send_time", "上午9点半", {"send_time": "09:30"}),
        ("cap_per_week", "每周两次", {"cap_per_week": 2}),
    ):
        await hands.tap("group", group_of(topic))
        await hands.tap("topic", topic)
        await hands.tap("ask", topic)
        await hands.says(words)
        await hands.tap("ok")
        assert hands.rules().items() >= rules.items()
        await hands.tap("rules")


async def test_words_that_cannot_be_read_or_do_not_fit_are_answered_and_the_card_still_listens(hands: Hands) -> None:
    await hands.tap("group", "time")
    await hands.tap("topic", "send_time")
    await hands.tap("ask", "send_time")
    await hands.says("早一点吧")
    assert hands.text == sentence("policy_answer_not_understood", {"value": "早一点吧"}, "zh")
    await hands.says("晚上8点")
    assert hands.text == sentence("policy_send_time_outside_hours", {"time": "20:00"}, "zh")
    await hands.says("10:00")
    assert hands.card["stage"] == "confirm"


@pytest.mark.slow
async def test_an_answer_that_stands_already_asks_for_no_confirmation(hands: Hands) -> None:
    await hands.tap("group", "due")
    await hands.tap("topic", "report")
    await hands.tap("set", 1)
    assert hands.card["stage"] == "group"


@pytest.mark.slow
async def test_what_somebody_else_changed_meanwhile_is_not_set_back(hands: Hands) -> None:
    play = hands.play
    await hands.tap("group", "due")
    await hands.tap("topic", "report")
    await hands.tap("set", 0)
    await hands.tap("ok")
    play.write(
        lambda s: policies.change(s, "cli", s.get_one(Plan, play.plan_id), {"report_workday": 9}, play.clock.now())
    )
    await hands.tap("undo")
    assert play.toast() == sentence("card_moved_on", {}, "zh")
    assert hands.rules() == {"report_workday": 9}


async def test_with_several_plans_the_plan_is_chosen_first_those_in_force_before_the_others(play: Play) -> None:
    other = second_plan(play, DITCHES)
    hands = await Hands(play).open()
    assert hands.card["stage"] == "plans"
    await hands.tap("plan", other)
    assert "计划还没启用" in hands.text
    await hands.tap("group", "due")
    await hands.tap("topic", "roll")
    await hands.tap("set", 1)
    await hands.tap("ok")
    assert play.read(lambda s: s.get_one(Plan, other).policy) == {"roll": "after"}
    assert play.plan().policy == {}


@pytest.mark.slow
async def test_the_rules_of_a_plan_become_those_of_the_plans_to_come(hands: Hands) -> None:
    await hands.tap("group", "caps")
    await hands.tap("topic", "cap_per_week")
    await hands.tap("set", 2)
    await hands.tap("ok")
    await hands.tap("rules")
    await hands.tap("office")
    assert hands.play.toast() == sentence("policy_for_new_plans", {}, "zh")
    new = second_plan(hands.play, DITCHES)
    assert hands.play.read(lambda s: s.get_one(Plan, new).policy) == {"cap_per_week": 2}


@pytest.mark.slow
async def test_a_plan_closed_meanwhile_is_not_changed(hands: Hands) -> None:
    await hands.tap("group", "due")
    await hands.tap("topic", "report")
    await hands.tap("set", 0)
    hands.play.write(lambda s: s.execute(update(Plan).values(closed_at=at(3, 29))) and None)
    await hands.tap("ok")
    assert hands.play.toast() == sentence("card_moved_on", {}, "zh")
    assert hands.rules() == {}


async def test_a_forged_button_changes_nothing(hands: Hands) -> None:
    await hands.tap("group", "due")
    await hands.tap("topic", "roll")
    card = hands.play.newest_card(BOSS, "policy")
    for words in ("set:9", "set:x", "topic:colour", "group:", "ask:roll", "plan:99", "paint", ""):
        await hands.play.forges(hands.user, f"1:yp:{card.id}:{card.rev}:{words}")
    assert hands.play.plan().policy == {}
    assert hands.card["stage"] == "topic"
    assert hands.play.dead() == []


@pytest.mark.parametrize(
    ("topic", "words", "value"),
    [
        ("report", "季后第六个工作日", {"report_workday": 6, "report_day": 0}),
        ("report", "第8个工作日", {"report_workday": 8, "report_day": 0}),
        ("report", "下月15日", {"report_day": 15}),
        ("report", "１０号", {"report_day": 10}),
        ("year_end", "十二月二十日", {"year_end_on": "12-20"}),
        ("year_end", "1月15号前", {"year_end_on": "01-15"}),
        ("year_end", "同季度报送", {"year_end_on": None}),
        ("send_time", "下午3点", {"send_time": "15:00"}),
        ("send_time", "十点零五分", {"send_time": "10:05"}),
        ("send_time", "10:00", {"send_time": "10:00"}),
        ("send_time", "8：45", {"send_time": "08:45"}),
        ("report_time", "下午5点半", {"report_time": "17:30"}),
        ("hours", "上午8点到12点，下午2点半到6点", {"hours": [["08:00", "12:00"], ["14:30", "18:00"]]}),
        ("rungs", "提前5、2天，当天，逾期1天", {"rungs": [-5, -2, 0, 1]}),
        ("rungs", "提前七天和三天，截止当日", {"rungs": [-7, -3, 0]}),
        ("rungs", "D-5 D-1 D D+1", {"rungs": [-5, -1, 0, 1]}),
        ("rungs", "-5，-1，0", {"rungs": [-5, -1, 0]}),
        ("heads_up_rungs", "不提醒", {"heads_up_rungs": []}),
        ("cap_per_quarter", "不限", {"cap_per_quarter": 0}),
        ("cap_per_quarter", "最多八次", {"cap_per_quarter": 8}),
        ("missing_rung", "逾期第2天", {"missing_rung": 2}),
    ],
)
def test_answers_are_read_as_a_clerk_writes_them(topic: str, words: str, value: dict[str, object]) -> None:
    read = TOPICS[topic].typed
    assert read is not None
    assert policy_settings.read(read(words)) == policy_settings.read(value)


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("report", "早点"),
        ("report", "3到5个工作日"),
        ("send_time", "9点和10点"),
        ("hours", "8:30"),
        ("rungs", "勤一点"),
    ],
)
def test_what_says_no_value_is_not_guessed(topic: str, words: str) -> None:
    read = TOPICS[topic].typed
    assert read is not None
    with pytest.raises(DubanError):
        policy_settings.read(read(words))


def test_every_setting_has_its_place_on_the_card_and_every_choice_is_one_it_takes() -> None:
    assert sorted(name for topic in TOPICS.values() for name in topic.settings) == sorted(policy_settings.SETTINGS)
    assert sorted(topic for topics in GROUPS.values() for topic in topics) == sorted(TOPICS)
    for topic in TOPICS.values():
        assert all(policy_settings.read(choice) for choice in topic.choices)
