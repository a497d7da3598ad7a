# SPDX-License-Identifier: Apache-2.0
"""Tables of the report: what was found, as rows of cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sheltermap.base import scopes, texts
from sheltermap.base.limits import Seconds
from sheltermap.base.limits import label as threshold_label
from sheltermap.plans.plan import Plan
from sheltermap.runs.figures import records
from sheltermap.runs.outcomes import Outcome

Words = dict[str, str]  #: by language
MEASURES = ("rows", "people", "children", "seniors", "reduced_mobility")  # columns that have a word in texts
NAMED = 100  # names in a row that a reader still reads
LONG = 30  # rows of a list that a reader still reads; all are in the layer


@dataclass(frozen=True)
class Bar:
    """A total in parts, drawn as one bar."""

    covered: float
    uncovered: float
    unknown: float

    def parts(self) -> list[tuple[str, float]]:
        """Return the state and per cent of each part."""
        total = self.covered + self.uncovered + self.unknown
        states = ("covered", "uncovered", "unknown")
        return [(state, 100 * getattr(self, state) / total) for state in states] if total > 0 else []


Cell = str | Words | Bar


@dataclass(frozen=True)
class Table:
    """Rows of cells under a title."""

    title: Words
    head: Sequence[Cell]
    rows: list[list[Cell]]
    note: Words | None = None
    foot: list[list[Cell]] = field(default_factory=list)
    texts_first: int = 1  #: so many columns hold texts, the others numbers


def distance_table(outcome: Outcome) -> Table:
    """Every distance of a coverage: covered, not, unknown, with the total they sum to."""
    rows: list[list[Cell]] = []
    for row in records(outcome.tables["summary"]):
        limit = texts.both("within", distance=_limit(outcome, row))
        rows.append([limit, measure_words(outcome, row["measure"]), *_states(row)])
    title = texts.both("by_duration" if outcome.in_time else "by_distance")
    return Table(title, [cost_word(outcome), _column("measure"), *_state_columns()], rows, texts_first=2)


def cost_word(outcome: Outcome) -> Words:
    """Return what the way to the nearest is counted in: distance, or time on the way."""
    return _column("duration" if outcome.in_time else "distance")


def _limit(outcome: Outcome, row: dict[str, Any]) -> Words:
    """Return the threshold of a row of a coverage's tables."""
    return outcome.spelt(row["threshold_s" if outcome.in_time else "threshold_m"])


def area_tables(outcome: Outcome) -> list[Table]:
    """For each measure: every area, with what is covered within each distance."""
    by_area = outcome.tables.get("by_area")
    if by_area is None:
        return []
    return [_area_table(outcome, measure) for measure in by_area["measure"].unique()]


def _area_table(outcome: Outcome, measure: str) -> Table:
    by_area, summary = outcome.tables["by_area"], outcome.tables["summary"]
    single = len(outcome.thresholds_m) == 1
    limits = [texts.both("within", distance=texts.distances(each)) for each in outcome.thresholds_m]
    head = [_column("area"), *(_state_columns() if single else [_column("total"), *limits, _column("unknown")])]
    weighted = measure != "rows"
    if weighted:
        head.append(_column("rows_without_weight"))

    def line(label: Cell, totals: list[dict[str, Any]]) -> list[Cell]:
        cells = _states(totals[0]) if single else _bands(totals)
        return [label, *cells, *([texts.number(totals[0]["rows_without_weight"])] if weighted else [])]

    mine = by_area[by_area["measure"] == measure]
    by_name = dict(list(mine.groupby("area", sort=False)))
    rows = []
    for area in sorted(by_name, key=scopes.last_in_order):
        rows.append(line(scopes.words(area), records(by_name[area])))
    total = records(summary[summary["measure"] == measure])
    title = texts.both("by_area")
    if weighted and len(by_area["measure"].unique()) > 1:
        title = {lang: f"{title[lang]}: {measure_words(outcome, measure)[lang]}" for lang in title}
    return Table(title, head, rows, foot=[line(texts.both("all"), total)])


def _state_columns() -> list[Cell]:
    return [*(_column(key) for key in ("total", "covered", "uncovered", "unknown", "share")), ""]


def _states(row: dict[str, Any]) -> list[Cell]:
    counts = [texts.number(row[key]) for key in ("total", "covered", "uncovered", "unknown")]
    return [*counts, texts.shares(row["covered_share"]), Bar(row["covered"], row["uncovered"], row["unknown"])]


