# SPDX-License-Identifier: Apache-2.0
"""What a contest says in tables, and what of it is kept for the plot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from common.contest import Contest, Tries, all_cores
from common.machine import versions
from common.operation import Operation
from common.section import Section, Table

PACKAGES = (
    *("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyarrow", "scipy", "scikit-learn", "sedonadb", "duckdb"),
    *("psycopg", "pyogrio", "exactextract", "pandana", "spopt", "highspy"),
)
HEADER = ("", "wall s", "CPU s", "wall ÷ best peer", "CPU ÷ best peer", "peak MB added", "agreement")


def section(operation: Operation, contests: list[Contest], rounds: int, left_out: list[str]) -> Section:
    """Return all tables of an operation."""
    tables = [_contest_table(contest, form) for contest in contests for form in _forms(contest)]
    tables += [_cores_table(operation, c) for c in contests if c.fewer]
    tables += _growth_table(operation, [c for c in contests if c.variant.growth])
    return Section(
        operation.title, tables, _notes(operation, contests, rounds, left_out), any(c.failed for c in contests)
    )


def record(contests: list[Contest]) -> list[dict[str, Any]]:
    """Return what the plot needs: per variant and form the ratios of all to the best peer."""
    found = []
    for contest in contests:
        for form in _forms(contest):
            tries = [t for t in contest.tries if t.contestant.form == form]
            best = _best(tries, lambda t: t.wall_s)
            if best is None:
                continue
            ratios = [
                {"name": t.contestant.name, "ours": t.contestant.ours, "ratio": round(t.wall_s / best, 4)}
                for t in tries
            ]
            goal = contest.variant.goals.get(form)
            found.append({"variant": contest.variant.label, "form": form, "goal": goal, "ratios": ratios})
    return found


def _forms(contest: Contest) -> list[str]:
    return list(dict.fromkeys(t.contestant.form for t in contest.tries))


def _best(tries: Iterable[Tries], figure: Any) -> float | None:
    """Return the least of the peers that do the whole job."""
    return min((figure(t) for t in tries if not t.contestant.ours and not t.contestant.given), default=None)


def _contest_table(contest: Contest, form: str) -> Table:
    tries = [t for t in contest.tries if t.contestant.form == form]
    best_wall_s, best_cpu_s = _best(tries, lambda t: t.wall_s), _best(tries, lambda t: t.cpu_s)
    rows = [
        (
            t.contestant.name + (f", given {t.contestant.given}" if t.contestant.given else ""),
            _seconds(t.wall_s),
            _seconds(t.cpu_s),
            _ratio(t.wall_s, best_wall_s),
            _ratio(t.cpu_s, best_cpu_s),
            _memory(t),
            contest.verdicts.get(t.contestant.key, ""),
        )
        for t in tries
    ]
    goal = contest.variant.goals.get(form)
    wish = f" (goal: ≤ {goal:g} of the best peer's wall seconds)" if goal else ""
    caption = f"{contest.variant.label}; {form}{wish}"
    return Table(HEADER, rows, caption)


def _cores_table(operation: Operation, contest: Contest) -> Table:
    """Return wall seconds by number of cores."""
    by_cores = [*sorted({t.cores for t in contest.fewer}), all_cores()]
    count = contest.variant.size[operation.rows]
    rows = []
    for full in contest.tries:
        key = full.contestant.key
        line = {t.cores: t for t in contest.fewer if t.contestant.key == key} | {all_cores(): full}
        if len(line) < len(by_cores):
            continue
        one = line[by_cores[0]]
        rows.append(
            (
                key,
                *(_seconds(line[cores].wall_s) for cores in by_cores),
                f"{one.wall_s / full.wall_s:.2f}",
                f"{one.wall_s / count * 1e9:,.0f}",
                "yes" if all(t.answers_like(full) for t in line.values()) else "no",
            )
        )
    names = ("1 core, wall s", *(f"{cores} cores, wall s" for cores in by_cores[1:]))
    return Table(("", *names, "speed-up", "ns a row, 1 core", "same bytes"), rows, f"Cores: {contest.variant.label}")


def _growth_table(operation: Operation, contests: list[Contest]) -> list[Table]:
    """Return seconds and memory as the rows grow, of those who did all of it."""
    if len(contests) < 2:
        return []
    contests = sorted(contests, key=lambda c: c.variant.size[operation.rows])
    everywhere = set.intersection(*({t.contestant.key for t in c.tries} for c in contests))
    rows = []
    for key in dict.fromkeys(t.contestant.key for t in contests[0].tries):
        for contest in contests if key in everywhere else []:
            done = next(t for t in contest.tries if t.contestant.key == key)
            count, spent = contest.variant.size[operation.rows], done.spent[0]
            bare_mb = spent.input_mb + spent.result_mb
            peak_mb = done.peak_mb
            rows.append(
                (
                    key,
                    f"{count:,}",
                    _seconds(done.wall_s),
                    f"{done.wall_s / count * 1e9:,.0f}",
                    _memory(done),
                    f"{bare_mb:.0f}",
                    "–" if peak_mb is None else f"{(spent.input_mb + peak_mb) / bare_mb:.2f}",
                )
            )
    header = (
        "",
        "rows",
        "wall s",
        "ns a row",
        "peak MB added",
        "input + results, MB",
        "(input + peak) ÷ (input + results)",
    )
    return [Table(header, rows, "Growth; input and results counted as bare arrays")]


def _notes(operation: Operation, contests: list[Contest], rounds: int, left_out: list[str]) -> list[str]:
    tries = [t for c in contests for t in c.tries]
    scaled = {f"{t.contestant.name} ({t.contestant.most_rows:,})": None for t in tries if t.factor > 1}
    once = {t.contestant.name: None for t in tries if len(t.spent) < rounds}
    skipped = {f"{who} ({what})": None for c in contests for who, what in c.skipped.items()}
    server = max((c.server_version for c in contests), default="")
    return [
        *([operation.notes] if operation.notes else []),
        f"The least of {rounds} interleaved rounds, each call in a fresh process after one on at most 1,000 rows.",
        *([f"Measured on fewer rows and multiplied up: {'; '.join(scaled)}."] if scaled else []),
        *([f"Not repeated in every round, as too slow: {'; '.join(once)}."] if once else []),
        versions(PACKAGES) + server + ".",
        *([f"Skipped, not installed: {'; '.join(skipped)}."] if skipped else []),
        *left_out,
        *(fault for c in contests for fault in c.faults),
    ]


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:,.1f}"


def _ratio(value: float, base: float | None) -> str:
    return "–" if base is None else f"{value / base:.2f}" if value < 10 * base else f"{value / base:,.0f}"


def _memory(each: Tries) -> str:
    if each.peak_mb is None:
        return "–"
    return f"{each.peak_mb:.0f}" + (f" ({each.contestant.memory_note})" if each.contestant.memory_note else "")
