# SPDX-License-Identifier: Apache-2.0
"""The sample data are what sample_data/README.md says they are."""

import csv
import json
import runpy

from small_plan import SAMPLE


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_counts_are_those_of_the_readme():
    areas = json.loads((SAMPLE / "areas.geojson").read_text(encoding="utf-8"))["features"]
    counts = [len(rows("fire_stations.csv")), len(rows("water_intake_points.csv")), len(rows("towns.csv")), len(areas)]
    assert counts == [87, 136, 114, 119]
    assert sum(int(row["population"] or 0) for row in rows("towns.csv")) == 1_384_350
    assert sum(not row["tilpums"] for row in rows("water_intake_points.csv")) == 58


def test_every_office_says_that_it_is_made_up():
    offices = rows("psychologists.csv")
    assert {row["illustrative"] for row in offices} == {"yes"}
    assert all("(illustrative)" in row["name"] for row in offices)


def test_the_regions_come_out_again(tmp_path):
    script = runpy.run_path(str(SAMPLE / "derive_regions.py"))
    script["main"](SAMPLE / "areas.geojson", SAMPLE / "fire_stations.csv", tmp_path / "areas.geojson")
    assert (tmp_path / "areas.geojson").read_bytes() == (SAMPLE / "areas.geojson").read_bytes()
