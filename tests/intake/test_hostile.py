"""Hostile files: a plan or one clear refusal, within ten seconds and 500 MB, and nothing left behind."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from bot.domain.model import DubanError
from bot.intake.plan import read_plan
from tests.intake.hostile import CHEAP, DEAR, HEADS, mutated, mutated_part
from tests.intake.measuring import SECONDS, assert_bounded
from tests.intake.rendering import MANNERS

PACKED = ["Word with its own numbers", "a table in Word", "an Excel sheet"]


def assert_sound(data: bytes, suffix: str = "x") -> None:
    began = time.monotonic()
    try:
        read_plan(suffix, data)
    except DubanError as refused:
        assert refused.code.startswith(("document_", "plan_", "pdf_", "word_", "sheet_"))
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize("name", CHEAP)
def test_a_hostile_file_is_refused_or_read(name: str) -> None:
    assert_sound(CHEAP[name]())


@pytest.mark.slow
@pytest.mark.parametrize("name", [*CHEAP, *DEAR])
def test_a_hostile_file_costs_neither_time_nor_memory(name: str, tmp_path: Path) -> None:
    assert_bounded({**CHEAP, **DEAR}[name](), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("manner", [m for m in MANNERS if not m.startswith("plain")])
def test_real_files_with_shuffled_bytes_are_read_or_refused(manner: str) -> None:
    for seed in range(12):
        assert_sound(mutated(manner, seed))


@pytest.mark.slow
@pytest.mark.parametrize("manner", PACKED)
def test_archives_with_shuffled_parts_are_read_or_refused(manner: str) -> None:
    for seed in range(15):
        assert_sound(mutated_part(manner, seed))


@pytest.mark.slow
@pytest.mark.parametrize("head", HEADS)
def test_noise_behind_any_head_is_refused(head: bytes) -> None:
    for seed in range(3):
        assert_sound(head + random.Random(seed).randbytes(3_000))
