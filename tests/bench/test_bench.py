"""The benchmarks give figures; how large they are depends on the machine."""

from __future__ import annotations

import json
import math

import pytest
from typer.testing import CliRunner

from bot.bench import intake, localchat, planpapers, reminders, servers
from bot.bench.client import fetch, rate, request
from bot.bench.model import Comparison, in_turns
from bot.cli import app
from bot.cli.bench import benchmarks, chosen
from bot.intake.plan import read_plan

RUN = CliRunner()


@pytest.mark.parametrize("name", [b.name for b in localchat.BENCHMARKS if b.name != "localchat-state"])
def test_every_benchmark_gives_figures_beside_bare_ones(name: str) -> None:
    done = RUN.invoke(app, ["bench", name, "--json", "--seconds", "0.3"])
    figures = json.loads(done.stdout)
    assert figures["name"] == name
    for key in ("measured", "bare", "ratio"):
        assert figures[key] > 0
        assert math.isfinite(figures[key])


def test_the_first_state_is_measured_with_its_size() -> None:
    small, larger = (localchat.first_state(0.1, messages) for messages in (1, 8))
    assert small.bytes is not None
    assert larger.bytes is not None
    assert larger.bytes > small.bytes > 1_000
    assert small.ratio > 0


def test_reading_a_plan_is_measured_in_every_format() -> None:
    assert {b.name for b in intake.BENCHMARKS} == {
        name for kind in ("text", "word", "excel", "pdf") for name in (f"intake-{kind}", f"intake-{kind}-memory")
    }
    small = intake.pages_a_second("word", 0.1, tasks=12)
    assert (small.unit, small.measured > 0, small.bare > 0) == ("/s", True, True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["text", "word", "excel", "pdf"])
def test_what_a_thousand_tasks_need_is_measured_apart_from_what_the_tests_hold(kind: str) -> None:
    found = intake.memory(kind, 0)
    assert found.unit == "MB"
    assert 0 < found.measured < 100


@pytest.mark.parametrize("tasks", [1, 12, 101])
def test_the_plans_that_are_measured_hold_the_tasks_they_say(tasks: int) -> None:
    for file, make in (("p.txt", planpapers.text), ("p.docx", planpapers.word), ("p.xlsx", planpapers.sheet)):
        assert len(read_plan(file, make(tasks)).tasks) == tasks


@pytest.mark.parametrize("name", ["idle", "claim"])
def test_reminding_is_measured_at_any_size(name: str) -> None:
    run = {"idle": reminders.idle, "claim": reminders.claim}[name]
    found = run(4, 0.1)
    assert found.measured > 0
    assert found.bare > 0
    assert found.note


def test_a_quarter_s_rungs_are_all_decided() -> None:
    # Of each of twelve duties five rungs to the contact and two to the coordinator; of the plan the call to review,
    # the summary, and a check of reach before each of the two mornings after the first that are a day apart.
    assert "88 rungs" in reminders.quarter(4, 0.0).note


@pytest.mark.slow
def test_sending_keeps_to_the_limits_and_uses_most_of_them() -> None:
    found = reminders.sending(0, 6.0)
    assert "0 times 429" in found.note
    assert 1.0 <= found.ratio < 2.0


def test_a_large_benchmark_runs_only_when_it_is_named() -> None:
    assert {b.name for b in chosen(["reminders"])} == {b.name for b in reminders.BENCHMARKS if not b.large}
    assert [b.name for b in chosen(["reminders-idle-large"])] == ["reminders-idle-large"]
    assert not any(b.large for b in chosen([]))


def test_the_first_word_names_them_all() -> None:
    listed = RUN.invoke(app, ["bench", "intake", "--list"]).stdout.splitlines()
    assert [line.split()[0] for line in listed] == [b.name for b in intake.BENCHMARKS]


def test_the_list_runs_nothing() -> None:
    listed = RUN.invoke(app, ["bench", "--list"]).stdout.splitlines()
    assert [line.split()[0] for line in listed] == [benchmark.name for benchmark in benchmarks()]


def test_an_unknown_name_is_refused() -> None:
    refused = RUN.invoke(app, ["bench", "nothing"])
    assert getattr(refused.exception, "code", None) == "bench_unknown"


def test_the_ratio_is_how_many_times_dearer_ours_is_whatever_is_counted() -> None:
    assert Comparison("a", "/s", 500, 2000).ratio == 4
    assert Comparison("a", "ms", 20, 5).ratio == 4


def test_medians_are_taken_in_turns() -> None:
    order: list[str] = []

    def noting(name: str, values: list[float]) -> float:
        order.append(name)
        return values.pop()

    ours, bare = [1.0, 9.0, 2.0], [5.0, 4.0, 100.0]
    assert in_turns(lambda: noting("ours", ours), lambda: noting("bare", bare), 3) == (2.0, 5.0)
    assert order == ["ours", "bare"] * 3


def test_an_answer_that_is_not_200_stops_the_measuring() -> None:
    with servers.served("chat") as port:
        with pytest.raises(RuntimeError, match="401"):
            fetch(port, ["/bot1:wrong/getMe"])
        with pytest.raises(RuntimeError, match="401"):
            rate(port, lambda _number: request("GET", "/bot1:wrong/getMe"), 0.2)


def test_a_server_that_died_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers.sys, "executable", "/bin/false")
    with servers.served("chat") as port, pytest.raises(OSError):
        fetch(port, ["/"])


def test_the_chat_that_is_measured_holds_what_it_says() -> None:
    api = servers.chat(2)
    assert len(api.world.people) == servers.CHATS
    assert all(len(api.messages(person)) == 3 for person in api.world.people)
    assert localchat.message(servers.FIRST_PERSON, 7)["chat_id"] == servers.FIRST_PERSON


@pytest.mark.slow
def test_a_message_over_http_costs_at_most_ten_times_a_bare_answer() -> None:
    """Two to five times here; in figures 3,000 to 6,000 a second on two cores."""
    assert localchat.over_http(4.0).ratio < 10
