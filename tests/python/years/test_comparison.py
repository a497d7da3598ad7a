# SPDX-License-Identifier: Apache-2.0
"""Two years side by side: what changed, and the causes that sum to the difference."""

import json
import random
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from sheltermap.runs.assessment import Assessment
from sheltermap.years.causes import CAUSES
from sheltermap.years.year_lines import facility_line
from small_plan import HOMES, PLAN, SHELTERS, write_town

GAPS = """
[[analyses]]
name = "gaps"
kind = "gaps"
demand = "homes"
facilities = "shelters"
standard = "walk"
join_distance_m = 100
weight = "people"
title = "Gaps"

[[analyses]]
name = "flooded"
kind = "flood"
demand = "homes"
facilities = "shelters"
zones = "flood"
scenario = "code"
threshold_m = 500
weight = "people"
title = "In a flood"
"""


def year(folder: Path, number: int, *, plan: str = PLAN + GAPS, **files: str) -> Path:
    """Run the town's plan as it is in a year; return the assessment."""
    text = plan.replace("schema = 1", f"schema = 1\nyear = {number}")
    sm.run(write_town(folder / f"town{number}", plan=text, **files), folder / f"{number}")
    return folder / f"{number}"


def made(folder: Path, number: int, *, plan: str = PLAN + GAPS, **files: str) -> Assessment:
    """The same without writing it: pictures and layers take their time."""
    text = plan.replace("schema = 1", f"schema = 1\nyear = {number}")
    return assess(load_plan(write_town(folder / f"town{number}", plan=text, **files)))


def causes(change: sm.Comparison, analysis: str = "gaps") -> dict[str, float]:
    """Causes that acted on the people covered everywhere."""
    rows = change.causes.query("analysis == @analysis and measure == 'people' and scope == 'all'")
    return {cause: float(rows[cause].iloc[0]) for cause in CAUSES if rows[cause].iloc[0]}