def _bands(totals: list[dict[str, Any]]) -> list[Cell]:
    within: list[Cell] = [
        {
            lang: f"{texts.number(row['covered'])} · {texts.share(row['covered_share'], lang)}"
            for lang in texts.LANGUAGES
        }
        if row["total"]
        else "–"
        for row in totals
    ]
    return [texts.number(totals[0]["total"]), *within, texts.number(totals[-1]["unknown"])]


def reasons_table(outcome: Outcome) -> Table | None:
    """Why something is not covered; the reasons sum to the gap."""
    rows: list[list[Cell]] = [
        [
            texts.both("within", distance=_limit(outcome, row)),
            reason_words(row["reason"]),
            measure_words(outcome, row["measure"]),
            texts.number(row["weight"]),
        ]
        for row in records(outcome.tables["reasons"])
        if row["weight"]
    ]
    head = [cost_word(outcome), _column("reason"), _column("measure"), _column("total")]
    return Table(texts.both("reasons"), head, rows, texts_first=3) if rows else None


def not_covered_table(plan: Plan, outcome: Outcome) -> Table:
    """Rows beyond the smallest distance, the farthest first after those whose place is unknown."""
    smallest = outcome.thresholds_m[0]
    rows = outcome.not_covered(smallest)
    title = texts.both("not_covered")
    if not len(rows):
        return Table(title, [], [], note=texts.both("everyone_covered", distance=texts.distances(smallest)))
    return _row_table(plan, outcome, rows, title)


def borderline_table(plan: Plan, outcome: Outcome) -> Table | None:
    """Rows so near to a limit that the error of their coordinates may decide."""
    columns = [f"borderline_{threshold_label(each)}" for each in outcome.thresholds_m]
    where = outcome.layer[columns].fillna(False).astype(bool).any(axis=1).to_numpy()
    if not where.any():
        return None
    table = _row_table(plan, outcome, outcome.layer[where], texts.both("borderline"), digits=3)
    return Table(table.title, table.head, table.rows, texts.both("borderline_why"), texts_first=table.texts_first)


def unweighted_table(plan: Plan, outcome: Outcome) -> Table | None:
    """Rows whose own number is not known: in no total, so they are named."""
    rows = outcome.without_weight()
    if not len(rows):
        return None
    names = ", ".join(row_labels(plan, outcome, rows[:NAMED]))
    more = texts.both("and_more", count=texts.number(len(rows) - NAMED)) if len(rows) > NAMED else ""
    note = {lang: names + texts.pick(more, lang) for lang in texts.LANGUAGES}
    return Table(texts.both("rows_without_weight"), [], [], note)


def unused_table(plan: Plan, outcome: Outcome) -> Table | None:
    """Facilities that do not count, with the reason, where the plan asks for some only."""
    unused = outcome.unused
    if unused is None or not len(unused):
        return None
    source = plan.inputs[outcome.analysis.facilities]  # type: ignore[union-attr]
    column = source.name or source.id
    names = unused.index if column is None else unused[column]
    shown = zip(names[:LONG], unused["unused_reason"][:LONG], unused["unused_detail"][:LONG], strict=True)
    rows: list[list[Cell]] = [[text(name), texts.both(f"unused_{why}"), text(detail)] for name, why, detail in shown]
    counts = unused["unused_reason"].value_counts(sort=False)
    foot: list[list[Cell]] = [
        [texts.both("all"), texts.both(f"unused_{why}"), texts.number(count)] for why, count in counts.items() if count
    ]
    head = [_column("name"), _column("reason"), _column("detail")]
    return Table(texts.both("unused"), head, rows, foot=foot, texts_first=len(head))


