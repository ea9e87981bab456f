"""How far off a due day is, in the words of a reminder."""

from __future__ import annotations

from datetime import date

import pytest

from bot.texts.language import speaking
from bot.texts.wording import urgency

FRIDAY = date(2022, 4, 8)


@pytest.mark.parametrize(
    ("today", "workdays", "chinese", "english"),
    [
        (date(2022, 3, 24), 10, "还剩10个工作日，请提前准备", "10 working days left, please prepare"),
        (date(2022, 4, 2), 3, "还剩3个工作日", "3 working days left"),
        (date(2022, 4, 7), 1, "明天截止", "due tomorrow"),
        (FRIDAY, 0, "今天17:30截止", "due today by 17:30"),
        (date(2022, 4, 11), -1, "已过期1个工作日", "1 working day late"),
    ],
)
def test_each_rung_opens_in_its_own_words(today: date, workdays: int, chinese: str, english: str) -> None:
    with speaking("zh"):
        assert urgency(FRIDAY, today, workdays) == chinese
    with speaking("en"):
        assert urgency(FRIDAY, today, workdays) == english


def test_over_a_weekend_the_next_working_day_is_not_called_tomorrow() -> None:
    with speaking("zh"):
        assert urgency(date(2022, 4, 11), FRIDAY, 1) == "下一个工作日截止"
