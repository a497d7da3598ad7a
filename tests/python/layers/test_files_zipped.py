"""Shapefiles in zip archives as macOS and others make them."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
import shapely

import sheltermap as sm


@pytest.fixture
def packed(tmp_path: Path) -> Callable[..., Path]:
    def pack(folder: str, *beside: str, extra: bytes = b"") -> Path:
        frame = geopandas.GeoDataFrame({"people": [3, 4]}, geometry=shapely.points([[24, 56], [25, 57]]), crs=4326)
        frame.to_file(tmp_path / "homes.shp")
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(tmp_path.glob("homes.*")):
                told = zipfile.ZipInfo(folder + part.name)
                told.compress_type, told.extra, told.comment = zipfile.ZIP_DEFLATED, extra, b"of 2025"
                archive.writestr(told, part.read_bytes())
            for name in beside:
                archive.writestr(name, b"\0\5\x16\7 a resource fork")
        return tmp_path / "a.zip"

    return pack


@pytest.mark.parametrize(
    ("folder", "beside"),
    [
        ("", ["._homes.shp"]),
        ("data/", ["data/._homes.shp", "data/._homes.dbf", "data/.DS_Store"]),
        ("data/", ["__MACOSX/data/._homes.shp", "__MACOSX/._data"]),
        ("/", []),
        ("/data/", ["/readme.txt"]),
        ("//server/share/", []),
        ("./", []),
    ],
)
@pytest.mark.parametrize("extra", [b"", b"\x55\x54\x05\x00\x01\0\0\0\0"])
def test_names_that_tools_give_do_not_matter(
    folder: str, beside: list[str], extra: bytes, packed: Callable[..., Path]
) -> None:
    path = packed(folder, *beside, extra=extra)
    assert sm.layer_names(path) == ["homes"]
    frame = sm.read(path)
    assert frame.people.tolist() == [3, 4] and frame.geometry.to_wkt().tolist() == ["POINT (24 56)", "POINT (25 57)"]
    assert sm.inspect(path, "demand").rows == 2


def test_two_shapefiles_are_two_layers(packed: Callable[..., Path]) -> None:
    path = packed("/")
    with zipfile.ZipFile(path, "a") as archive:
        for name in [each for each in archive.namelist() if each.startswith("/homes")]:
            archive.writestr(name.replace("homes", "work"), archive.read(name))
    assert sm.layer_names(path) == ["homes", "work"]
    with pytest.raises(sm.ReadError, match="several layers: 'homes', 'work'"):
        sm.read(path)