def _row_table(plan: Plan, outcome: Outcome, rows: pd.DataFrame, title: Words, *, digits: int = 1) -> Table:
    """Rows of a layer by name, with nearest facility and distance, cut where it gets long."""
    has_area, weighted = "area" in rows.columns, outcome.measure != "rows"
    head: list[Cell] = [_column("name")]
    head += [_column("area")] if has_area else []
    head += [_column("nearest_facility"), _column("reason"), cost_word(outcome)]
    head += [measure_words(outcome, outcome.measure)] if weighted else []
    cells = []
    for label, row in zip(row_labels(plan, outcome, rows[:LONG]), records(rows[:LONG]), strict=True):
        area: list[Cell] = [text(row["area"]) or texts.both(scopes.OUTSIDE_AREAS)] if has_area else []
        facility = text(row.get("facility_name")) or text(row["facility"])
        away = Seconds(row[outcome.cost]) if outcome.in_time else row[outcome.cost]
        far = {lang: texts.distance(away, lang, digits=digits) for lang in texts.LANGUAGES}
        counted: list[Cell] = [_count_cell(row[outcome.measure])] if weighted else []
        cells.append([label, *area, facility, _why(outcome, row), far, *counted])
    note = texts.both("cut", shown=LONG, total=texts.number(len(rows)), layer=outcome.analysis.name)
    return Table(title, head, cells, note if len(rows) > LONG else None, texts_first=3 + has_area)


def _why(outcome: Outcome, row: dict[str, Any]) -> Cell:
    """Reason of a row: the largest limit it breaks, or why nothing is known."""
    broken = [each for each in outcome.thresholds_m if row[f"within_{threshold_label(each)}"] == "uncovered"]
    if broken:
        return texts.both("beyond", distance=texts.distances(broken[-1]))
    return reason_words(text(row["reason"])) if text(row["reason"]) else ""


def class_table(outcome: Outcome) -> Table:
    """How many rows have how many facilities."""
    classes = outcome.tables["classes"]
    total = classes["rows"].sum()
    weighted = outcome.measure != "rows"
    within = texts.both("class", distance=texts.distances(outcome.thresholds_m[0]))
    head: list[Cell] = [within, measure_words(outcome, "rows"), "%"]
    head += [measure_words(outcome, outcome.measure)] if weighted else []
    rows: list[list[Cell]] = []
    for row in records(classes):
        if row["class"] == "unknown" and not row["rows"]:
            continue
        label: Cell = texts.both("unknown") if row["class"] == "unknown" else row["class"].replace("-", "–")
        part: Cell = texts.shares(row["rows"] / total) if total else "–"
        counted = [texts.number(row["weight"])] if weighted else []
        rows.append([label, texts.number(row["rows"]), part, *counted])
    return Table(texts.both("by_class"), head, rows)


def zone_table(outcome: Outcome) -> Table:
    """What lies in each zone; below, what lies in any, in none, or nobody knows where."""
    weighted = outcome.measure != "rows"
    head: list[Cell] = [_column("zone"), measure_words(outcome, "rows")]
    head += [measure_words(outcome, outcome.measure), _column("rows_without_weight")] if weighted else []
    rows: list[list[Cell]] = []
    for row in records(outcome.tables["zones"]):
        label: Cell = texts.both(row["zone"]) if row["zone"] in scopes.OF_ZONES else text(row["zone"])
        counted = [row["rows"], row["weight"], row["rows_without_weight"]] if weighted else [row["rows"]]
        rows.append([label, *(texts.number(each) for each in counted)])
    return Table(texts.both("by_zone"), head, rows[: -len(scopes.OF_ZONES)], foot=rows[-len(scopes.OF_ZONES) :])


def row_labels(plan: Plan, outcome: Outcome, rows: pd.DataFrame) -> Iterable[str]:
    """Return what a person calls each row: its name, else its id, else its number."""
    source = plan.inputs[getattr(outcome.analysis, "demand", None) or outcome.analysis.features]  # type: ignore[union-attr]
    column = source.name or source.id
    return [text(value) for value in (rows.index if column is None else rows[column])]


def measure_words(outcome: Outcome, measure: str) -> Words:
    """Return what a measure counts: the plan's word for the main one, else the column's name."""
    unit = outcome.analysis.unit
    if unit is not None and measure == outcome.measure:
        return {lang: unit.get(lang) for lang in texts.LANGUAGES}
    return texts.both(measure) if measure in MEASURES else dict.fromkeys(texts.LANGUAGES, measure)


def reason_words(reason: str) -> Words:
    """Return a reason in words; one that has none yet as it is."""
    return texts.both(reason) if reason in texts.TEXTS else dict.fromkeys(texts.LANGUAGES, reason)


def text(value: Any) -> str:
    """Return a value as text, nothing for what is missing."""
    return "" if value is None or pd.isna(value) else str(value)


def _count_cell(value: Any) -> Cell:
    return texts.both("unknown") if pd.isna(value) else texts.number(float(value))


def _column(key: str) -> Words:
    return texts.both(key)
