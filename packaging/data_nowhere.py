# SPDX-License-Identifier: Apache-2.0
"""For packaging/test_wheel.sh, which puts it into an environment where each Python loads it first.

There PROJ_DATA and its like lead nowhere. Libraries in C see them as long as a process lives, so ours would fail if it
asked them: that is what is tried. Packages that look for them in Python do not see them, so that rasterio, which tests
write rasters with, names its own folder to its own PROJ. Programs that do not belong to the environment, QGIS and the
system's Python, are started without them.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAMES = ("PROJ_DATA", "PROJ_LIB", "GDAL_DATA")
NOWHERE = {name: value for name in NAMES if (value := os.environ.get(name)) is not None}

# `del os.environ[name]` would tell the libraries as well.
for name in NOWHERE:
    del os.environ._data[os.environ.encodekey(name)]  # type: ignore[attr-defined]


def of_this_environment(command: Any) -> bool:
    """Whether a program is this Python or lies beside it."""
    program = command if isinstance(command, (str, bytes, os.PathLike)) else command[0]
    return Path(os.fsdecode(program)).parent == Path(sys.prefix, "bin")


class Popen(subprocess.Popen[Any]):
    """Starts programs of this environment as this one was started, all others without the variables."""

    def __init__(self, args: Any, *others: Any, env: Mapping[str, str] | None = None, **options: Any) -> None:
        given = dict(os.environ if env is None else env)
        told = {**NOWHERE, **given} if of_this_environment(args) else given
        super().__init__(args, *others, env=told, **options)


subprocess.Popen = Popen  # type: ignore[misc]
