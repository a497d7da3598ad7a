# SPDX-License-Identifier: Apache-2.0
"""The tables of a risk matrix in the report, and its key figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.scenarios import hazard_words
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.table import LONG, Cell, Table, Words, cut_note, heads
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, figures_of, listed
from sheltermap.questions.outcome import Outcome
from sheltermap.risk.class_parts import COMMON
from sheltermap.risk.risk_matrix import RiskMatrix

if TYPE_CHECKING:
    from sheltermap.risk.risk_classes import RiskClasses

TOLD = 3  # risks named on the terminal


@dataclass(frozen=True)
class MatrixOutcome(Outcome):
    """What was found, with the matrix itself."""

    matrix: RiskMatrix | None = None


def matrix_of(outcome: Outcome) -> RiskMatrix:
    """Return the matrix that was found."""
    assert isinstance(outcome, MatrixOutcome), "the kind makes it"
    assert outcome.matrix is not None, "the kind puts it there"
    return outcome.matrix


def risk_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Tell how many risks have the highest level that one has, how many are not placed, and how many are reversed."""
    matrix = matrix_of(outcome)
    whole = len(matrix.risks)
    highest = matrix.risks["level"].max()
    figures = []
    if not pd.isna(highest):
        count = int((matrix.risks["level"] == highest).fillna(False).sum())
        words = matrix.classes.level_words(int(highest))
        label = texts.both("risk_at_highest_example" if matrix.classes.is_example else "risk_at_highest", level=words)
        figures.append(_counted(count, label, whole))
    figures.append(_counted(len(matrix.not_placed), texts.both("risk_no_level"), whole))
    pairs = len(matrix.reversals[["higher", "lower"]].drop_duplicates())
    placed = whole - len(matrix.not_placed)
    detail = texts.both("of", part=pairs, total=texts.number(placed * (placed - 1) // 2), unit=texts.both("risk_pairs"))
    return [*figures, KeyFigure(dict.fromkeys(texts.LANGUAGES, texts.number(pairs)), texts.both("reversals"), detail)]


def risk_finding(outcome: Outcome) -> list[Finding]:
    """Name the risks of the highest level that one has."""
    matrix = matrix_of(outcome)
    highest = matrix.risks["level"].max()
    if pd.isna(highest):
        return []
    mine = matrix.risks[(matrix.risks["level"] == highest).fillna(False).to_numpy(bool)].sort_values("number")
    named = [outcome.context.scenario_words(name) for name in mine["scenario"]]
    counts = {"count": texts.number(len(mine)), "total": texts.number(len(matrix.risks))}
    level = matrix.classes.level_words(int(highest))
    words = texts.both("finding_risks", level=level, names=listed(named), **counts)
    behind = figures_of(outcome, "risks_at_level", category=str(int(highest)))
    return [Finding(words, len(mine) / len(matrix.risks), of_people=False, behind=behind)]


def _counted(count: int, label: Words, whole: int) -> KeyFigure:
    told = texts.number(count)
    detail = texts.both("of", part=told, total=texts.number(whole), unit=texts.both("risks"))
    return KeyFigure(dict.fromkeys(texts.LANGUAGES, told), label, detail)


def risks_told(outcome: Outcome, lang: str) -> str:
    """Name the highest risks, how many pairs are reversed, and that the classes are an example where they are."""
    matrix = matrix_of(outcome)
    highest = records(matrix.risks[matrix.risks["not_placed"].isna()].sort_values("number")[:TOLD])
    said = [
        f"{outcome.context.scenario_words(row['scenario'])[lang]}: {matrix.classes.level_words(row['level'])[lang]}"
        for row in highest
    ]
    lines = ["; ".join(said)] if said else []
    if len(matrix.reversals):
        pairs = len(matrix.reversals[["higher", "lower"]].drop_duplicates())
        lines.append(texts.say("risk_reversed_short", lang, count=texts.number(pairs)))
    lines += [texts.say("risk_example", lang)] if matrix.classes.is_example else []
    return ". ".join(lines)


def risk_tables(outcome: Outcome) -> list[Table | None]:
    """Tell where each risk stands, how many have each level, which are reversed, and where the classes begin."""
    matrix = matrix_of(outcome)
    return [
        _risks_table(outcome, matrix),
        _levels_table(matrix),
        _reversals_table(outcome, matrix),
        _classes_table(matrix),
    ]


def _risks_table(outcome: Outcome, matrix: RiskMatrix) -> Table:
    classes = matrix.classes
    known = [name for name in classes.dimensions if name in matrix.risks]
    expected = [name for name in known if f"{name}_expected" in matrix.risks]
    head: list[Cell] = heads("scenario", "hazard", "likelihood")
    head += [_with_unit(classes, name) for name in known]
    head += heads("risk_impact", "risk_level")
    head += [_expected_head(classes, name) for name in expected]
    rows: list[list[Cell]] = []
    for row in records(matrix.risks.sort_values("number")):
        title = outcome.context.scenario_words(row["scenario"])
        cells: list[Cell] = [{lang: f"{row['number']} {title[lang]}" for lang in texts.LANGUAGES}]
        cells += [hazard_words(row["hazard"]), _likelihood(row, classes)]
        cells += [_impact(row, name) for name in known]
        cells += [_joint(row, classes), _level(row, classes)]
        rows.append([*cells, *(texts.rounded(row[f"{name}_expected"]) for name in expected)])
    return Table(texts.both("risk_table"), head, rows, texts.both("risk_table_note"), texts_first=3)


def _with_unit(classes: RiskClasses, name: str) -> Words:
    words, unit = dimension_name(name), _unit(classes, name)
    return words if classes.dimensions[name].qualitative else {lang: f"{words[lang]}, {unit[lang]}" for lang in unit}


def _unit(classes: RiskClasses, name: str) -> Words:
    unit = classes.dimensions[name].unit
    return texts.both("people") if unit == "people" else dict.fromkeys(texts.LANGUAGES, unit or "–")


def _expected_head(classes: RiskClasses, name: str) -> Words:
    return texts.both("risk_expected", dimension=dimension_name(name), unit=_unit(classes, name))


def _likelihood(row: dict[str, Any], classes: RiskClasses) -> Words:
    if pd.isna(row["likelihood_class"]):
        return texts.both("unknown")
    words = classes.likelihood_words(int(row["likelihood_class"]))
    if pd.isna(row["annual_probability"]):
        return words
    share = texts.significant(100 * row["annual_probability"]) + " %"
    return {lang: f"{texts.decimal(share, lang)} ({words[lang]})" for lang in texts.LANGUAGES}


def _impact(row: dict[str, Any], name: str) -> Words:
    number = row[f"{name}_class"]
    if pd.isna(number):
        return texts.both("unknown")
    if f"{name}_expected" not in row:
        return dict.fromkeys(texts.LANGUAGES, f"({number})")
    return {lang: f"{written} ({number})" for lang, written in texts.rounded(row[name]).items()}


def _joint(row: dict[str, Any], classes: RiskClasses) -> Words:
    if pd.isna(row["impact_class"]):
        return texts.both("unknown")
    words = classes.impact_words(int(row["impact_class"]))
    decided = [dimension_name(name) for name in str(row["decided_by"]).split(", ")]
    return {lang: f"{words[lang]} ({', '.join(each[lang] for each in decided)})" for lang in texts.LANGUAGES}


def dimension_name(name: str) -> Words:
    """Return a dimension in every language, in a word; one that has no word as it is."""
    return texts.both(f"risk_{name}") if name in COMMON else dict.fromkeys(texts.LANGUAGES, name)


def _level(row: dict[str, Any], classes: RiskClasses) -> Words:
    if pd.isna(row["level"]):
        return texts.both(f"risk_{row['not_placed']}")
    return classes.level_words(int(row["level"]))


def _levels_table(matrix: RiskMatrix) -> Table:
    rows: list[list[Cell]] = []
    for row in records(matrix.summary):
        of_level = not pd.isna(row["level"])
        if not of_level and not row["risks"]:
            continue
        words = matrix.classes.level_words(int(row["level"])) if of_level else texts.both(f"risk_{row['level_id']}")
        rows.append([words, texts.number(row["risks"])])
    foot: list[list[Cell]] = [[texts.both("all"), texts.number(len(matrix.risks))]]
    return Table(texts.both("risk_by_level"), heads("risk_level", "risks"), rows, foot=foot)


def _reversals_table(outcome: Outcome, matrix: RiskMatrix) -> Table | None:
    found = matrix.reversals
    if not len(found):
        return None
    named = outcome.context.scenario_words
    rows: list[list[Cell]] = []
    for row in records(found[:LONG]):
        cells: list[Cell] = [named(row["lower"]), matrix.classes.level_words(row["level_of_lower"])]
        cells += [named(row["higher"]), matrix.classes.level_words(row["level_of_higher"])]
        cells += [_with_unit(matrix.classes, row["dimension"]), texts.both("yes" if row["in_all"] else "no")]
        rows.append([*cells, texts.rounded(row["expected_of_lower"]), texts.rounded(row["expected_of_higher"])])
    head = heads(
        *("risk_more_expected", "risk_level", "risk_less_expected", "risk_level", "risk_dimension", "risk_in_all"),
        *("risk_expected_of_first", "risk_expected_of_second"),
    )
    note = cut_note(LONG, len(found), outcome.analysis.name) or texts.both("risk_reversals_note")
    return Table(texts.both("risk_reversals"), head, rows, note, texts_first=6)


def _classes_table(matrix: RiskMatrix) -> Table:
    classes = matrix.classes
    rows: list[list[Cell]] = [
        [texts.both("likelihood"), "%", *(_limit(100 * each) for each in _padded(classes.likelihood.limits, classes))]
    ]
    for name, dimension in classes.dimensions.items():
        words = classes.dimension_words(name)
        limits: list[Cell] = [texts.both("risk_in_words"), *[""] * (_columns(classes) - 1)]
        if dimension.limits is not None:
            limits = [_limit(each) for each in _padded(dimension.limits, classes)]
        rows.append([words, _unit(classes, name), *limits])
    head: list[Cell] = [texts.both("risk_dimension"), texts.both("unit")]
    head += [str(number) for number in range(1, _columns(classes) + 1)]
    return Table(texts.both("risk_classes"), head, rows, classes.said()[0].words, texts_first=2)


def _columns(classes: RiskClasses) -> int:
    return max(classes.likelihood_count, classes.impact_count)


def _padded(limits: list[float], classes: RiskClasses) -> list[float]:
    return [*limits, *[float("nan")] * (_columns(classes) - len(limits))]


def _limit(value: float) -> Words:
    if pd.isna(value):
        return dict.fromkeys(texts.LANGUAGES, "")
    written = texts.number(value) if value == round(value) else texts.significant(value, 6)
    return {lang: "≥ " + texts.decimal(written, lang) for lang in texts.LANGUAGES}
