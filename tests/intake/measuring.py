"""What reading a file costs: measured in a process of its own, which has inherited no memory of the tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS, MEGABYTES = 10, 500
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


def assert_bounded(data: bytes, folder: Path) -> None:
    """Reading ends in a plan or a refusal within the bounds; what arrived stands in memory whatever is done with it."""
    file = folder / "x"
    file.write_bytes(data)
    done = subprocess.run([sys.executable, "-c", _MEASURED, str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-600:]
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["seconds"] < SECONDS, found
    assert max(found["own"] - found["size"], found["child"]) < MEGABYTES, found
