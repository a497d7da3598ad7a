# SPDX-License-Identifier: Apache-2.0
"""All that is wrong with what a plan reads is told at once, with its line in the plan."""

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.runs.plan_data import read_plan_data
from small_plan import HOMES, PLAN, collection, square, with_streets, write_street_town, write_town


def test_all_bad_files_are_told_at_once(tmp_path):
    plan = write_street_town(tmp_path, plan=with_streets().replace('speed_kmh = "kmh"', 'speed_kmh = "speed"'))
    (tmp_path / "homes.csv").write_text(HOMES.replace("24.110", "no place"), encoding="utf-8")
    (tmp_path / "parts.geojson").write_text("{", encoding="utf-8")
    (tmp_path / "flood.geojson").write_text(
        collection(square(24.09, 56.94, 24.107, 56.96, zone="F1")), encoding="utf-8"
    )
    steps: list[str] = []
    with pytest.raises(sm.PlanError) as raised:
        read_plan_data(load_plan(plan), steps.append)
    assert [fault.split(": ")[0] for fault in raised.value.faults] == [
        *("inputs.homes", "inputs.parts", "networks.roads.speed_kmh", "analyses.in_flood.zone_id"),
    ]
    lines = plan.read_text(encoding="utf-8").splitlines()
    assert [lines[line - 1] for line in raised.value.lines if line is not None] == [
        *("[inputs.homes]", "[inputs.parts]", 'speed_kmh = "speed"', 'zone_id = "code"'),
    ]
    assert "  1. line 4: inputs.homes: homes.csv: 1 of 4 rows cannot be used:" in str(raised.value)
    assert 'unknown column "code"' in str(raised.value)
    assert steps[0] == "Read homes" and steps[-1] == "Read the streets of roads"
    with pytest.raises(sm.PlanError, match="has 4 faults"):
        sm.run(plan, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_single_bad_file_is_the_error_that_it_was(tmp_path):
    plan = write_town(tmp_path)
    (tmp_path / "parts.geojson").write_text("{", encoding="utf-8")
    with pytest.raises(sm.ReadError, match=r"plan\.toml, line 16: inputs\.parts: parts\.geojson"):
        read_plan_data(load_plan(plan), lambda _: None)


def test_what_is_sound_is_read_with_what_was_noted_of_it(tmp_path):
    found = read_plan_data(load_plan(write_town(tmp_path, plan=PLAN)), lambda _: None)
    assert list(found.frames) == ["homes", "shelters", "parts", "flood"]
    assert [record.rows for record in found.records] == [4, 2, 2, 1]
