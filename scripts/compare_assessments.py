# SPDX-License-Identifier: Apache-2.0
"""Hold two folders of one assessment against each other, made by two versions of the code: figures, layers, pages.

    .venv/bin/python scripts/compare_assessments.py OLD NEW

Tells every figure that one of them has only, or that is not the same to the last bit, every table and layer whose rows
differ, and whether the reports say the same. Ends with 1 where anything differs.
"""

import difflib
import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

KEY = ("analysis", "figure", "measure", "scope", "area", "threshold_m", "threshold_s", "scenario", "category")
OF_THE_RUN = ("gpkg_", "rtree_", "sqlite_", "layer_styles", "versions")  # differ between two runs of one version, too


def main() -> int:
    """Tell all differences; 0 when there are none."""
    old, new = (Path(each) for each in sys.argv[1:])
    found = [*figures(old, new), *tables(old, new), *pages(old, new)]
    print("\n".join(found) if found else f"{old} and {new} say the same")
    return int(bool(found))


def figures(old: Path, new: Path) -> Iterator[str]:
    """Compare all figures: what they count, and to the last bit how much."""
    before, after = (by_key(folder) for folder in (old, new))
    for key in before.keys() | after.keys():
        name = ", ".join(str(part) for part in key if part is not None)
        if key not in after:
            yield f"figure gone: {name}"
        elif key not in before:
            yield f"figure new: {name}"
        elif before[key] != after[key]:
            yield f"figure changed: {name}: {before[key]} -> {after[key]}"


def by_key(folder: Path) -> dict[tuple[Any, ...], tuple[Any, str]]:
    listed = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["figures"]
    return {tuple(each[part] for part in KEY): (each["value"], each["unit"]) for each in listed}


def tables(old: Path, new: Path) -> Iterator[str]:
    """Compare all tables and layers, row by row."""
    before, after = (rows(folder / "assessment.gpkg") for folder in (old, new))
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            yield f"table {'gone' if name in before else 'new'}: {name}"
        elif before[name] != after[name]:
            different = sum(one != other for one, other in zip(before[name], after[name], strict=False))
            yield f"table changed: {name}: {len(before[name])} -> {len(after[name])} rows, {different} of them differ"


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        named = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in named if not name.startswith(OF_THE_RUN)]
        return {name: columns_and_rows(connection, name) for name in kept}


def columns_and_rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    found = connection.execute(f'SELECT * FROM "{table}"')
    return [tuple(each[0] for each in found.description), *found]


def pages(old: Path, new: Path) -> Iterator[str]:
    """Compare what the reports say, without times, versions and pictures."""
    before, after = (said(folder / "report.html") for folder in (old, new))
    for line in difflib.unified_diff(before, after, "report before", "report now", lineterm="", n=0):
        yield line[:300]
    if pictures(old) != pictures(new):
        yield "the maps of the report differ"


def said(page: Path) -> list[str]:
    text = re.sub(r'<style>.*?</style>|src="data:[^"]*"', "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line.strip() for line in re.sub(r"<[^>]+>", "\n", text).splitlines()]
    return [line for line in lines if line and not re.search(r"\d{4}-\d{2}-\d{2}|sheltermap \d", line)]


def pictures(folder: Path) -> list[str]:
    return re.findall(r'src="(data:[^"]*)"', (folder / "report.html").read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
