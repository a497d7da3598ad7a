# SPDX-License-Identifier: Apache-2.0
"""What C++ offers is there in Python: every function of a public header has a binding, or a reason why not."""

import re
from pathlib import Path

import numpy as np
import pytest

import sheltermap as sm
from sheltermap import _core

# C++ name -> where the same is in Python, or why Python has no use for it.
ELSEWHERE = {
    "assemble": "_core.GeometryColumn.__init__",
    "split_by_type": "_core.GeometryColumn.pieces",
    "drop_empty_parts": "_core.GeometryColumn.drop_empty_parts",
    "geometry_fault": "_core.GeometryColumn.faults",
    "repaired_polygon": "_core.GeometryColumn.repaired",
    "import_table": "_core.Table.from_stream",
    "export_table": "_core.Table.__arrow_c_stream__",
    "streets_of_lines": "_core.graph_from_lines",
    "join_streets": "_core.graph_from_lines",
    "measure_at_limits": "_core.geodesic_reach",
    "build_graph": "_core.graph_from_lines",
    "read_streets": "_core.graph_from_osm",
    "read_basemap": "_core.basemap_from_osm",
    "profile": "_core.profile_speeds",
    "use_proj_data": "_core.start_runtime",
    "proj_data": "_core.runtime_versions",
    "nearest_on_edge": "_core.EdgeIndex.snap",
    "nearest_on_segment": "_core.offsets_on_segments",
}
NOT_NEEDED = {
    "parallel_for": "threads of the core; from Python the analyses use them, set_threads says how many",
    "has_position": "two coordinates that are not NaN: numpy.isfinite",
    "name": "names of geometry types, spelt as shapely spells them",
    "name_of": "REASONS are the names",
    "status_of": "STATUSES_OF_REASONS",
    "is_areal": "shapely tells the type of a geometry",
    "comes_before": "the order of tuples (distance_m, row)",
    "cell_text": "pandas writes cells",
    "to_grid": "coordinates rounded to seven decimals: numpy.round",
    "profiles": "their names are PROFILES",
    "concatenated": "joins the blocks a file was read in; pandas.concat joins frames",
}

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
BODY = re.compile(r"\{[^{}]*\}")


def headers(root: Path) -> list[Path]:
    return sorted((root / "include" / "sheltermap").rglob("*.hpp"))


def free_functions(text: str) -> set[str]:
    """Names of functions declared outside classes in a header of ours."""
    text = re.sub(r"^\s*#.*$", "", COMMENT.sub("", text), flags=re.MULTILINE)
    text = re.sub(r'extern "C" \{.*?\n\}', "", text, flags=re.DOTALL)
    text = re.sub(r"namespace [\w:]+ \{", "", text)
    while True:  # what stands in braces, from the innermost: bodies, classes, initial values
        shorter = BODY.sub(";", text)
        if shorter == text:
            break
        text = shorter
    statements = [each for each in text.split(";") if "(" in each and not re.search(r"\b(class|struct|enum)\b", each)]
    declared = (re.match(r"[^=(]*?\b([a-z_][a-z0-9_]*)\s*\(", each) for each in statements)  # no value before its "("
    return {found[1] for found in declared if found}


def public_functions(root: Path) -> dict[str, str]:
    return {name: path.name for path in headers(root) for name in sorted(free_functions(path.read_text("utf-8")))}


def resolved(name: str) -> object:
    found: object = sm
    for part in name.split("."):
        found = getattr(found, part)
    return found


def test_the_headers_are_read() -> None:
    text = """
    namespace sheltermap {
    inline constexpr double limit_m = piece(3);  // not_this(one);
    struct Plain { int row = 0; void method(int); };
    [[nodiscard]] std::vector<double> first_m(std::span<const LonLat> from,
                                              const Options& options = {});
    inline bool second(LonLat place) noexcept { return std::isfinite(place.lon); }
    }  // namespace sheltermap
    """
    assert free_functions(text) == {"first_m", "second"}


def test_every_public_function_has_a_binding_or_a_reason(root: Path) -> None:
    functions = public_functions(root)
    assert len(functions) > 40
    missing = {
        name: header
        for name, header in functions.items()
        if not hasattr(_core, name) and name not in ELSEWHERE and name not in NOT_NEEDED
    }
    assert missing == {}


def test_no_exception_outlives_its_function(root: Path) -> None:
    functions = set(public_functions(root))
    assert set(ELSEWHERE) | set(NOT_NEEDED) <= functions
    assert not [name for name in [*ELSEWHERE, *NOT_NEEDED] if hasattr(_core, name)]


@pytest.mark.parametrize("name", ELSEWHERE.values())
def test_what_has_another_name_is_there(name: str) -> None:
    assert callable(resolved(name))


def test_every_public_class_is_there(root: Path) -> None:
    texts = [COMMENT.sub("", path.read_text("utf-8")) for path in headers(root)]
    classes = {name for text in texts for name in re.findall(r"^class (\w+)(?: : public \w+)? \{", text, re.MULTILINE)}
    machinery = {"Sum", "ExactSum", "Cancelled"}  # sums (math.fsum, exact_sum); in Python a stop is KeyboardInterrupt
    machinery |= {"CellSource", "CellReader"}  # where cells come from: in Python a RasterFile
    renamed = {"Error": "SheltermapError"}
    assert {name for name in classes - machinery if not hasattr(_core, renamed.get(name, name))} == set()


def test_a_binding_says_what_it_does() -> None:
    functions = [value for name, value in vars(_core).items() if callable(value) and not name.startswith("_")]
    assert all((each.__doc__ or "").strip() for each in functions)


def square(west: float, south: float) -> np.ndarray:
    """Return a ring 2° wide and 1° high."""
    return np.array([[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]], float) + np.array([west, south])


def polygons(*rings: np.ndarray) -> _core.GeometryColumn:
    ends = np.arange(len(rings) + 1)
    piece = _core.GeometryPiece("Polygon", ends[:-1], np.concatenate(rings), 5 * ends, ends, np.empty(0, np.int64))
    return _core.GeometryColumn(len(rings), [piece])


def test_polygons_are_dissolved_into_one_row() -> None:
    one = _core.dissolved(polygons(square(24, 56), square(25, 56)))
    whole = polygons(square(24, 56) * [1.5, 1] - [12, 0])
    assert len(one) == 1
    assert _core.lonlat_area_m2(one) == pytest.approx(_core.lonlat_area_m2(whole), rel=1e-12)


def test_a_polygon_is_cut_at_the_antimeridian() -> None:
    beyond = polygons(square(179, 0))
    (piece,) = _core.cut_at_antimeridian(beyond, 0).pieces()
    lons = np.abs(piece.coordinates[:, 0])
    assert piece.type == "MultiPolygon" and lons.min() == 179 and lons.max() == 180
    with pytest.raises(IndexError):
        _core.cut_at_antimeridian(beyond, 1)


def test_a_column_goes_to_a_projection_and_back() -> None:
    lks92, column = _core.Crs("EPSG:3059"), polygons(square(24, 56))
    there = _core.column_from_lonlat(column, lks92)
    (piece,) = there.pieces()
    assert _core.to_lonlat(piece.coordinates, lks92) == pytest.approx(square(24, 56), abs=1e-9)
