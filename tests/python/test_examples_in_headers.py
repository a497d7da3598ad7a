# SPDX-License-Identifier: Apache-2.0
"""Every public header shows one use of what it declares, and all of these uses compile, in one translation unit."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

# A line of an example: four blanks more than a comment's text.
LINE = re.compile(r"^ *///(?: {5}(?P<code>.*)| *)$")

# What examples take for granted.
GIVEN = """
namespace sheltermap {
extern const LonLat home;
extern const std::vector<LonLat> places, homes, demand, shelters, schools;
extern const std::vector<double> people;
extern const std::vector<XY> eastings_and_northings;
extern const Crs crs;
extern const GeometryColumn zones, polygons, parcels, lines;
extern const std::vector<EdgePart> reached, flooded;
extern const Streets streets;
extern const Graph graph;
extern const EdgeIndex index;
extern const TravelGraph travel;
extern const Reach reach;
extern const Access access;
extern const CellSource& depths;
extern const io::Layer layer;
extern const Execution execution;
}
"""


def headers(root: Path) -> list[Path]:
    return sorted((root / "include" / "sheltermap").rglob("*.hpp"))


def examples(text: str) -> list[str]:
    """Return the blocks of code in the comments of a header."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        match = LINE.match(line)
        if match and (match["code"] or found[-1]):
            found[-1].append(match["code"] or "")
        elif found[-1]:
            found.append([])
    return ["\n".join(block).strip("\n") for block in found if any(block)]


def test_an_example_is_told_from_the_text_around_it() -> None:
    text = "/// A box.\n///\n///     Box box;\n///\n///     box.open();\n///\n/// Opens once.\nclass Box {};\n"
    assert examples(text) == ["Box box;\n\nbox.open();"]


def test_every_public_header_shows_a_use(root: Path) -> None:
    assert [path.name for path in headers(root) if not examples(path.read_text("utf-8"))] == []


def test_the_examples_compile(root: Path, tmp_path: Path) -> None:
    compiler = shutil.which("c++")
    if compiler is None:
        pytest.skip("no C++ compiler")
    include = root / "include"
    names = [path.relative_to(include).as_posix() for path in headers(root)]
    parts = ["#include <array>", "#include <iostream>", *(f'#include "{name}"' for name in names), GIVEN]
    for name, path in zip(names, headers(root), strict=True):
        space = {"io": "sheltermap::io", "osm": "sheltermap::osm"}.get(path.parent.name, "sheltermap")
        for number, example in enumerate(examples(path.read_text("utf-8"))):
            function = f"example_{path.stem}_{number}"
            parts.append(
                f'namespace {space} {{ void {function}() {{\n#line 1 "{name}, example {number + 1}"\n{example}\n}} }}'
            )
    source = tmp_path / "examples.cpp"
    source.write_text("\n".join(parts), encoding="utf-8")
    done = subprocess.run(
        [compiler, "-std=c++20", "-fsyntax-only", f"-I{include}", str(source)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
