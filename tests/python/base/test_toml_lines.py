# SPDX-License-Identifier: Apache-2.0
"""The line of a plan that a fault is about."""

import pytest

from sheltermap.base.toml_lines import line_of

TEXT = '''schema = 1
title = """
[inputs.decoy]
name = "decoy"
"""

[inputs.homes]
path = "homes.csv"
note = { en = "x" }

[inputs."odd name"]
path = "a"

[[analyses]]
kind = "coverage"
name = "near"
title.en = "Near"

[[analyses.damage]]
what = "land"

[[analyses]]
name = "far"
[[analyses.damage]]
what = "roads"
[[analyses.damage]]
what = "land"
share = 3

[warnings]
near = "5 km"
'''


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("inputs.homes.path: no file", 8),
        ("inputs.homes: homes.csv has no rows", 7),
        ("inputs.homes.crs: unknown", 7),
        ("inputs.homes (homes.csv): column", 7),
        ("inputs.decoy.path: is in a text", None),
        ("analyses.near.kind: unknown kind", 15),
        ("analyses.near.title.lv: is missing", 14),
        ("analyses.far.weight: unknown column", 22),
        ("analyses.far.damage[2].share: must be at most 1", 28),
        ("analyses[2].name: is missing", 23),
        ("warnings.near: a limit", 31),
        ("schema: must be the number 1", 1),
        ("analyses: the name is used 2 times", None),
        ("year: is missing", None),
        ("is not TOML: …", None),
        ("", None),
    ],
)
def test_a_fault_leads_to_its_line(fault, line):
    assert line_of(TEXT, fault) == line
