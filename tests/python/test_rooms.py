# SPDX-License-Identifier: Apache-2.0
"""Who may include whom in C++: docs/architecture.md, arrows go down only."""

import re
from pathlib import Path

import pytest

BELOW = {
    "base": set[str](),
    "geometry": {"base"},
    "geodesy": {"base", "geometry"},
    "index": {"base", "geometry", "geodesy"},
    "reach": {"base", "geometry", "geodesy", "index"},
    "coverage": {"base", "geometry", "geodesy", "index", "reach"},
    "exposure": {"base", "geometry", "geodesy", "index"},
    "io": {"base", "geometry", "geodesy"},
}
INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.MULTILINE)
GDAL = re.compile(r"^(gdal|ogr|cpl_)")


def sources(root: Path, room: str) -> list[Path]:
    folders = [root / "include" / "sheltermap" / room, root / "src" / room]
    return sorted(path for folder in folders for path in folder.glob("*.?pp"))


def includes(path: Path) -> list[str]:
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


def test_every_room_is_known(root: Path) -> None:
    rooms = {path.name for path in (root / "include" / "sheltermap").iterdir()}
    assert rooms == set(BELOW)


@pytest.mark.parametrize("room", BELOW)
def test_a_room_includes_only_rooms_below(root: Path, room: str) -> None:
    for path in sources(root, room):
        named = [name.removeprefix("sheltermap/").split("/")[0] for name in includes(path) if "/" in name]
        assert ".." not in named, path  # private headers are named from src/, so that this test sees them
        assert set(named) & set(BELOW) <= BELOW[room] | {room}, path


@pytest.mark.parametrize("room", sorted(set(BELOW) - {"io"}))
def test_gdal_is_known_to_io_alone(root: Path, room: str) -> None:
    for path in sources(root, room):
        assert not [name for name in includes(path) if GDAL.match(name)], path


def test_public_headers_show_no_library_of_the_system(root: Path) -> None:
    for path in (root / "include").rglob("*.hpp"):
        foreign = [name for name in includes(path) if "/" in name or name.endswith(".h")]
        assert all(name.startswith("sheltermap/") for name in foreign), path
