# SPDX-License-Identifier: Apache-2.0
"""The same answer from 1, 2 and 4 threads, and whatever the order of the rows: bit by bit, for every analysis."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

import sheltermap as sm

Frame = pd.DataFrame


@dataclass(frozen=True)
class Town:
    """Homes, facilities of three kinds, flood zones and blocks; index labels name the rows in any order."""

    homes: gpd.GeoDataFrame
    shelters: gpd.GeoDataFrame
    shapes: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    blocks: gpd.GeoDataFrame


def stars(rng: np.random.Generator, count: int, radius: float) -> Any:
    """Polygons of 25 corners, every third one with a hole."""
    centres = rng.uniform([24, 56.9], [24.2, 57], (count, 2))
    angles = np.linspace(0, 2 * np.pi, 26)[:-1]
    rays = radius * rng.uniform(0.5, 1, (count, len(angles), 1))
    rings = centres[:, None] + rays * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    holes = centres[:, None] + 0.3 * rays * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return [shapely.Polygon(rings[i], [holes[i]] if i % 3 == 0 else []) for i in range(count)]


def named(prefix: str, shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
    index = pd.Index([f"{prefix}{number:05}" for number in range(len(shapes))])
    return gpd.GeoDataFrame({"id": index, **columns}, index=index, geometry=np.asarray(shapes, dtype=object), crs=4326)


@pytest.fixture(scope="module")
def town() -> Town:
    rng = np.random.default_rng(11)

    def scattered(count: int) -> Any:
        places = rng.normal([24.1, 56.95], [0.05, 0.025], (count, 2))
        points = shapely.points(places).astype(object)
        points[rng.random(count) < 0.03] = None
        return points

    homes = scattered(9_000)
    # Fractions of people, as grids have them: a sum in another order would show in the last bit.
    shelters = scattered(60)
    lines = [shapely.LineString(rng.normal([24.1, 56.95], 0.02, (4, 2))) for _ in range(40)]
    return Town(
        named("h", homes, people=rng.integers(0, 9, len(homes)) / 7, seniors=rng.integers(0, 3, len(homes)) / 3),
        named(
            "s",
            shelters,
            fit=rng.choice(["yes", "no", None], len(shelters)),
            category=rng.choice(["I", "II", None], len(shelters)),
            compliance=rng.choice(["full", "partial", None], len(shelters)),
        ),
        named("f", [*lines, *stars(rng, 40, 0.01)]),
        named("z", stars(rng, 60, 0.02), scenario=rng.choice(["10 %", "1 %"], 60)),
        named("b", stars(rng, 120, 0.006), people=rng.random(120)),
    )


def by_label(frame: Frame) -> Frame:
    return pd.DataFrame(frame).sort_index(kind="stable")


def pairs_of(frame: Frame) -> Frame:
    """Pairs in the order of their two names."""
    plain = pd.DataFrame(frame)
    return plain.sort_values(list(plain.columns[:2]), kind="stable").reset_index(drop=True)


def nearest(town: Town, shapes: str) -> list[Frame]:
    found = sm.nearest(town.homes, getattr(town, shapes), k=3, facility_id="id")
    # Whoever is inside several polygons is 0 m from each of them; of these the first by row is named.
    found.loc[found.distance_m == 0, "facility"] = None
    return [by_label(found.set_index("rank", append=True))]


def within(town: Town, shapes: str) -> list[Frame]:
    found = sm.within(town.homes, getattr(town, shapes), 900, facility_id="id")
    return [by_label(found.drop(columns="rank").set_index("facility", append=True))]  # ranks of equals go by row


def overlap(town: Town) -> list[Frame]:
    return [pairs_of(sm.overlap(town.blocks, town.zones, geometry=True))]


def exposure(town: Town) -> list[Frame]:
    found = sm.exposure(town.blocks, town.zones, zone_id="scenario", weight="people")
    rows = found.rows.drop(columns="zone")  # of several zones the first by row is named
    return [by_label(rows), found.summary.sort_values("zone").reset_index(drop=True)]


def service_areas(town: Town, split: bool) -> list[Frame]:
    found = sm.service_areas(town.shelters, 900, split=split, facility_id="id")
    return [found.sort_values("facility").reset_index(drop=True) if split else pd.DataFrame(found)]


def coverage(town: Town) -> Any:
    return sm.coverage(town.homes, town.shelters, [500, 900], weight="people", groups=["seniors"], facility_id="id")


def covered(town: Town) -> list[Frame]:
    found = coverage(town)
    return [by_label(found.rows), found.summary, found.reasons]


def gaps(town: Town) -> list[Frame]:
    found = coverage(town)
    places = pd.DataFrame(found.gaps(500, join_distance_m=200))
    rows = by_label(found.gap_rows(500, join_distance_m=200))
    return [places, rows]


def supply(town: Town) -> list[Frame]:
    return [by_label(each) for each in sm.supply(town.shelters, category=["I", "II"], compliance="renewable")]


def flood(town: Town) -> list[Frame]:
    found = sm.flood(town.homes, town.shelters, town.zones, 900, weight="people", facility_id="id", suitable="fit")
    tables = [found.summary, found.reasons, found.supply]
    scenario = [each.sort_values(list(each.columns[:2])).reset_index(drop=True) for each in tables]
    order = sorted(found.rows.columns)  # scenarios stand in the order of the rows that name them
    return [by_label(found.rows[order]), by_label(found.facilities[sorted(found.facilities.columns)]), *scenario]


ANALYSES: dict[str, Callable[[Town], list[Frame]]] = {
    "nearest to points": partial(nearest, shapes="shelters"),
    "nearest to lines and polygons": partial(nearest, shapes="shapes"),
    "within of points": partial(within, shapes="shelters"),
    "within of lines and polygons": partial(within, shapes="shapes"),
    "overlap": overlap,
    "exposure": exposure,
    "service area": partial(service_areas, split=False),
    "service areas by nearest": partial(service_areas, split=True),
    "coverage": covered,
    "gaps": gaps,
    "supply": supply,
    "flood": flood,
}


def expect_same(found: list[Frame], expected: list[Frame]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other), check_exact=True)


@pytest.fixture
def threads() -> Iterator[Callable[[int], None]]:
    before = sm.threads()
    yield sm.set_threads
    sm.set_threads(before)


@pytest.mark.parametrize("analysis", ANALYSES)
def test_any_number_of_threads_gives_the_same(analysis: str, town: Town, threads: Callable[[int], None]) -> None:
    found = []
    for number in (1, 2, 4):
        threads(number)
        found.append(ANALYSES[analysis](town))
    assert sum(len(each) for each in found[0]) > 0
    for other in found[1:]:
        expect_same(other, found[0])


@pytest.mark.parametrize("analysis", ANALYSES)
@pytest.mark.parametrize("layers", [("homes", "blocks"), ("shelters", "shapes", "zones")], ids=["demand", "facilities"])
def test_rows_in_another_order_give_the_same(analysis: str, layers: tuple[str, ...], town: Town) -> None:
    moved = replace(town, **{name: getattr(town, name).sample(frac=1, random_state=3) for name in layers})
    expect_same(ANALYSES[analysis](moved), ANALYSES[analysis](town))
