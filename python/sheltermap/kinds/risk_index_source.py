# SPDX-License-Identifier: Apache-2.0
"""What the figures of an index of risk are made of: the parts of an area, each from 0 to 1, by their weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sheltermap.base.sql_quoting import quoted
from sheltermap.questions.figure_source import NotInLayers, Query, Sum, is_empty, is_given, literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sheltermap.questions.figure_source import Asked, Source


class _Keys(Protocol):
    """What a plan says of an index."""

    @property
    def weights(self) -> Mapping[str, float]: ...

    @property
    def limits(self) -> Mapping[str, Sequence[float]] | None: ...

    @property
    def more_is_better(self) -> Sequence[str] | None: ...

    @property
    def combined(self) -> str: ...


def index_source(kind: _Keys, asked: Asked) -> Source:
    """Return what a figure of an index is made of."""
    name, layer = asked.name, asked.layer()
    if name in ("areas", "areas_not_ranked"):
        return Sum(layer, () if name == "areas" else (is_empty("rank"),))
    if name.startswith("weight_stays"):
        return NotInLayers("weights_moved")
    if name == "part_value":
        return Sum(layer, asked.in_area(), quoted(asked.measure), "only")
    if name == "part_weight":
        return _weight(asked)
    if name in ("part_0_at", "part_1_at"):
        return _limit(kind, asked, asked.measure, name == "part_1_at")
    index = _index(kind, asked)
    rows = Sum(layer, asked.in_area())
    here = f"SELECT {index} FROM {quoted(layer)} WHERE {rows.condition}"
    if name == "risk_index":
        return Query(here, (rows,), f"index_{kind.combined}")
    above = f"SELECT 1 + COUNT(*) FROM {quoted(layer)} WHERE {index} > ({here}) + 1e-12"
    return Query(above, (Sum(layer, (is_given("rank"),)),), "index_rank")


def _weight(asked: Asked) -> Query:
    """Return the weight that the plan gives a part, so that all of them sum to 1."""
    plan = f"FROM parameters WHERE analysis = {literal(asked.kind.name)} AND parameter = 'weights'"
    path = literal(f'$."{asked.measure}"')
    whole = f"SELECT SUM(weight.value) FROM parameters, json_each(parameters.value) AS weight {plan[16:]}"
    return Query(f"SELECT json_extract(value, {path}) * 1.0 / ({whole}) {plan}", (), "index_weight")


def _limit(kind: _Keys, asked: Asked, part: str, upper: bool) -> Source:
    """Return what becomes 0 or 1: the limit that the plan gives, else the least or the greatest of all areas."""
    if kind.limits is None:
        return Sum(asked.layer(), (), quoted(part), "max" if upper else "min")
    path = literal(f'$."{part}"[{int(upper)}]')
    where = f"analysis = {literal(asked.kind.name)} AND parameter = 'limits'"
    return Query(f"SELECT json_extract(value, {path}) FROM parameters WHERE {where}", (), "index_limit")


def _index(kind: _Keys, asked: Asked) -> str:
    """Return the index of a row in SQL: the weighted mean of its parts, arithmetic or geometric."""
    whole, terms = sum(kind.weights.values()), []
    for part, weight in kind.weights.items():
        low, high = (_limit(kind, asked, part, upper).sql for upper in (False, True))
        share = f"MIN(MAX(({quoted(part)} - ({low})) * 1.0 / (({high}) - ({low})), 0), 1)"
        scaled = f"(1 - {share})" if part in (kind.more_is_better or ()) else share
        by = literal(weight / whole)
        terms.append(f"POWER({scaled}, {by})" if kind.combined == "geometric" else f"{scaled} * {by}")
    return "(" + (" * " if kind.combined == "geometric" else " + ").join(terms) + ")"
