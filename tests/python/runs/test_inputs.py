# SPDX-License-Identifier: Apache-2.0
"""What is wrong with an input of a plan, in words of the plan."""

import pytest

import sheltermap as sm
from small_plan import write_town

HOMES = "id,lon,lat,people\n"


@pytest.mark.parametrize(
    ("homes", "told"),
    [
        (HOMES + "a,24.1,56.9,1\nb,24.2,abc,2\n", "or read with strict = false to go on"),
        (HOMES, "homes.csv has no rows; read with strict = false if that is meant"),
        ("id,a,b,people\na,24.1,56.9,1\n", "name them with x and y;"),
        (
            (HOMES + "\N{LATIN SMALL LETTER A WITH MACRON},24.1,56.9,1\n").encode("windows-1257"),
            "say by encoding in which one the file was written",
        ),
    ],
)
def test_a_remedy_names_the_key_of_the_input(tmp_path, homes, told):
    plan = write_town(tmp_path)
    (tmp_path / "homes.csv").write_bytes(homes if isinstance(homes, bytes) else homes.encode())
    with pytest.raises(sm.SheltermapError) as raised:
        sm.run(plan, tmp_path / "out")
    assert str(raised.value).startswith("inputs.homes: homes.csv")
    assert told in str(raised.value)
    assert not (tmp_path / "out").exists()
