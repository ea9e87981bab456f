"""Make every file again; LibreOffice makes the old formats out of the new ones."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

for found in sorted(Path(__file__).parent.glob("*_*.py")):
    if not found.stem.startswith("__") and (len(sys.argv) < 2 or found.stem in sys.argv[1:]):
        importlib.import_module(f"tests.intake.making.{found.stem}").make()
