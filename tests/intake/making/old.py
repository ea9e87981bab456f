"""The old binary formats, made once by LibreOffice."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path


def convert(path: Path, kind: str) -> None:
    """Put `path` beside itself as `kind` (doc, xls); the newer file goes."""
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind]
        subprocess.run(
            [*command, "--outdir", str(path.parent), str(path)], check=True, capture_output=True, timeout=180
        )
    path.unlink()
