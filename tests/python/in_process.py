# SPDX-License-Identifier: Apache-2.0
"""The command line without a process of its own, which would import all again; `test_cli.py` starts real ones."""

import contextlib
import subprocess
from pathlib import Path

from typer.testing import CliRunner

from sheltermap.commands.cli import app


def sheltermap(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    with contextlib.chdir(cwd or "."):
        done = CliRunner().invoke(app, [str(each) for each in arguments])
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
