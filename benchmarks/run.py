# SPDX-License-Identifier: Apache-2.0
"""Measure sheltermap against its peers, print the tables, and put them into benchmarks/README.md with a plot.

python benchmarks/run.py                      # everything, at full size
python benchmarks/run.py nearest --size small # a quick look; the README stays as it is
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import growth
import startup
import whole_job
from common import contest, plot, report
from common.machine import description
from common.section import Section, rewrite

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PICTURE = "ratios.svg"
WHOLE = ("startup", "whole_job", "growth")  # measured as people start them, beside no peer
OPERATIONS = sorted(path.stem for path in (HERE / "operations").glob("[!_]*.py"))


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join([*WHOLE, *OPERATIONS])}; default: all")
    parser.add_argument("--size", choices=("small", "full"), default="full")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the least of them counts (default: 3)")
    parser.add_argument("--no-peers", action="store_true", help="sheltermap alone; the README stays as it is")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in (*WHOLE, *OPERATIONS)]
    if unknown:
        parser.error(f"no benchmark is named {unknown[0]!r}; there are {', '.join([*WHOLE, *OPERATIONS])}")
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")
    return asked


def measure(name: str, asked: argparse.Namespace) -> tuple[Section, Callable[[], None]]:
    """Run one benchmark; return also what keeps its figures for the plot."""
    if name == "startup":
        return startup.section(asked.rounds), lambda: None
    if name == "whole_job":
        return whole_job.section(asked.size, asked.rounds), lambda: None
    if name == "growth":
        return growth.section(asked.size, asked.rounds), lambda: None
    operation = importlib.import_module(f"operations.{name}").OPERATION
    contests, left_out = contest.run(name, operation, asked.size, asked.rounds, peers=not asked.no_peers)
    section = report.section(operation, contests, asked.rounds, left_out)
    return section, lambda: plot.keep(RESULTS, name, report.record(contests))


def main() -> int:
    """Run what was asked for; 1 if something that should have run failed, or an answer of ours is wrong."""
    asked = arguments()
    machine = description()
    print(f"{machine}\n")
    failed = False
    # These first: a child inherits the peak memory of a parent that has grown.
    for name in [name for name in (*WHOLE, *OPERATIONS) if name in asked.names or not asked.names]:
        section, keep = measure(name, asked)
        print(section.plain(), end="\n\n", flush=True)
        failed |= section.failed
        if asked.size == "full" and not asked.no_peers and not section.failed:
            rewrite(HERE / "README.md", name, f"{section.markdown()}\n- {machine}.")
            keep()
            plot.draw(RESULTS, HERE / PICTURE)
            rewrite(
                HERE / "README.md", "plot", f"![Wall seconds as a ratio to the best peer's, by operation]({PICTURE})"
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
