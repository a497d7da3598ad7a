# SPDX-License-Identifier: Apache-2.0
"""The system's QGIS, in a process of its own: without a screen, and without this checkout's modules."""

import os
import subprocess
from functools import cache

PYTHON = "/usr/bin/python3"  # the one that QGIS belongs to; the virtual environment does not see it


def in_qgis(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONPATH", None)
    return subprocess.run([PYTHON, *arguments], capture_output=True, text=True, env=environment, timeout=600)


@cache
def has_qgis() -> bool:
    return in_qgis("-c", "import qgis.core").returncode == 0
