# SPDX-License-Identifier: Apache-2.0
"""Measure sheltermap against its peers, print the tables, and put them into benchmarks/README.md.

python benchmarks/run.py                      # everything, at full size
python benchmarks/run.py nearest --size small # a quick look; the README stays as it is
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

import startup
from common import contest
from common.machine import description
from common.section import Section, rewrite

HERE = Path(__file__).parent
OPERATIONS = sorted(path.stem for path in (HERE / "operations").glob("[!_]*.py"))


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(['startup', *OPERATIONS])}; default: all"
    )
    parser.add_argument("--size", choices=("small", "full"), default="full")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the least of them counts (default: 3)")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in ("startup", *OPERATIONS)]
    if unknown:
        parser.error(f"no benchmark is named {unknown[0]!r}; there are startup, {', '.join(OPERATIONS)}")
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")
    return asked


def measure(name: str, size: str, rounds: int) -> Section:
    """Run one benchmark."""
    if name == "startup":
        return startup.section(rounds)
    return contest.run(name, importlib.import_module(f"operations.{name}").OPERATION, size, rounds)


def main() -> int:
    """Run what was asked for; 1 if something that should have run failed."""
    asked = arguments()
    machine = description()
    print(f"{machine}\n")
    failed = False
    for name in asked.names or ["startup", *OPERATIONS]:
        section = measure(name, asked.size, asked.rounds)
        print(section.plain(), end="\n\n", flush=True)
        failed |= section.failed
        if asked.size == "full" and not section.failed:
            rewrite(HERE / "README.md", name, f"{section.markdown()}\n- {machine}.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
