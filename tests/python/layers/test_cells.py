# SPDX-License-Identifier: Apache-2.0
"""What counts as a number of people: numbers, flags and blanks do, dates and texts do not."""

import re
from datetime import date

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from sheltermap.layers.cells import distinct_texts
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, write_town

DAY = "2024-01-01"


def homes(weights):
    """Homes at one place, one per weight."""
    return geopandas.GeoDataFrame({"w": weights}, geometry=[shapely.Point(24, 57)] * len(weights), crs=4326)


@pytest.mark.parametrize(
    "days",
    [
        pd.to_datetime([DAY]),
        pd.to_datetime([DAY]).tz_localize("Europe/Riga"),
        pd.to_timedelta(["5 days"]),
        pd.period_range(DAY, periods=1),
        pd.Series([pd.Timestamp(DAY)], dtype=object),
        pd.Series([date(2024, 1, 1)], dtype=object),
        pd.Series([np.datetime64(DAY)], dtype=object),
    ],
    ids=["time", "instant", "timedelta", "period", "Timestamp", "date", "datetime64"],
)
def test_a_day_is_no_number_of_people(days):
    frame = homes(days)
    zone = geopandas.GeoDataFrame(geometry=[shapely.box(23, 56, 25, 58)], crs=4326)
    for ask in (lambda: sm.coverage(frame, frame, 5, weight="w"), lambda: sm.exposure(frame, zone, weight="w")):
        with pytest.raises(ValueError, match=r"column 'w' holds .* in row 1, which is not a number"):
            ask()


@pytest.mark.parametrize("dtype", [bool, "boolean", object])
def test_a_flag_counts_one_or_nothing(dtype):
    frame = homes(pd.Series([True, False, True], dtype=dtype))
    assert sm.coverage(frame, frame, 5, weight="w").summary["total"].tolist() == [2]


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0"])
def test_a_blank_text_is_a_number_that_is_not_known(blank):
    frame = homes(["3", blank, None, "4.5"])
    (row,) = sm.coverage(frame, frame, 5, weight="w").summary.to_dict("records")
    assert (row["total"], row["rows_without_weight"]) == (7.5, 2)


def test_a_text_is_named_with_its_row():
    with pytest.raises(ValueError, match="column 'w' holds 'many' in row 2, which is not a number"):
        sm.coverage(homes(["3", "many"]), homes([1]), 5, weight="w")


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (["1.200"], "'1.200' in row 1; the first may be 1200 or 1.2: write 1200, or 1.2000"),
        (["85", "1,234"], "'1,234' in row 2; the first may be 1234 or 1.234: write 1234, or 1.2340"),
        (["1.200", "12,5"], "'12,5' in row 2, which is not a number"),
        ([3.5, "-1.200", "-2.300"], "'-1.200' in row 2, '-2.300' in row 3; the first may be -1200 or -1.2"),
    ],
)
@pytest.mark.parametrize("dtype", [object, "category"])
def test_a_text_that_may_be_thousands_is_no_number_of_people(texts, named, dtype):
    frame = homes(pd.Series(texts, dtype=object).astype(dtype))
    with pytest.raises(ValueError, match=f"column 'w' holds {re.escape(named)}"):
        sm.coverage(frame, homes([1]), 5, weight="w")


def test_texts_that_show_how_they_are_written_are_numbers_of_people():
    frame = homes(["1.200", "0.5"])
    assert sm.coverage(frame, homes([1]), 5, weight="w").summary["total"].tolist() == [1.7]


def test_every_text_that_is_no_number_is_named():
    frame = homes(["many", "3", "~60"])
    with pytest.raises(ValueError, match="holds 'many' in row 1, '~60' in row 3, none of which is a number"):
        sm.coverage(frame, homes([1]), 5, weight="w")


def test_a_weight_that_two_columns_share_is_refused():
    frame = homes([1]).assign(v=2)[["w", "v", "geometry"]]
    frame.columns = ["w", "w", "geometry"]
    with pytest.raises(ValueError, match="demand has several columns 'w'; which one is meant"):
        sm.coverage(frame, homes([1]), 5, weight="w")


def test_a_plan_with_days_for_people_stops_with_the_row(tmp_path):
    path = write_town(tmp_path, plan=PLAN.replace('path = "homes.csv"', 'path = "homes.gpkg"'))
    given = pd.read_csv(tmp_path / "homes.csv")
    frame = geopandas.GeoDataFrame(
        given.assign(people=pd.to_datetime([DAY] * len(given))),
        geometry=geopandas.points_from_xy(given.pop("lon"), given.pop("lat")),
        crs=4326,
    )
    sm.write(frame, tmp_path / "homes.gpkg")
    with pytest.raises(PlanError, match=r"column 'people' holds .* in row 1 .*, none of which is a number"):
        sm.run(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_headline_of_a_count_counts_people_where_a_weight_is_given(tmp_path):
    from sheltermap.assessments.run import assess
    from sheltermap.plans.plan import load_plan

    counts = [each for each in assess(load_plan(write_town(tmp_path))).outcomes if each.analysis.name == "choice"]
    (figure,) = counts[0].analysis.key_figures(counts[0])
    # Within 1 km of a shelter are the first home (10), the second (20) and one without a number; 30 live farther away.
    assert figure.value["en"] == "50.0 %" and figure.detail["en"].startswith("30 of 60 ")
    assert (figure.bar.covered, figure.bar.uncovered, figure.bar.unknown) == (30, 30, 0)


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object", "str", "string", "category", "Int64"])
def test_texts_of_cells_are_those_of_each(dtype):
    given = {"bool": [True, False, True], "boolean": [True, None, False], "Int64": [1, None, 0]}
    cells = pd.Series(given.get(dtype, ["yes", None, "no"]), dtype=dtype)
    codes, distinct = distinct_texts(cells)
    told = [None if code < 0 else distinct[code] for code in codes]
    assert told == [None if pd.isna(each) else str(each) for each in cells]


def test_equal_cells_of_an_object_column_keep_their_own_texts():
    codes, distinct = distinct_texts(pd.Series([True, 1, "1", 1.0], dtype=object))
    assert [distinct[code] for code in codes] == ["True", "1", "1", "1.0"]
