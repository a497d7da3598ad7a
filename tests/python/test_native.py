# SPDX-License-Identifier: Apache-2.0
"""Where PROJ and GDAL find their data: whoever brings them along says so before anything is read."""

import shutil
import subprocess
import sys
from pathlib import Path

from sheltermap import _core

START = """
import sys
from sheltermap import _core
_core.start_runtime(sys.argv[1], sys.argv[2])
"""


def in_a_fresh_process(script: str, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", START + script, *map(str, arguments)], capture_output=True, text=True)


def test_data_are_read_where_the_module_is_told(tmp_path: Path) -> None:
    shutil.copy(_core.runtime_versions()["proj_data"], tmp_path)
    script = """
print(_core.runtime_versions()["proj_data"])
print(_core.Crs("EPSG:3059").name)
_core.start_runtime("/nonexistent")  # too late to matter
print(_core.runtime_versions()["proj_data"])
"""
    done = in_a_fresh_process(script, tmp_path, tmp_path)
    path = str(tmp_path / "proj.db")
    assert (done.stdout.splitlines(), done.stderr) == ([path, "LKS92 / Latvia TM", path], "")


def test_a_folder_without_a_database_is_refused(tmp_path: Path) -> None:
    done = in_a_fresh_process("", tmp_path, tmp_path)
    assert done.stderr.strip().endswith(f"SheltermapError: proj.db is not in {tmp_path}")
