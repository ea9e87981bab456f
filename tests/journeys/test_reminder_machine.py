"""Reminders nobody can lose, double or be annoyed by: random offices, deeds, mishaps and clocks against the policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.journeys.machine_rules import Reminding

HEALTH = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def machine(furnished: Path, **more: object) -> type[Reminding]:
    """The machine with a place to take its tables from."""
    return type("Machine", (Reminding,), {"furnished": furnished, **more})


def run(furnished: Path, examples: int, steps: int = 30, **more: object) -> None:
    """So many random lives of so many steps; a failure prints the shortest life found and how to repeat it."""
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, print_blob=True, suppress_health_check=HEALTH
    )
    run_state_machine_as_test(machine(furnished, **more), settings=chosen)


@pytest.mark.slow
def test_any_life_of_an_office_keeps_the_policy(furnished_file: Path) -> None:
    run(furnished_file, examples=12)


@pytest.mark.slow
def test_many_lives_of_offices_keep_the_policy(furnished_file: Path) -> None:
    run(furnished_file, examples=400)
