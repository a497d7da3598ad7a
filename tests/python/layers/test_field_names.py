# SPDX-License-Identifier: Apache-2.0
"""Names that other formats take: plain, short, and each its own."""

from hypothesis import given
from hypothesis import strategies as st

from sheltermap.layers.field_names import GEODATABASE_TAKEN, geodatabase_names, shapefile_names

NAMES = st.lists(st.text(alphabet="abAB_1ķŠ+ ", min_size=1, max_size=14), max_size=30, unique=True)


@given(NAMES)
def test_names_of_a_shapefile_are_short_and_each_its_own(names: list[str]) -> None:
    found = shapefile_names(names)
    assert list(found) == names
    assert len({each.lower() for each in found.values()}) == len(names)
    assert all(0 < len(each.encode()) <= 10 and each.isidentifier() for each in found.values())


@given(NAMES)
def test_names_of_a_geodatabase_are_none_of_arcgis_s_own(names: list[str]) -> None:
    found = geodatabase_names(names)
    assert len({each.lower() for each in found.values()} | GEODATABASE_TAKEN) == len(names) + len(GEODATABASE_TAKEN)
    assert all(each.isidentifier() and each.isascii() for each in found.values())


def test_a_name_that_fits_is_taken_from_nobody() -> None:
    assert shapefile_names(["reason_500m", "reason_500"]) == {"reason_500m": "reason_5_1", "reason_500": "reason_500"}
    assert geodatabase_names(["a b", "a_b", "Objectid"]) == {"a b": "a_b_1", "a_b": "a_b", "Objectid": "Objectid_1"}
