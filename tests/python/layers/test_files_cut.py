# SPDX-License-Identifier: Apache-2.0
"""A file cut anywhere is an error or a listed refusal: never, in silence, fewer rows or other values."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import geopandas
import pytest
import shapely

import sheltermap as sm

ROWS = 120
CUTS = 24  # per file, beside its half, its first byte and its last one
SHAPEFILE_PARTS = [".shp", ".shx", ".dbf", ".prj"]


def layer() -> geopandas.GeoDataFrame:
    """Squares with quoted, non-ASCII names, in an order a cut cannot hide."""
    squares = [shapely.box(24 + i / 1000, 57, 24.0005 + i / 1000, 57.0005) for i in range(ROWS)]
    names = [f'Māja "{i}", Ķekava' for i in range(ROWS)]
    return geopandas.GeoDataFrame(
        {"id": range(ROWS), "name": names, "v": [i / 2 for i in range(ROWS)]}, geometry=squares, crs=4326
    )


def offsets(size: int, seed: str) -> list[int]:
    chosen = random.Random(seed)
    return sorted({0, 1, size // 2, size - 1, *(chosen.randrange(size) for _ in range(CUTS))})


def outcome(path: Path) -> str | geopandas.GeoDataFrame:
    """The frame where every row is sound, else "error" or "refused"."""
    try:
        frame = sm.read(path, strict=False)
    except sm.SheltermapError as error:
        assert path.name in str(error) or path.stem in str(error), "the message must name the file"
        return "error"
    return frame if sm.refused(frame).empty else "refused"


def assert_nothing_is_lost_in_silence(damaged: Path, whole: geopandas.GeoDataFrame, where: str) -> None:
    result = outcome(damaged)
    if not isinstance(result, str):
        # Some bytes hold no data (an index, an end mark): then every value must still be there.
        assert len(result) == len(whole), f"{where}: {len(result)} of {len(whole)} rows"
        assert result.drop(columns="geometry").equals(whole.drop(columns="geometry")), where
        assert (result.geometry.to_wkt() == whole.geometry.to_wkt()).all(), where


@pytest.mark.parametrize(
    "name", ["theirs.gpkg", "theirs.geojson", "theirs.fgb", "ours.gpkg", "ours.geojson", "ours.fgb"]
)
def test_a_cut_file_is_noticed(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name.startswith("ours"):
        sm.write(layer(), path)
    else:
        layer().to_file(path)
    whole, data = sm.read(path), path.read_bytes()
    for offset in offsets(len(data), name):
        path.write_bytes(data[:offset])
        assert_nothing_is_lost_in_silence(path, whole, f"{name} cut at {offset} of {len(data)}")


def test_a_cut_csv_is_noticed(tmp_path: Path) -> None:
    frame = layer()
    sm.write(frame.set_geometry(frame.representative_point()), tmp_path / "a.csv")
    data = (tmp_path / "a.csv").read_bytes()
    for offset in offsets(len(data), "csv"):
        if data[:offset].endswith(b"\n"):
            continue  # a CSV that ends with a whole row cannot be told from a whole CSV
        (tmp_path / "a.csv").write_bytes(data[:offset])
        found = outcome(tmp_path / "a.csv")
        # Only in a row's last value a cut may leave a table that might be whole; then that value is named.
        if not isinstance(found, str):
            [note] = found.attrs["sheltermap_notes"]
            assert "no line end" in note and "column 'lat' as '5" in note, f"cut at {offset} of {len(data)}"
            assert offset == len(data) - 1 or len(found) <= 20, f"cut at {offset} of {len(data)}"


@pytest.mark.parametrize("part", SHAPEFILE_PARTS)
def test_a_cut_part_of_a_shapefile_is_noticed(part: str, tmp_path: Path) -> None:
    layer().to_file(tmp_path / "a.shp")
    whole = sm.read(tmp_path / "a.shp")
    data = (tmp_path / f"a{part}").read_bytes()
    for offset in offsets(len(data), part):
        (tmp_path / f"a{part}").write_bytes(data[:offset])
        assert_nothing_is_lost_in_silence(tmp_path / "a.shp", whole, f"{part} cut at {offset} of {len(data)}")


def test_a_cut_zip_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    layer().to_file(tmp_path / "folder" / "a.shp")
    path = Path(shutil.make_archive(str(tmp_path / "a"), "zip", tmp_path / "folder"))
    whole, data = sm.read(path), path.read_bytes()
    for offset in offsets(len(data), "zip"):
        path.write_bytes(data[:offset])
        assert_nothing_is_lost_in_silence(path, whole, f"zip cut at {offset} of {len(data)}")


def geodatabase_cuts(folder: Path) -> Iterator[tuple[Path, int]]:
    for file in sorted(folder.iterdir()):
        size = file.stat().st_size
        chosen = random.Random(file.name)
        for offset in sorted({size // 2, *(chosen.randrange(size) for _ in range(3))}) if size else []:
            yield file, offset


def test_a_cut_file_of_a_geodatabase_is_noticed(tmp_path: Path) -> None:
    layer().to_file(tmp_path / "a.gdb", driver="OpenFileGDB")
    whole = sm.read(tmp_path / "a.gdb")
    for file, offset in list(geodatabase_cuts(tmp_path / "a.gdb")):
        data = file.read_bytes()
        file.write_bytes(data[:offset])
        assert_nothing_is_lost_in_silence(tmp_path / "a.gdb", whole, f"{file.name} cut at {offset} of {len(data)}")
        file.write_bytes(data)


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.fgb"])
def test_flipped_bytes_never_lose_rows_in_silence(name: str, tmp_path: Path) -> None:
    sm.write(layer(), tmp_path / name)
    data = (tmp_path / name).read_bytes()
    chosen = random.Random(name)
    for _ in range(CUTS):
        damaged = bytearray(data)
        for at in [chosen.randrange(len(data)) for _ in range(20)]:
            damaged[at] ^= 1 << chosen.randrange(8)
        (tmp_path / name).write_bytes(damaged)
        result = outcome(tmp_path / name)
        assert isinstance(result, str) or len(result) == ROWS
