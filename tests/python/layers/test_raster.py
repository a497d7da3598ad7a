# SPDX-License-Identifier: Apache-2.0
"""Raster files: what they say of themselves, and those that are refused, each by its name and with a remedy."""

import pickle
import struct

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from geopandas.testing import assert_geodataframe_equal
from shapely import box

import sheltermap as sm
from raster_files import write_raster

HEADER = "ncols 3\nnrows 2\nxllcorner 24\nyllcorner 56\ncellsize 0.5\n"


@pytest.fixture
def depth(tmp_path):
    return write_raster(tmp_path / "depth.tif", [[0, 1, 2], [3, 4, -9999]], west=24, north=57, cell=0.5, nodata=-9999)


def write(path, values, transform, **profile):
    """Write with whatever profile."""
    values = np.asarray(values)
    bands = values if values.ndim == 3 else values[None]
    shape = {"count": len(bands), "height": bands.shape[1], "width": bands.shape[2], "dtype": values.dtype.name}
    with rasterio.open(
        path, "w", driver="GTiff", transform=transform, **{"crs": "EPSG:4326", **shape, **profile}
    ) as file:
        file.write(bands)
    return path


def test_a_raster_that_was_pickled_is_opened_anew_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "grid.asc").write_text(HEADER + "1 2 3\n4 5 -1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    pickled = pickle.dumps(sm.Raster("grid.asc", holds="depth_m", crs=4326, nodata=-1))
    monkeypatch.chdir("/")
    raster = pickle.loads(pickled)
    assert repr(raster) == "<Raster grid.asc: depth_m, 2 x 3 cells, EPSG:4326>"
    assert (raster.nodata, raster.unit) == (-1.0, "m")
    at = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.2, 25.2], [56.8, 56.2]), crs=4326)
    given = sm.Raster(tmp_path / "grid.asc", holds="depth_m", crs=4326, nodata=-1)
    assert_geodataframe_equal(sm.sample(at, raster), sm.sample(at, given))


def test_a_raster_says_what_it_is(depth):
    raster = sm.Raster(depth, holds="depth_m")
    assert (raster.shape, raster.bounds, raster.nodata) == ((2, 3), (24.0, 56.0, 25.5, 57.0), -9999.0)
    assert (raster.holds, raster.unit, raster.crs.to_epsg()) == ("depth_m", "m", 4326)
    assert repr(raster) == "<Raster depth.tif: depth_m, 2 x 3 cells, EPSG:4326>"


@pytest.mark.parametrize(
    ("holds", "unit"),
    [
        ("count", "per cell"),
        ("class", None),
        ("density_per_km2", "1/km2"),
        ("velocity_m_s", "m/s"),
        ("wind_km_h", "km/h"),
        ("sealed_percent", "%"),
        ("elevation_m", "m"),
    ],
)
def test_the_unit_is_in_what_it_holds(depth, holds, unit):
    assert sm.Raster(depth, holds=holds).unit == unit


def test_what_says_no_unit_is_refused(depth):
    with pytest.raises(ValueError, match="holds='people' does not say in which unit; give 'count'"):
        sm.Raster(depth, holds="people")


def test_an_ascii_grid_takes_its_crs_from_the_caller_or_its_prj(tmp_path):
    path = tmp_path / "depth.asc"
    # Whole numbers first: a reader that takes the column for whole would cut the last one.
    path.write_text(HEADER + "NODATA_value -1\n1 2 3\n4 -1 6.5\n")
    with pytest.raises(sm.CrsError, match=r"depth\.asc has no CRS; pass the one"):
        sm.Raster(path)
    raster = sm.Raster(path, crs=4326)
    assert (raster.shape, raster.bounds, raster.nodata) == ((2, 3), (24.0, 56.0, 25.5, 57.0), -1.0)
    path.with_suffix(".prj").write_text(rasterio.crs.CRS.from_epsg(4326).to_wkt())
    assert sm.Raster(path).crs.to_epsg() == 4326


