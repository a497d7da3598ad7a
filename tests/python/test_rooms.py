# SPDX-License-Identifier: Apache-2.0
"""Who may include whom in C++, and import whom in Python: docs/architecture.md, arrows go down only."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
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
    "planning": {"base", "reach"},
    "raster": {"base", "geometry", "geodesy"},
    "osm": {"base", "geometry", "network"},
    "io": {"base", "geometry", "geodesy", "raster"},
}
# Of Python, each room may use those before it.
PACKAGES = (
    "base",
    "layers",
    "registers",
    "streets",
    "basemap",
    "analyses",
    "planning",
    "risk",
    "drawing",
    "map",
    "page",
    "dictionary",
    "qgis",
    "postgis",
    "scale",
    "questions",
    "kinds",
    "plans",
    "runs",
    "report",
    "assessments",
    "alerts",
    "years",
    "evidence",
    "public",
    "handover",
    "commands",
)
# What shows a result is fetched when it is asked for: `.plot()` and `.explore()` of rooms before them.
VIEWS = {"registers": {"basemap", "map"}, "analyses": {"drawing", "map"}, "planning": {"map"}, "risk": {"map"}}
# Within a room, methods of a result that another module answers; it takes the result.
METHODS = {
    ("sheltermap.analyses.coverage", "sheltermap.analyses.gaps"),
    ("sheltermap.years.comparison", "sheltermap.years.pages"),
    ("sheltermap.years.comparison", "sheltermap.years.years_map"),
}
INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.MULTILINE)
GDAL = re.compile(r"^(gdal|ogr|cpl_)")
TEMPLATE = re.compile(r"""\{%-?\s*(?:from|import|extends|include)\s+["']([^"']+)["']""")
OSMIUM = re.compile(r"^(osmium|protozero)/")


def sources(root: Path, room: str) -> list[Path]:
    folders = [root / "include" / "sheltermap" / room, root / "src" / room]
    return sorted(path for folder in folders for path in folder.rglob("*.?pp"))


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


def package_modules(root: Path) -> dict[str, Path]:
    """Every module but the public names at the root, by its full name."""
    found = {}
    for path in sorted(package(root).rglob("*.py")):
        parts = path.relative_to(root / "python").with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return {name: path for name, path in found.items() if name != "sheltermap"}


def needed_at_once(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run when a module is imported: not those in functions, and not those for types only."""
    for statement in body:
        if isinstance(statement, ast.ClassDef | ast.Try):
            yield from needed_at_once(statement.body)
        elif not isinstance(statement, ast.FunctionDef | ast.If):
            yield statement


def imported_in(node: ast.AST) -> Iterator[str]:
    """What one node of a syntax tree imports, `sm.run` as well."""
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0  # imports are written whole, so that this test sees them
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("sm", "sheltermap"):
        yield from (home for home, members in public_names().items() if node.attr in members)


def loaded_in(node: ast.AST) -> Iterator[str]:
    """The room that one node names as a text: "sheltermap.report", for a loader of its files."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from [node.value] if re.fullmatch(r"sheltermap(\.\w+)+", node.value) else []


def imports(path: Path) -> set[str]:
    """What a module imports anywhere, in functions and for types, too."""
    return {name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for name in imported_in(node)}


@cache
def public_names() -> dict[str, set[str]]:
    """The public names by the module that they live in."""
    stub = Path(sheltermap.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    imports = [node for node in ast.parse(stub).body if isinstance(node, ast.ImportFrom)]
    return {f"sheltermap.{node.module}": {alias.name for alias in node.names} for node in imports}


def rooms_used(path: Path) -> set[str]:
    """The rooms that a module imports from, or loads files of, anywhere."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return rooms_of({name for node in ast.walk(tree) for name in (*imported_in(node), *loaded_in(node))})


def rooms_used_at_once(path: Path) -> set[str]:
    statements = needed_at_once(ast.parse(path.read_text(encoding="utf-8")).body)
    return rooms_of({name for each in statements for node in ast.walk(each) for name in imported_in(node)})


def rooms_of(names: Iterable[str]) -> set[str]:
    parts = [name.split(".") for name in names]
    return {part[1] for part in parts if part[0] == "sheltermap" and len(part) > 1} & set(PACKAGES)


def modules_used(root: Path) -> dict[str, set[str]]:
    """By module, the others that it imports anywhere, but for what only shows a result."""
    modules = package_modules(root)
    used = {}
    for module, path in modules.items():
        names = {name if name in modules else name.rpartition(".")[0] for name in imports(path)}
        views = VIEWS.get(module.split(".")[1], set())
        used[module] = {name for name in names & set(modules) - {module} if not rooms_of([name]) & views}
    return used


def circle(used: dict[str, set[str]]) -> list[str]:
    """Return the modules of which each leads back to itself, by way of others."""
    left = dict(used)
    while ends := [module for module, names in left.items() if not names & set(left)]:
        for module in ends:
            del left[module]
    while starts := [module for module in left if not any(module in names for names in left.values())]:
        for module in starts:
            del left[module]
    return sorted(left)


def test_every_package_is_known(root: Path) -> None:
    found = {path.parent.name for path in package(root).glob("*/__init__.py")}
    assert found == set(PACKAGES)
    modules = {path.stem for path in package(root).glob("*.py")}
    assert modules == {"__init__", "__main__", "_native"}  # everything else lives in a room


@pytest.mark.parametrize("room", PACKAGES)
def test_a_package_uses_only_those_before_it(root: Path, room: str) -> None:
    before = set(PACKAGES[: PACKAGES.index(room) + 1])
    for path in sorted((package(root) / room).rglob("*.py")):
        assert rooms_used(path) <= before | VIEWS.get(room, set()), path
        assert rooms_used_at_once(path) <= before, path


def test_every_view_that_is_allowed_is_there(root: Path) -> None:
    for room, views in VIEWS.items():
        used = {each for path in (package(root) / room).glob("*.py") for each in rooms_used(path)}
        assert views <= used


def test_no_module_leads_back_to_itself(root: Path) -> None:
    used = modules_used(root)
    for module, answering in METHODS:
        assert module in circle(used)  # a circle that is open is no longer listed
        used[module].remove(answering)
    assert circle(used) == []


def test_a_circle_is_seen_with_all_that_is_in_it() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set(), "d": {"a"}}) == []
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["b", "c"]


