# SPDX-License-Identifier: Apache-2.0
"""Attributes across the border to the core, with pyarrow as the other side."""

import datetime

import pandas as pd
import pyarrow as pa
import pytest

from sheltermap._native import _core
from sheltermap.layers import arrow

DAY = datetime.date(2026, 10, 1)
MOMENT = datetime.datetime(2026, 10, 1, 12, 34, 56, 789012)
INSTANT = MOMENT.replace(tzinfo=datetime.UTC)

CANONICAL = pa.table(
    {
        "whole": pa.array([2**53 + 1, None, -(2**63)], pa.int64()),
        "number": pa.array([0.1, None, float("inf")], pa.float64()),
        "text": pa.array(["Ķekava", None, ""], pa.large_string()),
        "flag": pa.array([True, None, False], pa.bool_()),
        "day": pa.array([DAY, None, datetime.date(1899, 12, 31)], pa.date32()),
        "moment": pa.array([MOMENT, None, MOMENT], pa.timestamp("us")),
        "instant": pa.array([INSTANT, None, INSTANT], pa.timestamp("us", "UTC")),
    }
)


def through_the_core(source: object) -> pa.Table:
    return pa.table(_core.Table.from_stream(source))


def test_a_table_comes_back_equal() -> None:
    assert through_the_core(CANONICAL).equals(CANONICAL)


@pytest.mark.parametrize("offset", [0, 1, 2, 7, 8, 9, 63])
def test_slices_of_many_rows_keep_their_nulls(offset: int) -> None:
    rows = pa.concat_tables([CANONICAL] * 30).combine_chunks()
    assert through_the_core(rows.slice(offset, 20)).equals(rows.slice(offset, 20))


def test_several_batches_become_one_column() -> None:
    rows = pa.concat_tables([CANONICAL, CANONICAL.slice(1), CANONICAL.slice(0, 0)])
    assert through_the_core(rows).equals(rows.combine_chunks())


def test_an_empty_table_keeps_its_columns() -> None:
    assert through_the_core(CANONICAL.slice(0, 0)).schema == CANONICAL.schema


@pytest.mark.parametrize("kind", [pa.int8(), pa.int16(), pa.int32(), pa.uint8(), pa.uint16(), pa.uint32()])
def test_smaller_whole_numbers_are_widened(kind: pa.DataType) -> None:
    assert through_the_core(pa.table({"a": pa.array([1, None, 100], kind)}))["a"].to_pylist() == [1, None, 100]


def test_small_floats_and_short_texts_are_widened() -> None:
    table = pa.table({"a": pa.array([0.5, None], pa.float32()), "b": pa.array(["ā", None], pa.string())})
    assert through_the_core(table).to_pydict() == table.to_pydict()


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", "b"]).dictionary_encode(),
        pa.array([[1], [2]]),
        pa.array([{"a": 1}, {"a": 2}]),
        pa.array([b"x", b"y"]),
        pa.array([1, 2], pa.uint64()),
        pa.array([1, 2], pa.timestamp("ns")),
        pa.array([1, 2], pa.time64("us")),
        pa.array(["a", "b"], pa.string_view()),
    ],
    ids=lambda column: str(column.type),
)
def test_another_type_is_a_value_error_that_names_the_column(column: pa.Array) -> None:
    with pytest.raises(ValueError, match="column 'odd' has the Arrow type"):
        through_the_core(pa.table({"good": [1, 2], "odd": column}))


def test_a_stream_that_was_consumed_says_so() -> None:
    class Once:
        capsule = CANONICAL.__arrow_c_stream__()

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return self.capsule

    source = Once()
    assert len(_core.Table.from_stream(source)) == 3
    with pytest.raises(ValueError, match="consumed before"):
        _core.Table.from_stream(source)


def test_a_failing_stream_gives_its_message() -> None:
    def batches():
        yield CANONICAL.to_batches()[0]
        raise RuntimeError("the well is dry")

    reader = pa.RecordBatchReader.from_batches(CANONICAL.schema, batches())
    with pytest.raises(ValueError, match="the well is dry"):
        _core.Table.from_stream(reader)


def test_something_else_than_a_stream_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="__arrow_c_stream__"):
        _core.Table.from_stream(1)


def test_an_exported_table_outlives_its_owner() -> None:
    owner = _core.Table.from_stream(CANONICAL)
    exported = pa.table(owner)
    del owner
    assert exported.equals(CANONICAL)


def test_a_table_can_be_exported_twice() -> None:
    owner = _core.Table.from_stream(CANONICAL)
    assert pa.table(owner).equals(pa.table(owner))


def test_gaps_decide_the_pandas_types() -> None:
    whole = arrow.from_table(_core.Table.from_stream(CANONICAL.slice(0, 1)))
    gaps = arrow.from_table(_core.Table.from_stream(CANONICAL))
    assert (whole["whole"].dtype, whole["flag"].dtype) == ("int64", "bool")
    assert (gaps["whole"].dtype, gaps["flag"].dtype) == ("Int64", "boolean")
    assert gaps["whole"][0] == 2**53 + 1


def test_a_table_without_columns_keeps_its_rows() -> None:
    frame = pd.DataFrame(index=range(4))
    assert len(arrow.from_table(arrow.to_table(frame))) == 4


def test_unsigned_numbers_beyond_int64_become_text_with_a_warning() -> None:
    frame = pd.DataFrame({"a": pd.array([2**63, 1], dtype="uint64")})
    with pytest.warns(UserWarning, match="'a'"):
        assert list(arrow.from_table(arrow.to_table(frame)).a) == [str(2**63), "1"]


def test_two_columns_of_one_name_are_a_value_error() -> None:
    with pytest.raises(ValueError, match="two columns are named 'a'"):
        arrow.to_table(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_times_in_a_zone_keep_their_instant() -> None:
    frame = pd.DataFrame({"t": pd.to_datetime(["2026-07-01T12:00"]).tz_localize("Europe/Riga")})
    assert arrow.from_table(arrow.to_table(frame)).t[0] == pd.Timestamp("2026-07-01T09:00", tz="UTC")


def test_columns_of_another_length_are_not_added() -> None:
    table = arrow.to_table(pd.DataFrame({"a": [1, 2]}))
    table.add(pa.table({"b": ["x", "y"]}))
    with pytest.raises(ValueError, match="the columns have 1 rows, the table 2"):
        table.add(pa.table({"c": [1]}))
    assert arrow.from_table(table).to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}