def test_a_band_is_chosen(tmp_path):
    path = write(tmp_path / "two.tif", np.zeros((2, 3, 4), np.uint8), Affine(1, 0, 24, 0, -1, 57))
    assert sm.Raster(path, band=2).band == 2
    with pytest.raises(sm.ReadError, match=r"two\.tif has 2 bands, and no band 3"):
        sm.Raster(path, band=3)


def test_what_file_and_caller_say_differently_is_refused(depth):
    with pytest.raises(sm.ReadError, match="cells of -9999 have no value, not those of -1 as nodata= says"):
        sm.Raster(depth, nodata=-1)
    with pytest.raises(sm.CrsError, match=r"is in EPSG:4326 .*, not in EPSG:3059"):
        sm.Raster(depth, crs=3059)
    assert sm.Raster(depth, nodata=-9999, crs="EPSG:4326").nodata == -9999


def plain_tiff(path, side, rows_per_strip):
    """Write a TIFF of one strip that declares so many rows and columns, and says nothing of where they are."""
    entries = [
        (256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
        (273, 4, 1, 130), (277, 3, 1, 1), (278, 4, 1, rows_per_strip), (279, 4, 1, 4), (339, 3, 1, 1),
    ]  # fmt: skip
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    path.write_bytes(b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + b"\0\0\0\0")
    return path


@pytest.mark.parametrize("rows_per_strip", [1, 200_000])
def test_a_small_file_that_declares_many_cells_is_refused(tmp_path, rows_per_strip):
    path = plain_tiff(tmp_path / "bomb.tif", 200_000, rows_per_strip)
    assert path.stat().st_size == 134
    with pytest.raises(sm.ReadError, match=r"bomb\.tif (declares 200000 x 200000 cells|is damaged)"):
        sm.Raster(path, crs=4326)


def test_an_ascii_grid_that_is_cut_is_refused(tmp_path):
    path = tmp_path / "cut.asc"
    path.write_text(HEADER.replace("ncols 3", "ncols 300000").replace("nrows 2", "nrows 300000") + "1 2 3\n4 5 6\n")
    with pytest.raises(sm.ReadError, match=r"cut\.asc declares 300000 x 300000 cells, which cannot be in a file of"):
        sm.Raster(path, crs=4326)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("1 2 3\n4 5\n", "is cut: it declares 3 x 2 cells and has 5"),
        ("1 2 abc\n4 5 6\n", "row 1, column 3 holds 'abc', which is no number"),
        ("1 2 3\n4 5 1e999\n", "row 2, column 3 holds '1e999', which is no number"),
        ("1 2 3\n4 5 6\n7\n", "goes on after its last cell, with '7'"),
    ],
)
def test_cells_of_an_ascii_grid_are_numbers_and_as_many_as_it_declares(tmp_path, cells, told):
    path = tmp_path / "depth.asc"
    path.write_text(HEADER + cells)
    with pytest.raises(sm.ReadError, match=told):
        sm.Raster(path, crs=4326)


@pytest.mark.parametrize("cells", ["1 2 3\r\n4 5 6.5\r\n", "1 2 3 4 5 6,5", "+1 2e0 3\n\n4\n5 6.5"])
def test_cells_of_an_ascii_grid_stand_as_people_write_them(tmp_path, cells):
    path = tmp_path / "depth.asc"
    path.write_text(HEADER.upper() + cells)
    raster = sm.Raster(path, crs=4326)
    assert sm.zonal(_all_of(raster), raster, ("sum", "max"))[["sum", "max"]].to_numpy().tolist() == [[21.5, 6.5]]


