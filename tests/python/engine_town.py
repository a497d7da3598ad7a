# SPDX-License-Identifier: Apache-2.0
"""A town in several files, questions about it, and workers that die on the way, for tests of engines."""

import os
import signal
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString, box

import sheltermap as sm
from sheltermap import scale
from sheltermap.scale.blocks import Block
from sheltermap.scale.parquet_blocks import ParquetSource
from sheltermap.scale.row_source import Part

HERE = str(Path(__file__).parent)
FILES = 5


def homes(count: int = 1500) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(24.0, 24.2, count).round(6), rng.uniform(56.9, 57.0, count).round(6)
    columns = {
        "id": [f"H{number}" for number in range(count)],
        "people": rng.integers(1, 9, count) * 0.1,
        "built": pd.to_datetime("2020-01-01") + pd.to_timedelta(rng.integers(0, 999, count), "D"),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=4326)


def in_files(layer: gpd.GeoDataFrame, folder: Path) -> list[Path]:
    """Write a layer in as many files as it has parts."""
    rows = -(-len(layer) // FILES)
    paths = [folder / f"homes_{number}.parquet" for number in range(FILES)]
    for number, path in enumerate(paths):
        layer.iloc[number * rows : (number + 1) * rows].to_parquet(path)
    return paths


@cache
def questions() -> dict[str, scale.Prepared]:
    """What is asked, by what a test is about: each kind of answer, along streets too."""
    rng = np.random.default_rng(8)
    at = gpd.points_from_xy(rng.uniform(24.0, 24.2, 30), rng.uniform(56.9, 57.0, 30))
    shelters = gpd.GeoDataFrame({"id": [f"S{number}" for number in range(30)]}, geometry=at, crs=4326)
    zones = gpd.GeoDataFrame(
        {"zone": ["west", "east"]}, geometry=[box(24.0, 56.9, 24.1, 56.95), box(24.05, 56.92, 24.15, 57.0)], crs=4326
    )
    across = [LineString([(24 + step / 100, 56.9), (24 + step / 100, 57.0)]) for step in range(21)]
    along = [LineString([(24.0, 56.9 + step / 100), (24.2, 56.9 + step / 100)]) for step in range(11)]
    streets = sm.Network.from_lines(gpd.GeoDataFrame(geometry=across + along, crs=4326), node=True)
    near = {"facilities": shelters, "facility_id": "id"}
    return {
        "nearest": scale.prepare(sm.nearest, **near, limit="1 km"),
        "within": scale.prepare(sm.within, **near, limit="2 km"),
        "coverage": scale.prepare(sm.coverage, **near, thresholds="1 km", weight="people"),
        "exposure": scale.prepare(sm.exposure, zones=zones, zone_id="zone", weight="people"),
        "streets": scale.prepare(sm.nearest, **near, by=streets.close(ways=[3]), limit="3 km"),
    }


def same(one: scale.Streamed, other: scale.Streamed) -> bool:
    """Whether two answers count the same, to the last digit."""
    counts = all(getattr(one, name) == getattr(other, name) for name in ("rows", "answers", "refused_rows", "notes"))
    tables = {**one.tables, "refused": one.refused}, {**other.tables, "refused": other.refused}
    return (
        counts
        and list(tables[0]) == list(tables[1])
        and all(tables[0][name].equals(tables[1][name]) for name in tables[0])
    )


def require_same_as_alone(
    question: scale.Prepared, demand: Any, target: Path, engine: Any, *, sent: Any = None, **how: Any
) -> None:
    """Require that an engine leaves the bytes of one process, counts the same, and leaves nothing else.

    `sent` is what the engine gets in place of `demand`, `how` what both are told besides.
    """
    alone = target.with_name("alone.parquet")
    expected = scale.stream(question, demand=demand, into=alone, **how)
    found = scale.stream(question, demand=demand if sent is None else sent, into=target, engine=engine, **how)
    assert target.read_bytes() == alone.read_bytes()
    assert same(found, expected)
    assert {path.name for path in target.parent.iterdir()} == {alone.name, target.name}


class Deadly(ParquetSource):
    """Files of which one part kills the worker that has just read it, so many times."""

    def __init__(self, paths: list[Path], deaths: Path, times: int) -> None:
        super().__init__(paths)
        self._deaths, self._times, self._driver = deaths, times, os.getpid()

    def blocks(self, part: Part) -> Iterator[Block]:
        yield from super().blocks(part)
        if part.number == 2 and os.getpid() != self._driver and died(self._deaths) < self._times:
            (self._deaths / str(os.getpid())).touch()
            os.kill(os.getpid(), signal.SIGKILL)


def died(deaths: Path) -> int:
    """How many workers a part has killed."""
    return len(list(deaths.iterdir()))
