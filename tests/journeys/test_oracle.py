"""The house says what the reminder policy wants said: held against an oracle written from the policy alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from bot.intake.jsonshape import as_json
from bot.intake.plan import read_plan
from tests.journeys import casehouse
from tests.journeys.oracle import expected, report_day
from tests.journeys.oracle_days import next_nine, step
from tests.journeys.plancases import case_of
from tests.journeys.policycase import Case, Event, PersonCase, Place, TaskCase, moment
from tests.journeys.randomplans import random_case, scripted

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "bot" / "localchat" / "sample" / "plan.txt"
REAL = ROOT.parent / "shared" / "plans" / "luzhai-2022.txt"
EVERYDAY = (15, 39)
RANDOM = tuple(range(1, 51))

OFFICE = (PersonCase("王牵头", (Place("coordinator"),)), PersonCase("赵领导", (Place("leader"),)))
WATER = PersonCase("李水利", (Place("contact", "水利局"),))
HEAD = PersonCase("吴局长", (Place("head", "水利局"),))


def differences(case: Case, home: Path, furnished: Path) -> list[str]:
    """Where house and oracle do not agree, in words. The house may give any reason that holds."""
    home.mkdir(exist_ok=True)
    wanted, played = expected(case), casehouse.play(case, home, furnished)
    found = [f"not said: {day} {person} {sorted(items)}" for day, person, items in sorted(wanted.said - played.said)]
    found += [f"said: {day} {person} {sorted(items)}" for day, person, items in sorted(played.said - wanted.said)]
    for item in sorted(set(wanted.unsaid) | set(played.unsaid)):
        gave = played.unsaid.get(item, frozenset())
        held = wanted.unsaid.get(item) or wanted.maybe.get(item, frozenset())
        if not gave or not gave <= held:
            found.append(f"reason: {item} wanted {sorted(held)} given {sorted(gave)}")
    return found


def case_of_plan(source: Path, year: int) -> Case:
    """A plan document as a case: one contact for each agency, nobody says a word."""
    tasks = json.loads(json.dumps(as_json(read_plan("plan.txt", source.read_bytes()))))["tasks"]
    return case_of(tasks, year)


def small_case(*events: Event, people: tuple[PersonCase, ...] = (WATER,), milestones: tuple[date, ...] = ()) -> Case:
    """One task of one agency in 2024, from the first working day on."""
    task = TaskCase("1", (("水利局", "lead"),), milestones)
    return Case(
        2024, (task,), (*OFFICE, *people), next_nine(moment(date(2024, 1, 1))), events, ends_on=date(2024, 8, 1)
    )


def said(at: tuple[int, int, int], kind: str, what: str = "2024Q1", **more: object) -> Event:
    """What the agency or the coordinator does about the small case's task, in 2024."""
    month, day, hour = at
    event = Event(moment(date(2024, month, day), hour, 10), kind, "1", "水利局", what)
    return replace(event, **more)  # type: ignore[arg-type]


def test_the_oracle_knows_the_policy_s_own_example() -> None:
    days = [report_day(2022, quarter) for quarter in range(1, 5)]
    assert days == [date(2022, 4, 8), date(2022, 7, 7), date(2022, 10, 12), date(2023, 1, 9)]
    rungs = [step(days[0], offset) for offset in (-10, -3, -1, 0, 1)]
    assert rungs == [date(2022, 3, 24), date(2022, 4, 2), date(2022, 4, 7), date(2022, 4, 8), date(2022, 4, 11)]


@pytest.mark.parametrize("seed", EVERYDAY)
def test_a_random_plan_s_year_is_what_the_policy_asks_for(seed: int, tmp_path: Path, furnished_file: Path) -> None:
    assert differences(random_case(seed), tmp_path / "home", furnished_file) == [], f"seed {seed}"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [seed for seed in RANDOM if seed not in EVERYDAY])
def test_any_random_plan_s_year_is_what_the_policy_asks_for(seed: int, tmp_path: Path, furnished_file: Path) -> None:
    assert differences(random_case(seed), tmp_path / "home", furnished_file) == [], f"seed {seed}"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [None, 7])
