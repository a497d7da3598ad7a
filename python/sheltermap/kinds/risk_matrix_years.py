# SPDX-License-Identifier: Apache-2.0
"""A risk matrix as figures of a year, and what became of each risk between two years of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.kinds.risk_matrix_tables import dimension_name
from sheltermap.page.table import Cell, Table, Words, heads, text
from sheltermap.questions.figures import records
from sheltermap.risk.risk_classes import RiskClasses
from sheltermap.risk.risk_movement import movement_of

if TYPE_CHECKING:
    from sheltermap.questions.question import Figure, Question

LIKELIHOOD = "likelihood"  # as measure of the limits of its classes
ORDER = ("up", "up_within", "no_longer_placed", "new", "across", "placed", "gone", "down_within", "down", "same")
FIGURES = {"risk_level": "level", "likelihood_class": "likelihood_class", "impact_class": "impact_class"}


def class_figures(kind: Question, classes: RiskClasses) -> list[Figure]:
    """Return the classes as figures, so that a comparison of years knows those of both."""
    own: dict[str, Any] = {"measure": "risks", "unit": "1"}
    figures = [kind.figure("joined_by", 1.0, category=classes.joined, **own)]
    for name, weight in (classes.weights or {}).items():
        figures.append(kind.figure("joining_weight", weight, measure=name, unit="1"))
    limits: dict[str, tuple[list[float], str]] = {LIKELIHOOD: (classes.likelihood.limits, "1")}
    for name, dimension in classes.dimensions.items():
        whole = [float(each) for each in range(1, classes.impact_count + 1)]
        limits[name] = (dimension.limits or whole, dimension.unit or "class")
    for name, (values, unit) in limits.items():
        for number, value in enumerate(values, 1):
            figures.append(kind.figure("class_from", value, measure=name, unit=unit, category=str(number)))
    for impact in range(1, classes.impact_count + 1):
        for likelihood in range(1, classes.likelihood_count + 1):
            level, cell = classes.level(likelihood, impact), f"{likelihood}/{impact}"
            figures.append(kind.figure("cell_level", level, measure="risks", unit="level", category=cell))
    return figures


def matrix_in(figures: pd.DataFrame) -> tuple[pd.DataFrame, RiskClasses]:
    """Return the risks and the classes of a year from its figures; what classes are called figures do not tell."""
    of = {str(name): part for name, part in figures.groupby("figure")}
    return _risks(of), _classes(of)


def _risks(of: dict[str, pd.DataFrame]) -> pd.DataFrame:
    found: dict[str, dict[str, Any]] = {}
    named = pd.concat([each[each["scenario"].notna()] for each in of.values()])
    for row in records(named):
        risk = found.setdefault(row["scenario"], {"annual_probability": None, "likelihood_class": None})
        if row["figure"] == "impact":
            risk[row["measure"]] = row["value"]
        elif row["figure"] == "annual_probability":
            risk["annual_probability"] = row["value"]
        elif row["figure"] in FIGURES and row["measure"] == "risks":
            risk[FIGURES[row["figure"]]] = int(row["value"])
    return pd.DataFrame([{"scenario": name} | risk for name, risk in found.items()])


def _classes(of: dict[str, pd.DataFrame]) -> RiskClasses:
    limits: dict[str, dict[str, Any]] = {}
    for row in records(of["class_from"].assign(number=of["class_from"]["category"].astype(int)).sort_values("number")):
        limits.setdefault(row["measure"], {"from": [], "unit": row["unit"]})["from"].append(row["value"])
    cells = {row["category"]: int(row["value"]) for row in records(of["cell_level"])}
    across, up = (max(int(cell.split("/")[at]) for cell in cells) for at in (0, 1))
    rows = [[f"l{cells[f'{x}/{y}']}" for x in range(1, across + 1)] for y in range(1, up + 1)]
    weights = (
        {row["measure"]: row["value"] for row in records(of["joining_weight"])} if "joining_weight" in of else None
    )
    likelihood = limits.pop(LIKELIHOOD)["from"]
    dimensions = {name: {"qualitative": True} if each["unit"] == "class" else each for name, each in limits.items()}
    return RiskClasses.read(
        {
            "title": "as recorded",
            "source": "figures of an assessment",
            "joined": str(of["joined_by"]["category"].iloc[0]),
            "likelihood": {"from": likelihood},
            "dimensions": dimensions,
            "levels": [{"id": f"l{number}"} for number in range(1, max(max(cells.values()), 2) + 1)],
            "matrix": {"levels": rows},
            **({} if weights is None else {"weights": weights}),
        }
    )


def movement_table(before: pd.DataFrame, after: pd.DataFrame) -> list[Table]:
    """Return what became of each risk between two years, those that moved up first; nothing where none moved."""
    moved = movement_of(*matrix_in(before), *matrix_in(after))
    moved = moved[moved["move"] != "same"]
    if not len(moved):
        return []
    order = moved.assign(order=moved["move"].map(ORDER.index)).sort_values("order", kind="stable")
    rows: list[list[Cell]] = [
        [
            text(row["scenario"]),
            texts.both(f"risk_move_{row['move']}"),
            _causes(row),
            _from_to(row, "level"),
            _from_to(row, "likelihood_class"),
            _from_to(row, "impact_class"),
            _figures_told(row, moved),
        ]
        for row in records(order)
    ]
    head = heads("scenario", "risk_move", "risk_cause", "risk_level", "likelihood", "risk_impact", "risk_figures")
    return [Table(texts.both("risk_movement"), head, rows, texts.both("risk_movement_note"), texts_first=3)]


def _causes(row: dict[str, Any]) -> Words:
    if pd.isna(row["cause"]):
        return dict.fromkeys(texts.LANGUAGES, "–")
    named = [texts.both(f"risk_cause_{each}") for each in str(row["cause"]).split(", ")]
    return {lang: ", ".join(each[lang] for each in named) for lang in texts.LANGUAGES}


def _from_to(row: dict[str, Any], name: str) -> str:
    old, new = ("–" if pd.isna(value := row[f"{name}_{when}"]) else str(int(value)) for when in ("before", "after"))
    return old if old == new else f"{old} → {new}"


def _figures_told(row: dict[str, Any], moved: pd.DataFrame) -> Words:
    """Write the probability and the impacts that changed, of both years."""
    names = [each.removesuffix("_before") for each in moved.columns if each.endswith("_before")]
    told: dict[str, list[str]] = {lang: [] for lang in texts.LANGUAGES}
    for name in names[names.index("annual_probability") :]:
        pair = [row[f"{name}_{when}"] for when in ("before", "after")]
        if pair[0] == pair[1] or all(pd.isna(each) for each in pair):
            continue
        what = texts.both("risk_probability") if name == "annual_probability" else dimension_name(name)
        for lang in texts.LANGUAGES:
            written = [_value(each, name, lang) for each in pair]
            told[lang].append(f"{what[lang]} {written[0]} → {written[1]}")
    return {lang: "; ".join(each) for lang, each in told.items()}


def _value(value: float, name: str, lang: str) -> str:
    if pd.isna(value):
        return "–"
    if name == "annual_probability":
        return texts.decimal(f"{texts.significant(100 * value, 6)} %", lang)
    return texts.decimal(texts.number(value), lang)