def test_damaged_bytes_are_told_or_do_no_harm(tmp_path, depth):
    whole, random = depth.read_bytes(), np.random.default_rng(1)
    told = 0
    for _ in range(150):
        damaged = bytearray(whole)
        for place in random.integers(0, min(len(whole), 400), random.integers(1, 4)):
            damaged[place] = random.choice([0, 1, 127, 255])
        path = tmp_path / "damaged.tif"
        path.write_bytes(damaged)
        try:
            raster = sm.Raster(path)
            sm.zonal(_all_of(depth), raster, ("sum", "max", "area_m2"))
        except sm.SheltermapError as error:
            assert "damaged.tif" in str(error) or "transformation" in str(error)
            told += 1
    assert told > 30


@pytest.mark.parametrize(
    ("transform", "told"),
    [
        (Affine(1, 0.1, 24, 0, -1, 57), "is rotated"),
        (Affine(1, 0, 24, 0.1, -1, 57), "is rotated"),
        (Affine(-1, 0, 24, 0, -1, 57), "is mirrored"),
        (Affine(1, 0, np.nan, 0, -1, 57), "is not a finite number"),
    ],
)
def test_cells_that_do_not_run_along_the_axes_are_refused(tmp_path, transform, told):
    path = write(tmp_path / "odd.tif", np.zeros((3, 4), np.uint8), transform)
    with pytest.raises(sm.ReadError, match=told):
        sm.Raster(path)


@pytest.mark.parametrize(
    ("transform", "crs", "told"),
    [
        (Affine(100, 0, 500_000, 0, -100, 300_000), "EPSG:4326", "these are not degrees"),
        (Affine(0.1, 0, 24, 0, -0.1, 57), "EPSG:3059", "these are degrees"),
        (Affine(1, 0, 6_000_000, 0, -1, 9_000_000), "EPSG:3059", "the CRS is another one"),
        (Affine(100, 0, -180, 0, -1, 57), "EPSG:4326", "more than once round the Earth"),
    ],
)
def test_cells_that_lie_where_the_crs_has_no_places_are_refused(tmp_path, transform, crs, told):
    path = write(tmp_path / "odd.tif", np.zeros((3, 4), np.uint8), transform, crs=crs)
    with pytest.raises(sm.CrsError, match=told):
        sm.Raster(path)


def test_a_world_in_a_projection_lies_in_its_area(tmp_path):
    path = write(tmp_path / "world.tif", np.zeros((18, 36), np.uint8),
                 Affine(1_002_250, 0, -18_041_000, 0, -1_000_000, 9_000_000), crs="ESRI:54009")  # fmt: skip
    assert sm.Raster(path).shape == (18, 36)


def test_a_file_without_places_is_refused(tmp_path):
    path = plain_tiff(tmp_path / "picture.tif", 2, 2)
    with pytest.raises(sm.ReadError, match=r"picture\.tif does not say where its cells are"):
        sm.Raster(path)


def test_what_is_no_raster_is_refused(tmp_path):
    text = tmp_path / "depth.tif"
    text.write_text("no raster")
    with pytest.raises(sm.ReadError, match=r"depth\.tif cannot be read as a GeoTIFF"):
        sm.Raster(text)
    with pytest.raises(sm.ReadError, match="does not exist"):
        sm.Raster(tmp_path / "none.tif")
    with pytest.raises(sm.ReadError, match="the ending says no raster"):
        sm.Raster(write_raster(tmp_path / "depth.img", [[1.0]], west=24, north=57, cell=1))
    with pytest.raises(sm.ReadError, match="reads no network"):
        sm.Raster("/vsicurl/http://localhost/depth.tif")
    with pytest.raises(sm.ReadError, match=r"is a raster, not a layer of rows: open it with sm\.Raster"):
        sm.read(text)


def test_files_beside_it_are_not_read(depth):
    depth.with_name("depth.tif.aux.xml").write_text(
        "<PAMDataset><PAMRasterBand band='1'><Scale>2</Scale><Offset>0</Offset></PAMRasterBand></PAMDataset>"
    )
    with rasterio.open(depth) as file:
        assert file.scales == (2.0,)
    assert sm.Raster(depth).core.is_whole is False
    assert sm.zonal(_all_of(depth), sm.Raster(depth), "max")["max"].tolist() == [4.0]


