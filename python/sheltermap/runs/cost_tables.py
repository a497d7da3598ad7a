# SPDX-License-Identifier: Apache-2.0
"""The tables of costs of a plan: read, and named by their SHA-256."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

import sheltermap as sm
from sheltermap.layers.digest import rows_sha256
from sheltermap.plans.plan import Plan
from sheltermap.postgis import reading
from sheltermap.runs.named_by_digest import named, read_named


@dataclass(frozen=True)
class TableRecord:
    """What was read of one table of costs."""

    name: str
    path: str  #: as the plan says it
    sha256: str
    demand_ids: int
    facility_ids: int
    pairs: int  #: that have a way
    unit: str  #: metres or seconds
    direction: str
    limit: str | None  #: up to which it holds every pair


def read_table(plan: Plan, name: str) -> tuple[sm.ReachTable, TableRecord]:
    """Read one table and note what it was.

    Raises
    ------
    PlanError
        If the table does not hold what the plan says, or not clearly.
    ReadError
        If the file cannot be read.
    """
    source, path = plan.tables[name], plan.table_path(name)
    if source.table is None:
        table, digest = read_named(plan, f"tables.{name}", path, lambda: sm.reach_from(path, **source.reading()))
    else:
        with named(plan, f"tables.{name}", "table"):
            rows = _rows(source.table, source.service)
            table, digest = sm.reach_from(rows, **source.reading()), rows_sha256(rows)
    return table, TableRecord(name, source.place, digest, **table.summary)


def _rows(table: str, service: str | None) -> pd.DataFrame:
    """Return the rows of a table of a database, without their geometries where they have any."""
    schema, _, name = table.rpartition(".")
    (rows,) = reading.fetch([reading.Wanted(name, schema or "public", None, None)], service)
    return reading.plain(rows)