@pytest.mark.parametrize("room", PACKAGES)
def test_templates_use_only_those_of_rooms_before(root: Path, room: str) -> None:
    home = {path.name: path.parent.name for path in package(root).rglob("*.j2")}
    before = set(PACKAGES[: PACKAGES.index(room) + 1])
    for path in (package(root) / room).glob("*.j2"):
        named = TEMPLATE.findall(path.read_text(encoding="utf-8"))
        assert {home[name] for name in named} <= before, path


def test_the_check_of_imports_sees_what_it_should(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "import sheltermap as sm\nfrom sheltermap import years\nfrom sheltermap.layers import files\n"
        "if TYPE_CHECKING:\n    from sheltermap.streets.network import Network\n"
        "TEMPLATES = jinja2.PackageLoader('sheltermap.report', '.')\n"
        "class Result:\n    def plot(self):\n        from sheltermap.drawing import plots\n        sm.run('a.toml')\n"
    )
    assert rooms_used_at_once(path) == {"years", "layers"}
    assert rooms_used(path) == {"years", "layers", "report", "streets", "drawing", "assessments"}
    assert TEMPLATE.findall('{% from "a.j2" import b %}{%- extends "c.j2" %}{% include \'d.j2\' %}') == [
        "a.j2",
        "c.j2",
        "d.j2",
    ]


def test_no_module_has_the_name_of_another(root: Path) -> None:
    # A listing is a table of contents: two entries of one name are two places to look.
    # A kind bears the name of the analysis that it asks.
    paths = [path for path in package(root).rglob("*.py") if path.stem != "__init__" and path.parent.name != "kinds"]
    assert [name for name, count in Counter(path.stem for path in paths).items() if count > 1] == []


def test_tests_lie_where_what_they_test_lies(root: Path) -> None:
    homes = {name: package(root) / name for name in PACKAGES}
    homes["qgis_plugin"] = root / "qgis_plugin" / "sheltermap_qgis"  # a program of its own, not a room
    rooms = {path.parent.name for path in (root / "tests" / "python").glob("*/test_*.py")}
    assert rooms <= set(homes)
    for path in (root / "tests" / "python").glob("*/test_*.py"):
        room = homes[path.parent.name]
        names = {each.stem for each in room.glob("*.py")} | {room.name}
        assert any(path.stem == f"test_{name}" or path.stem.startswith(f"test_{name}_") for name in names), path