def _all_of(raster):
    bounds = (raster if isinstance(raster, sm.Raster) else sm.Raster(raster)).bounds
    return gpd.GeoDataFrame(geometry=[box(*bounds)], crs=4326)


@pytest.mark.parametrize("value", [-9999.0, -32768.0, -3.4028234663852886e38, 1e38])
def test_a_value_that_looks_like_none_is_told(tmp_path, value):
    path = write_raster(tmp_path / "depth.tif", [[0, 1], [value, 2]], west=24, north=57, cell=0.5)
    with pytest.raises(sm.ReadError, match=r"does not say which value stands for none, and row 2, column 1 holds"):
        sm.zonal(_all_of(path), path)
    assert sm.zonal(_all_of(path), sm.Raster(path, nodata=value), "count")["count"].tolist() == [3.0]
    assert sm.zonal(_all_of(path), sm.Raster(path, nodata=float("nan")), "count")["count"].tolist() == [4.0]


def test_a_depth_below_0_is_told(tmp_path):
    path = write_raster(tmp_path / "depth.tif", [[0, 1], [-1, 2]], west=24, north=57, cell=0.5)
    with pytest.raises(sm.ReadError, match="row 2, column 1 holds -1, and nothing it may hold is below 0"):
        sm.zonal(_all_of(path), sm.Raster(path, holds="depth_m"))
    assert sm.zonal(_all_of(path), sm.Raster(path, holds="elevation_m"), "min")["min"].tolist() == [-1.0]


def test_a_file_that_was_cut_is_told(tmp_path):
    path = write_raster(tmp_path / "cut.tif", np.ones((200, 300)), west=24, north=57, cell=0.001)
    path.write_bytes(path.read_bytes()[:-100_000])
    with pytest.raises(sm.ReadError, match=r"cut\.tif is cut or damaged: the cells from row \d+, column 1 on"):
        sm.zonal(_all_of(path), path)


def test_scale_and_offset_are_applied_and_masked_and_unwritten_cells_have_no_value(tmp_path):
    path = write(
        tmp_path / "scaled.tif", np.array([[1, 2], [3, 250]], np.uint8), Affine(0.5, 0, 24, 0, -0.5, 57), nodata=250
    )
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.1,), (5.0,)
    found = sm.zonal(_all_of(path), path, ("sum", "count", "unknown_m2"))
    assert found["sum"].tolist() == pytest.approx([15.6]) and found["count"].tolist() == [3.0]
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(
        tmp_path / "masked.tif", "w", driver="GTiff", width=2, height=2, count=1, dtype="uint8", crs="EPSG:4326",
        transform=Affine(0.5, 0, 24, 0, -0.5, 57),
    ) as file:  # fmt: skip
        file.write(np.array([[1, 2], [3, 4]], np.uint8), 1)
        file.write_mask(np.array([[255, 0], [255, 255]], np.uint8))
    assert sm.zonal(_all_of(tmp_path / "masked.tif"), tmp_path / "masked.tif", "sum")["sum"].tolist() == [8.0]
    sparse = {"tiled": True, "blockxsize": 16, "blockysize": 16, "sparse_ok": True}
    with rasterio.open(
        tmp_path / "sparse.tif", "w", driver="GTiff", width=32, height=16, count=1, dtype="uint8", crs="EPSG:4326",
        transform=Affine(0.5, 0, 24, 0, -0.5, 57), **sparse,
    ) as file:  # fmt: skip
        file.write(np.ones((16, 16), np.uint8), 1, window=rasterio.windows.Window(0, 0, 16, 16))
    found = sm.zonal(_all_of(tmp_path / "sparse.tif"), tmp_path / "sparse.tif", "sum")
    assert found["sum"].tolist() == [256.0] and found["unknown"].tolist() == [0.5]
