# SPDX-License-Identifier: Apache-2.0
"""The system's QGIS with the plugin in a profile of its own, and this checkout's command line for it to call."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "qgis_plugin" / "sheltermap_qgis"
# Debian's `qgis_process` passes on options of /etc/default/qgis that only `qgis` knows; the program itself lies beside.
PROGRAM = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
PROFILE = Path(".local", "share", "QGIS", "QGIS3", "profiles", "default")
PATIENCE_S = 1200  # for one run on a busy machine; each takes seconds


def command_line(folder: Path) -> Path:
    """A program that is this checkout's `sheltermap`: QGIS knows nothing of our Python."""
    program = folder / "sheltermap"
    python_path = shlex.quote(str(ROOT / "python"))
    program.write_text(f'#!/bin/sh\nexport PYTHONPATH={python_path}\nexec {sys.executable} -m sheltermap "$@"\n')
    program.chmod(0o755)
    return program


@dataclass(frozen=True)
class Qgis:
    """A profile with the plugin, and where its command line is."""

    home: Path
    command: Path

    def environment(self, language: str = "en") -> dict[str, str]:
        left = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
        locale = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"} if language == "en" else {"LC_ALL": f"{language}_LV.UTF-8"}
        own = {"HOME": str(self.home), "QT_QPA_PLATFORM": "offscreen", "SHELTERMAP_COMMAND": str(self.command)}
        # QGIS takes the Python that comes first for its own.
        return {**left, **locale, **own, "PATH": "/usr/bin:/bin"}

    def process(self, *arguments: str, language: str = "en", cwd: Path | None = None) -> str:
        """What `qgis_process` prints on both streams: it ends with 0 whatever happens."""
        done = subprocess.run(
            [str(PROGRAM), *arguments],
            env=self.environment(language),
            cwd=cwd or self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )
        return done.stdout

    def run(self, algorithm: str, **parameters: object) -> dict[str, str]:
        """The outputs of an algorithm; an assertion with all that was printed where it failed."""
        told = self.process("run", f"sheltermap:{algorithm}", "--json", "--", *given(parameters))
        begin = told.find("{\n")
        assert begin >= 0, told
        results: dict[str, str] = json.loads(told[begin:])["results"]
        return results

    def script(self, path: Path, *arguments: str) -> str:
        """What a script prints that QGIS's Python runs."""
        done = subprocess.run(
            ["/usr/bin/python3", str(path), *arguments],
            env=self.environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


def given(parameters: dict[str, object]) -> list[str]:
    return [f"{name}={value}" for name, value in parameters.items()]


def installed(folder: Path) -> Qgis:
    """A new profile in which the plugin is installed and enabled."""
    home = folder / "home of “QGIS”"
    plugins = home / PROFILE / "python" / "plugins"
    plugins.mkdir(parents=True)
    shutil.copytree(PLUGIN, plugins / PLUGIN.name, ignore=shutil.ignore_patterns("__pycache__"))
    qgis = Qgis(home, command_line(home))
    told = qgis.process("plugins", "enable", PLUGIN.name)
    assert "(sheltermap)" in told, told
    return qgis
