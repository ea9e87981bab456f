"""Hostile files: a plan or one clear refusal, within ten seconds and 500 MB, and nothing left behind."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.domain.model import DubanError
from bot.intake.plan import read_plan
from tests.intake.hostile import CHEAP, DEAR, HEADS, mutated, mutated_part
from tests.intake.rendering import MANNERS

SECONDS, MEGABYTES = 10, 500
PACKED = ["Word with its own numbers", "a table in Word", "an Excel sheet"]
# What a person would see: the refusal's code, how long it took, and the largest process there was, in megabytes
# (of its own memory; ru_maxrss would count what the process had inherited before it became this one).
_MEASURED = """
import json, resource, sys, time
from pathlib import Path
from bot.domain.model import DubanError
from bot.intake.plan import read_plan
data = Path(sys.argv[1]).read_bytes()
began = time.monotonic()
try:
    said = f"{len(read_plan('x', data).tasks)} tasks"
except DubanError as refused:
    said = refused.code
took = time.monotonic() - began
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) >> 10
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
print(json.dumps({"said": said, "seconds": took, "own": own, "child": child, "size": len(data) >> 20}))
"""


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
    file = tmp_path / "x"
    file.write_bytes({**CHEAP, **DEAR}[name]())
    done = subprocess.run([sys.executable, "-c", _MEASURED, str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-600:]
    found = json.loads(done.stdout)
    # What arrived stands in memory whatever is done with it.
    assert found["seconds"] < SECONDS, found
    assert max(found["own"] - found["size"], found["child"]) < MEGABYTES, found


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