def changes(change: sm.Comparison) -> list[tuple[str, str]]:
    return list(change.facilities[["change", "id"]].itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def former(tmp_path_factory) -> Path:
    return year(tmp_path_factory.mktemp("former"), 2025)


def test_a_year_beside_itself_changed_in_nothing(former):
    change = sm.compare(former, former)
    assert len(change.causes) and not change.causes[["difference", *CAUSES]].any(axis=None)
    assert not len(change.facilities) and set(change.gaps["fate"]) == {"persists"} and not change.not_explained


@pytest.mark.parametrize(
    ("files", "cause", "difference", "told"),
    [
        # Covered within 500 m in 2025: the first home, 10 people, by s1.
        ({"shelters": SHELTERS.replace("24.101", "24.110")}, {"moved": 10.0}, 10, [("moved", "s1")]),
        ({"shelters": SHELTERS + "s3,Depot,24.300,56.950\n"}, {"opened": 30.0}, 30, [("opened", "s3")]),
        (
            {"shelters": SHELTERS.replace("s1,Cellar,24.101,56.950", "s9,New,24.111,56.950")},
            {"closed": -10.0, "opened": 20.0},
            10,
            [("closed", "s1"), ("opened", "s9")],
        ),
        ({"homes": HOMES.replace("56.950,10,2", "56.950,13,2")}, {"people": 3.0}, 3, []),
        ({"homes": HOMES.replace("h2,Second home,24.110", "h2,Second home,24.102")}, {"people": 20.0}, 20, []),
        ({"homes": HOMES.replace("24.105,56.951,,1", "24.105,56.951,7,1")}, {"data": 7.0}, 7, []),
        ({"shelters": SHELTERS.replace("Cellar", "Big cellar")}, {}, 0, [("renamed", "s1")]),
    ],
)  # fmt: skip
def test_a_single_change_is_its_own_cause(former, tmp_path, files, cause, difference, told):
    change = sm.compare(former, made(tmp_path, 2026, **files))
    if "moved" in cause:  # 24.110 covers the second home (20), no longer the first (10)
        assert causes(change) == {"moved": 10.0}
    else:
        assert causes(change) == cause
    row = change.causes.query("analysis == 'gaps' and measure == 'people' and scope == 'all'").iloc[0]
    assert row["difference"] == difference and changes(change) == told


def test_another_standard_and_refused_data_are_causes_of_their_own(former, tmp_path):
    farther = PLAN.replace("distance_m = 500\ntitle", "distance_m = 700\ntitle") + GAPS
    assert causes(sm.compare(former, made(tmp_path / "a", 2026, plan=farther))) == {"standard": 20.0}
    lax = (PLAN + GAPS).replace('path = "homes.csv"', 'path = "homes.csv"\nstrict = false')
    lost = HOMES.replace("h1,First home,24.100,56.950", "h1,First home,,")
    change = sm.compare(former, made(tmp_path / "b", 2026, plan=lax, homes=lost))
    assert causes(change) == {"data": -10.0}
    assert change.refused.query("input == 'homes'")[["before", "after"]].to_numpy().tolist() == [[0, 1]]


class Town:
    """Homes and shelters that chance edits row by row."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._last_id = 0
        self._homes: dict[str, list[object]] = {}
        self._shelters: dict[str, list[object]] = {}
        for _ in range(300):
            self._add(self._homes)
        for _ in range(20):
            self._add(self._shelters)

    def _place(self) -> list[object]:
        return [round(24.0 + 0.29 * self._chance.random(), 5), round(56.94 + 0.02 * self._chance.random(), 5)]

    def _add(self, rows: dict[str, list[object]]) -> None:
        self._last_id += 1
        rows[f"r{self._last_id}"] = [f"Row {self._last_id}", *self._place(), self._chance.choice([1, 5, 20])]

    def edit(self, count: int) -> None:
        """Add, remove, move, rename rows; change, blank or give their numbers and places."""
        for _ in range(count):
            rows = self._homes if self._chance.random() < 0.8 else self._shelters
            kind = self._chance.choice(["add", "remove", "move", "lose", "rename", "number", "number"])
            row = self._chance.choice(list(rows))
            if kind == "add":
                self._add(rows)
            elif kind == "remove" and len(rows) > 3:
                del rows[row]
            elif kind in ("move", "lose"):
                rows[row][1:3] = self._place() if kind == "move" else ["", ""]
            elif kind == "rename":
                rows[row][0] = f"Row {self._chance.random()}"
            elif kind == "number":
                rows[row][3] = self._chance.choice(["", 1, 5, 20, 7.25])

    def files(self, *, shuffled: bool = False) -> dict[str, str]:
        tables = {"homes": (self._homes, ",people,children"), "shelters": (self._shelters, ",beds")}
        files = {}
        for name, (rows, numbers) in tables.items():
            lines = [
                ",".join(map(str, [row, *cells, *([1] if name == "homes" else [])])) for row, cells in rows.items()
            ]
            if shuffled:
                self._chance.shuffle(lines)
            files[name] = "\n".join([f"id,name,lon,lat{numbers}", *lines]) + "\n"
        return files


LAX = (PLAN + GAPS).replace('id = "id"\n', 'id = "id"\nstrict = false\n')


def comparable(change: sm.Comparison) -> pd.DataFrame:
    key = ["analysis", "figure", "measure", "scope", "area", "threshold_m", "scenario"]
    return change.causes.set_index(key)[["before", "after", "difference", *CAUSES]].astype(float).sort_index()


def test_the_causes_of_ten_thousand_random_edits_sum_to_the_difference_and_mirror(tmp_path):
    town = Town(7)
    plans = [LAX.replace("distance_m = 500\ntitle", f"distance_m = {d}\ntitle") for d in (500, 900)]
    former = made(tmp_path / "0", 2025, plan=plans[0], **town.files())
    acted = set()
    for round_, edits in enumerate((100, 900, 1500, 2500, 5000), 1):
        town.edit(edits)
        latter = made(tmp_path / str(round_), 2025, plan=plans[round_ // 2 % 2], **town.files())
        change = sm.compare(former, latter)
        assert not change.not_explained and change.causes["difference"].any()
        causes = comparable(change)
        assert (causes[list(CAUSES)].sum(axis=1) == causes["difference"]).all()  # quarters of a person: exact
        assert not causes["software"].any()
        total = change.causes.query("analysis == 'shelter' and measure == 'people' and threshold_m == 500")
        parts = total[total["scope"] != "all"][list(CAUSES)].sum()
        assert (parts == total[total["scope"] == "all"][list(CAUSES)].iloc[0]).all()  # the areas sum to all
        back = comparable(sm.compare(latter, former))
        if round_ // 2 % 2 == (round_ - 1) // 2 % 2:  # else the distances that name the rows differ
            mirrored = -back.rename(
                columns={"before": "after", "after": "before", "closed": "opened", "opened": "closed"}
            )
            mirrored[["before", "after"]] *= -1
            pd.testing.assert_frame_equal(mirrored[causes.columns], causes)
        acted |= {cause for cause in CAUSES if causes[cause].any()}
        former = latter
    assert acted == {"standard", "closed", "opened", "moved", "data", "people"}


def test_the_order_of_rows_and_the_reference_system_are_no_causes(tmp_path):
    town = Town(8)
    former = made(tmp_path / "a", 2025, plan=LAX, **town.files())
    town.edit(60)
    as_listed = sm.compare(former, made(tmp_path / "b", 2026, plan=LAX, **town.files()))
    shuffled = sm.compare(former, made(tmp_path / "c", 2026, plan=LAX, **town.files(shuffled=True)))
    pd.testing.assert_frame_equal(comparable(as_listed), comparable(shuffled))
    projected = made(
        tmp_path / "d",
        2026,
        plan=LAX.replace("EPSG:4326", "EPSG:3059"),
        **{name: in_lks92(text) for name, text in town.files().items()},
    )
    pd.testing.assert_frame_equal(comparable(as_listed), comparable(sm.compare(former, projected)))


def in_lks92(table: str) -> str:
    """Give the places of a table in metres east and north, to the millimetre."""
    rows = pd.read_csv(StringIO(table))
    east, north = Transformer.from_crs(4326, 3059, always_xy=True).transform(rows["lon"], rows["lat"])
    places = {"x": np.round(east, 3), "y": np.round(north, 3)}
    return rows.drop(columns=["lon", "lat"]).assign(**places).replace(np.inf, np.nan).to_csv(index=False)


def test_gaps_open_close_and_grow_old(tmp_path):
    first = made(tmp_path, 2024)
    second = made(tmp_path, 2025, homes=HOMES.replace("24.300,56.950,30", "24.300,56.950,31"))
    closed = SHELTERS + "s3,Depot,24.300,56.950\n"
    new = HOMES + "h5,Fifth home,24.200,56.950,8,0\n"
    third = made(tmp_path, 2026, homes=new, shelters=closed)
    change = sm.compare(second, third, earlier=[first])
    gaps = change.gaps.set_index("fate")
    assert gaps.loc["persists", ["since", "age_years", "people"]].tolist() == [2024, 2, 20]
    assert gaps.loc["opened", ["since", "age_years", "people"]].tolist() == [2026, 0, 8]
    assert gaps.loc["closed", ["since", "people_before", "people"]].tolist() == [2024, 31, 0]


def test_an_analysis_that_cannot_be_split_is_named_and_the_others_are_split(former, tmp_path):
    plan = (PLAN + GAPS).replace('weight = "people"\ngroups', 'weight = "residents"\ngroups')
    change = sm.compare(former, made(tmp_path, 2026, plan=plan, homes=HOMES.replace("people", "people,residents", 1)
                                     .replace(",10,2", ",10,10,2").replace(",20,", ",20,20,")
                                     .replace(",30,5", ",30,30,5").replace(",,1", ",,,1")))  # fmt: skip
    assert list(change.not_explained) == ["shelter"] and "residents" in change.not_explained["shelter"]
    assert set(change.causes["analysis"]) >= {"gaps", "in_flood"}


def test_what_is_no_assessment_or_was_changed_is_refused(former, tmp_path):
    with pytest.raises(sm.ReadError, match=r"is no assessment: it has no summary\.json"):
        sm.compare(tmp_path, former)
    other = year(tmp_path, 2026)
    with pytest.raises(ValueError, match="give the older assessment first"):
        sm.compare(other, former)
    report = other / "report.html"
    report.write_text(report.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(sm.ReadError, match=r"report\.html was changed after it was made"):
        sm.compare(former, other)
    report.unlink()
    with pytest.raises(sm.ReadError, match=r"report\.html is missing"):
        sm.compare(former, other)
    (other / "summary.json").write_text("{", encoding="utf-8")
    with pytest.raises(sm.ReadError, match="is damaged"):
        sm.compare(former, other)


def test_a_comparison_is_plain_data_and_repeats(former, tmp_path):
    other = year(tmp_path, 2026, shelters=SHELTERS + "s3,Depot,24.300,56.950\n")
    first, second = (json.dumps(sm.compare(former, other).to_dict(), allow_nan=False) for _ in range(2))
    assert first == second and json.loads(first)["schema"] == "sheltermap-comparison/1"


def test_an_assessment_is_compared_as_it_was_returned_or_from_its_folder(former, tmp_path):
    made = sm.run(write_town(tmp_path / "town", plan=(PLAN + GAPS).replace("schema = 1", "schema = 1\nyear = 2026")),
                  tmp_path / "out")  # fmt: skip
    assert sm.compare(former, made).to_dict() == sm.compare(former, tmp_path / "out").to_dict()


def test_the_plan_is_recorded_whole(former):
    recorded = json.loads((former / "summary.json").read_text(encoding="utf-8"))
    plan = load_plan(former.parent / "town2025" / "plan.toml")
    assert recorded["plan"] == plan.model_dump(mode="json", by_alias=True) and recorded["year"] == 2025


def test_what_changed_in_a_register_is_said_in_words():
    row = {
        "input": "shelters",
        "id": "s1",
        "name": "Cellar",
        "change": "changed",
        "distance_m": None,
        "confidence": 1.0,
    }
    graded = row | {"field": "compliance", "before": "partial", "after": "full"}
    assert facility_line(graded, "lv") == "shelters: s1 Cellar: Atbilstība: daļēja (atjaunojama) → pilnīga"
    assert (
        facility_line(row | {"field": "beds", "before": 5, "after": None}, "en") == "shelters: s1 Cellar: beds: 5 → –"
    )
