# SPDX-License-Identifier: Apache-2.0
"""On what, with what and when figures were measured."""

from __future__ import annotations

import datetime
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def description() -> str:
    """Return processor, cores, memory, system and how busy it was, in one line."""
    load = os.getloadavg()[0]
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    return (
        f"{today}, {_processor()}, {len(os.sched_getaffinity(0))} cores, {_memory_gb():.0f} GB, {_system()}; "
        f"load {load:.1f} before the first measurement"
    )


def versions(names: tuple[str, ...]) -> str:
    """Return Python's version and those of packages, one line."""
    found = [f"Python {platform.python_version()}"]
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # not installed, or from its source tree
            continue
    return ", ".join(found)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _system() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
