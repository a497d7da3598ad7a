# SPDX-License-Identifier: Apache-2.0
"""Who is covered, who is not and where they live, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.base.scopes import NO_AREA
from sheltermap.page.table import Words, text
from sheltermap.questions.figures import records, threshold_of
from sheltermap.questions.finding import Finding, Step, found, listed, nearness, with_count
from sheltermap.questions.row_tables import measure_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sheltermap.base.limits import Limit
    from sheltermap.questions.outcome import Outcome

SAME = ("covered", "uncovered")  # figures that tell what the share tells


def coverage_finding(outcome: Outcome) -> Finding:
    """Return who is covered within the first limit and the last one, and in which area fewest are."""
    first = outcome.thresholds[0]
    last = last_limit(outcome.tables["summary"], outcome.thresholds, outcome.measure) or first
    row = _sums(outcome, last)
    told: dict[str, Any] = {key: texts.number(row[key]) for key in ("covered", "uncovered", "total")}
    told |= {"unit": measure_words(outcome, outcome.measure), "limit": texts.distances(last)}
    told["share"] = texts.shares(row["covered_share"])
    if row["covered"] == row["total"]:
        words = texts.both("finding_all_within", **told)
    elif first == last:
        words = texts.both("finding_within", **told)
    else:
        share = texts.shares(_sums(outcome, first)["covered_share"])
        words = texts.both("finding_within_two", first=texts.distances(first), first_share=share, **told)
    return of_limit(outcome, _joined(words, _fewest(outcome, last)), last)


def of_limit(outcome: Outcome, words: Words, limit: Limit) -> Finding:
    """Return a finding about who is not covered within a limit."""
    row = _sums(outcome, limit)
    where: dict[str, Any] = {"measure": outcome.measure} | threshold_of(limit)
    figure = outcome.analysis.figure("covered_share", row["covered_share"], **where)
    fact = nearness(outcome, limit)
    return found(outcome, words, row["uncovered"], row["total"], figure=figure, also=SAME, fact=fact)


def places_step(outcome: Outcome) -> list[Step]:
    """Return where most people live who are not covered; nothing where all are, or rows are not joined into places."""
    places = outcome.tables.get("places")
    if places is None or not len(places):
        return []
    limit = last_limit(outcome.tables["summary"], outcome.thresholds, outcome.measure) or outcome.thresholds[0]
    areas = _areas_without(outcome, limit)
    if len(areas) > 1 and places["people"].iloc[0] < areas["uncovered"].iloc[0] / 2:  # no place stands out
        worst = areas.rename(columns={"area": "name", "uncovered": "people"})
    else:
        worst = places
    named = [with_count(text(row["name"]), row["people"]) for row in records(worst[["name", "people"]][:3])]
    words = texts.both("step_places", places=listed(named, len(worst)), limit=texts.distances(limit))
    return [Step(words, float(worst["people"].iloc[0]), nearness(outcome, limit))]


def _areas_without(outcome: Outcome, limit: Limit) -> pd.DataFrame:
    """Return the areas with somebody who is not covered, most people first; none where the plan names no areas."""
    by_area = outcome.tables.get("by_area")
    if by_area is None:
        return outcome.tables["summary"].iloc[:0]
    mine = by_area[(by_area["measure"] == outcome.measure) & (by_area[limit.threshold_column] == limit.value)]
    mine = mine[~mine["area"].isin(NO_AREA) & mine["area"].notna() & (mine["uncovered"] > 0)]
    return mine.sort_values(["uncovered", "area"], ascending=[False, True], kind="stable")


def last_limit(summary: pd.DataFrame, limits: Sequence[Limit], measure: str) -> Limit | None:
    """Return the largest limit beyond which there is anybody; nothing where all are covered within each."""
    mine = summary[(summary["measure"] == measure) & (summary["uncovered"] > 0)]
    beyond = [each for each in limits if (mine[each.threshold_column] == each.value).any()]
    return beyond[-1] if beyond else None


def _sums(outcome: Outcome, limit: Limit) -> dict[str, Any]:
    summary = outcome.tables["summary"]
    mine = summary[(summary["measure"] == outcome.measure) & (summary[limit.threshold_column] == limit.value)]
    return records(mine)[0]


def _fewest(outcome: Outcome, limit: Limit) -> Words | None:
    """Name the area in which the smallest share is covered; nothing of one area, or where all are as well off."""
    by_area = outcome.tables.get("by_area")
    if by_area is None:
        return None
    mine = by_area[(by_area["measure"] == outcome.measure) & (by_area[limit.threshold_column] == limit.value)]
    mine = mine[~mine["area"].isin(NO_AREA) & mine["area"].notna() & (mine["total"] > 0)]
    if mine["covered_share"].nunique() < 2:
        return None
    worst = records(mine.sort_values(["covered_share", "area"], kind="stable"))[0]
    return texts.both("finding_fewest", area=str(worst["area"]), share=texts.shares(worst["covered_share"]))


def _joined(words: Words, more: Words | None) -> Words:
    return words if more is None else {lang: f"{said} {more[lang]}" for lang, said in words.items()}
