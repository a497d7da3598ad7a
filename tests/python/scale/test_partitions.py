# SPDX-License-Identifier: Apache-2.0
"""Partitions of somebody else's table, looked at without Spark or Dask."""

import datetime
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyproj
import pytest

import engine_town
import sheltermap as sm
from sheltermap import scale
from sheltermap.scale import partitions
from sheltermap.scale.blocks import Layout
from sheltermap.scale.part_work import Order
from sheltermap.scale.partitions import Partition, Total, answers_schema, block_of, require_columns

LAYOUT = Layout("demand", "geometry", pyproj.CRS(4326))


def table_of(layer: gpd.GeoDataFrame, **columns: pa.Array) -> pa.Table:
    return pa.table({"id": pa.array(layer["id"]), "geometry": pa.array(layer.geometry.to_wkb()), **columns})


def batches(table: pa.Table, rows: int = 100) -> list[pa.RecordBatch]:
    return table.combine_chunks().to_batches(max_chunksize=rows)


def test_rows_are_gathered_into_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "ROWS_PER_BLOCK", 250)
    here = Partition(Order.of(engine_town.questions()["exposure"], LAYOUT), 3)
    blocks = list(here.blocks(batches(table_of(engine_town.homes(730)))))
    assert [(each.first, len(each.frame)) for each in blocks] == [(0, 300), (300, 300), (600, 130)]
    assert blocks[1].told == "demand, partition 3, rows 301 to 600"
    assert list(here.blocks([])) == []


def test_sums_do_not_depend_on_how_rows_lie_in_partitions() -> None:
    homes = engine_town.homes()
    question = scale.prepare(sm.exposure, zones=engine_town.questions()["exposure"].sides["zones"], zone_id="zone")
    order, tables = Order.of(question, LAYOUT), table_of(homes)
    found = []
    for cuts in ([0, 1500], [0, 7, 7, 900, 1500]):
        total = Total(question, block_of(tables.slice(0, 0), LAYOUT, 0), LAYOUT)
        for number, (begin, end) in enumerate(pairwise(cuts)):
            here = Partition(order, number)
            total.add([here.counted(here.blocks(batches(tables.slice(begin, end - begin))))])
        found.append(total.streamed())
    assert engine_town.same(*found)
    assert found[0].rows == 1500


def test_rows_with_swapped_axes_are_numbered_through_the_partitions() -> None:
    homes = engine_town.homes(100)
    lon, lat = homes.geometry.x.to_numpy().copy(), homes.geometry.y.to_numpy().copy()
    lon[60], lat[60] = lat[60], lon[60]
    tables = table_of(homes.set_geometry(gpd.points_from_xy(lon, lat), crs=4326))
    question = engine_town.questions()["exposure"]
    question = scale.prepare(sm.exposure, zones=question.sides["zones"], zone_id="zone")
    total = Total(question, block_of(tables.slice(0, 0), LAYOUT, 0), LAYOUT)
    for number in range(2):
        here = Partition(Order.of(question, LAYOUT), number)
        total.add([here.counted(here.blocks(batches(tables.slice(50 * number, 50))))])
    with pytest.raises(sm.CrsError, match=r"in the right order in row 61\?"):
        total.streamed()


def test_no_rows_at_all_are_an_error_where_that_is_not_meant() -> None:
    none, question = table_of(engine_town.homes(1)).slice(0, 0), engine_town.questions()["exposure"]
    question = scale.prepare(sm.exposure, zones=question.sides["zones"], zone_id="zone")
    with pytest.raises(sm.ReadError, match="demand has no rows; give strict=False if that is meant"):
        Total(question, block_of(none, LAYOUT, 0), LAYOUT).streamed()
    lenient = Layout("demand", "geometry", pyproj.CRS(4326), strict=False)
    assert Total(question, block_of(none, lenient, 0), lenient).streamed().rows == 0


def test_a_column_without_values_in_one_partition_has_the_type_of_all() -> None:
    homes = engine_town.homes(4)
    day = datetime.date(2026, 1, 2)
    built = pa.array([None, None, day, None], pa.date32())
    table = table_of(homes, built=built, storeys=pa.array([1, None, None, None], pa.int32()))
    question = engine_town.questions()["nearest"]
    schema = answers_schema(question, table.schema, LAYOUT)
    here = Partition(Order.of(question, LAYOUT), 0)
    one, other = (
        pa.concat_tables(here.answers(here.blocks(batches(table.slice(begin, 2))), schema)) for begin in (0, 2)
    )
    assert one.schema == other.schema == schema
    assert schema.field("built").type == pa.date32()
    assert schema.names == ["id", "built", "storeys", "facility", "distance_m", "reason", "geometry"]
    assert pa.concat_tables([one, other])["built"].to_pylist() == [None, None, day, None]
    assert other["storeys"].to_pylist() == [None, None]


def test_decimal_numbers_that_no_float_holds_are_told_with_their_partition() -> None:
    prices = pa.array(["0.1", "12345678901234567.89"]).cast(pa.decimal128(20, 2))
    table = table_of(engine_town.homes(2), price=prices)
    question = engine_town.questions()["nearest"]
    schema = answers_schema(question, table.schema, LAYOUT)
    here = Partition(Order.of(question, LAYOUT), 5)
    with pytest.raises(ValueError, match=r"demand, partition 5, rows 1 to 2: column 'price' holds large_string, and"):
        list(here.answers(here.blocks(batches(table)), schema))


def test_decimals_are_seen_though_a_row_has_no_place() -> None:
    table = table_of(engine_town.homes(3))
    places = pa.array([None, *table["geometry"].to_pylist()[1:]], pa.binary())
    table = table.set_column(1, "geometry", places)
    here = Partition(Order.of(engine_town.questions()["coverage"], LAYOUT), 0)
    known = here.decimals(here.blocks(batches(table), lenient=True))
    assert known.error_m == pytest.approx(2**0.5 / 2 * 1e-6 * 111_700)
    assert np.isfinite(known.error_m)


def test_columns_that_are_not_there_are_told() -> None:
    types = pa.schema([("id", pa.string()), ("geometry", pa.string())])
    with pytest.raises(ValueError, match=r"demand has no column 'geom' \(geometry=\); it has id, geometry"):
        require_columns(types, "geom", None)
    with pytest.raises(ValueError, match=r"demand has no column 'no' \(id=\)"):
        require_columns(types, "geometry", "no")
    with pytest.raises(ValueError, match="column 'geometry' of demand holds string, not well-known binary"):
        require_columns(types, "geometry", "id")