def test_the_sample_plan_s_year_is_what_the_policy_asks_for(
    seed: int | None, tmp_path: Path, furnished_file: Path
) -> None:
    silent = case_of_plan(SAMPLE, 2022)
    case = silent if seed is None else scripted(silent, Random(seed))
    assert differences(case, tmp_path / "home", furnished_file) == [], f"seed {seed}"


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the real plan is only beside the workshop's checkout")
@pytest.mark.parametrize("seed", [None, 11])
def test_the_real_plan_s_year_is_what_the_policy_asks_for(
    seed: int | None, tmp_path: Path, furnished_file: Path
) -> None:
    silent = case_of_plan(REAL, 2022)
    case = silent if seed is None else scripted(silent, Random(seed))
    assert differences(case, tmp_path / "home", furnished_file) == [], f"seed {seed}"


@pytest.mark.slow
def test_an_answer_taken_back_leaves_the_limit_of_the_return_standing(tmp_path: Path, furnished_file: Path) -> None:
    case = small_case(
        said((4, 1, 10), "reported", status="in_progress"),
        said((4, 2, 10), "returned", until=date(2024, 4, 10)),
        said((4, 3, 10), "reported", status="in_progress"),
        replace(said((4, 3, 10), "undone"), at=moment(date(2024, 4, 3), 10, 15)),
    )
    assert differences(case, tmp_path / "home", furnished_file) == []


@pytest.mark.slow
def test_of_a_milestone_reported_on_only_d_and_the_day_after_remain(tmp_path: Path, furnished_file: Path) -> None:
    report = said((6, 20, 10), "reported", "milestone:2024-06-28", status="in_progress")
    case = small_case(report, milestones=(date(2024, 6, 28),))
    assert differences(case, tmp_path / "home", furnished_file) == []


@pytest.mark.slow
def test_a_milestone_reported_on_early_on_the_day_of_its_heads_up_is_not_announced(
    tmp_path: Path, furnished_file: Path
) -> None:
    report = said((6, 14, 7), "reported", "milestone:2024-06-28", status="in_progress")
    case = small_case(report, milestones=(date(2024, 6, 28),))
    assert differences(case, tmp_path / "home", furnished_file) == []


@pytest.mark.slow
def test_a_unit_head_hears_of_the_escalation_alone(tmp_path: Path, furnished_file: Path) -> None:
    case = small_case(people=(WATER, HEAD), milestones=(date(2024, 4, 3),))
    assert differences(case, tmp_path / "home", furnished_file) == []


@pytest.mark.slow
def test_rungs_from_before_a_return_are_not_owed_in_its_round(tmp_path: Path, furnished_file: Path) -> None:
    case = small_case(
        said((4, 9, 10), "reported", status="in_progress"),
        said((4, 10, 10), "returned", until=date(2024, 4, 15)),
        said((4, 11, 10), "reported", status="in_progress"),
    )
    assert differences(case, tmp_path / "home", furnished_file) == []


@pytest.mark.slow
def test_the_limit_of_a_return_counts_although_it_was_answered(tmp_path: Path, furnished_file: Path) -> None:
    what = "milestone:2024-05-15"
    case = small_case(
        said((5, 17, 10), "reported", what, status="done"),
        said((5, 17, 15), "returned", what, until=date(2024, 5, 20)),
        said((5, 18, 10), "reported", what, status="not_started"),
        people=(WATER, HEAD),
        milestones=(date(2024, 5, 15),),
    )
    assert differences(case, tmp_path / "home", furnished_file) == []


@pytest.mark.slow
def test_the_last_word_on_a_task_counts(tmp_path: Path, furnished_file: Path) -> None:
    case = small_case(
        said((4, 1, 10), "reported", status="done"),
        said((6, 6, 10), "reported", "2024Q2", status="blocked"),
        milestones=(date(2024, 6, 28),),
    )
    assert differences(case, tmp_path / "home", furnished_file) == []


@pytest.mark.slow
def test_the_last_word_counts_although_it_was_returned(tmp_path: Path, furnished_file: Path) -> None:
    case = small_case(
        said((4, 1, 10), "reported", status="done"),
        said((6, 6, 10), "reported", "2024Q2", status="in_progress"),
        said((6, 7, 10), "returned", "2024Q2", until=date(2024, 6, 13)),
        milestones=(date(2024, 6, 28),),
    )
    assert differences(case, tmp_path / "home", furnished_file) == []


@pytest.mark.slow
def test_what_is_put_into_force_outside_working_hours_waits_for_the_next_morning(
    tmp_path: Path, furnished_file: Path
) -> None:
    case = replace(small_case(), activated_at=moment(date(2024, 1, 3), 12), ends_on=date(2024, 2, 1))
    assert differences(case, tmp_path / "home", furnished_file) == []
