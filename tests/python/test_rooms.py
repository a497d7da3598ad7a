# SPDX-License-Identifier: Apache-2.0
"""Who may include whom in C++, and import whom in Python: docs/architecture.md, arrows go down only."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import sheltermap

BELOW = {
    "base": set[str](),
    "geometry": {"base"},
    "geodesy": {"base", "geometry"},
    "index": {"base", "geometry", "geodesy"},
    "network": {"base", "geometry", "geodesy", "index"},
    "reach": {"base", "geometry", "geodesy", "index", "network"},
    "coverage": {"base", "geometry", "geodesy", "index", "reach"},
    "exposure": {"base", "geometry", "geodesy", "index"},
    "osm": {"base", "network"},
    "io": {"base", "geometry", "geodesy"},
}
# Of Python, each room may use those before it.
PACKAGES = (
    "base",
    "layers",
    "postgis",
    "registers",
    "streets",
    "analyses",
    "drawing",
    "map",
    "page",
    "questions",
    "kinds",
    "plans",
    "runs",
    "report",
    "assessments",
    "years",
    "commands",
)
INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.MULTILINE)
GDAL = re.compile(r"^(gdal|ogr|cpl_)")
OSMIUM = re.compile(r"^(osmium|protozero)/")


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


@pytest.mark.parametrize("room", sorted(set(BELOW) - {"osm"}))
def test_libosmium_is_known_to_osm_alone(root: Path, room: str) -> None:
    for path in sources(root, room):
        assert not [name for name in includes(path) if OSMIUM.match(name)], path


def test_public_headers_show_no_library_of_the_system(root: Path) -> None:
    for path in (root / "include").rglob("*.hpp"):
        foreign = [name for name in includes(path) if "/" in name or name.endswith(".h")]
        assert all(name.startswith("sheltermap/") for name in foreign), path


def package(root: Path) -> Path:
    return root / "python" / "sheltermap"


def needed_at_once(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports that a module needs to be imported itself: not those in functions, and not those for types only."""
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement
        elif isinstance(statement, ast.ClassDef | ast.Try):
            yield from needed_at_once(statement.body)


def public_names() -> dict[str, set[str]]:
    """The public names by the module that they live in."""
    stub = Path(sheltermap.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    imports = [node for node in ast.parse(stub).body if isinstance(node, ast.ImportFrom)]
    return {f"sheltermap.{node.module}": {alias.name for alias in node.names} for node in imports}


def rooms_used(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for statement in needed_at_once(tree.body):
        if isinstance(statement, ast.ImportFrom):
            assert statement.level == 0, path  # imports are written whole, so that this test sees them
            names |= {f"{statement.module}.{alias.name}" for alias in statement.names}
        else:
            names |= {alias.name for alias in statement.names}
    # What is used through `sm.` lives in a room, too.
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    public = {node.attr for node in used if isinstance(node.value, ast.Name) and node.value.id in ("sm", "sheltermap")}
    homes = {home for home, members in public_names().items() if public & members}
    parts = [name.split(".") for name in names | homes]
    return {part[1] for part in parts if part[0] == "sheltermap" and len(part) > 1} & set(PACKAGES)


def test_every_package_is_known(root: Path) -> None:
    found = {path.parent.name for path in package(root).glob("*/__init__.py")}
    assert found == set(PACKAGES)
    modules = {path.stem for path in package(root).glob("*.py")}
    assert modules == {"__init__", "__main__", "_native"}  # everything else lives in a room


@pytest.mark.parametrize("room", PACKAGES)
def test_a_package_imports_only_those_before_it(root: Path, room: str) -> None:
    allowed = set(PACKAGES[: PACKAGES.index(room) + 1])
    for path in sorted((package(root) / room).rglob("*.py")):
        assert rooms_used(path) <= allowed, path


def test_the_check_of_imports_sees_what_it_should(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "import sheltermap as sm\nfrom sheltermap import years\nfrom sheltermap.layers import files\n"
        "def plot():\n    from sheltermap.drawing import plots\n    sm.run('plan.toml')\n"
    )
    assert rooms_used(path) == {"years", "layers", "assessments"}


def test_no_module_has_the_name_of_another(root: Path) -> None:
    # A listing is a table of contents: two entries of one name are two places to look.
    # A kind bears the name of the analysis that it asks.
    paths = [path for path in package(root).rglob("*.py") if path.stem != "__init__" and path.parent.name != "kinds"]
    assert [name for name, count in Counter(path.stem for path in paths).items() if count > 1] == []


def test_tests_lie_where_what_they_test_lies(root: Path) -> None:
    rooms = {path.parent.name for path in (root / "tests" / "python").glob("*/test_*.py")}
    assert rooms <= set(PACKAGES)
    for path in (root / "tests" / "python").glob("*/test_*.py"):
        room = package(root) / path.parent.name
        names = {each.stem for each in room.glob("*.py")} | {room.name}
        assert any(path.stem == f"test_{name}" or path.stem.startswith(f"test_{name}_") for name in names), path
