# SPDX-License-Identifier: Apache-2.0
"""What reads a cell takes time in proportion to its length: no pattern of the package goes back over what it has read.

Texts of 40,000 characters are put to every pattern as it is used. What grows with their square needs a second of
processor time or more for one of them, what is linear some milliseconds; the limit lies between.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "python" / "sheltermap"
METHODS = {"match", "fullmatch", "search", "sub", "split", "findall", "finditer", "subn"}
LIMIT_S = 0.5
PATIENCE_S = 600  # where one never ends
LENGTH = 40_000
REPEATED = [
    "1",
    "0",
    " ",
    "a",
    ".",
    ",",
    "-",
    "%",
    "1 ",
    "1.",
    "1,",
    "1-",
    " 123",
    ",123",
    ".123",
    "1e",
    "a2",
    " 12:34",
    "T12:34",
    "/",
    '"',
    "=",
    "_",
    "1.0",
    "\n",
    "ā",
    "12345 678 ",
]

RUN = """
import re, sys, time
from sheltermap.base import dates, decimal_marks, limits, numerals, scenarios, suggestions, yes_no
from sheltermap._native import _core
from sheltermap.registers import values
from sheltermap.registers.mapping import Column
from sheltermap.registers.schema import folded, schema

used = {used!r}
texts = [front + each * ({length} // len(each)) + end
         for each in {repeated!r} for front in ("", "1", "-1.") for end in ("!", "", "\\n!")]

def timed(name, call, *arguments):
    started = time.process_time()
    try:
        call(*arguments)
    except ValueError:
        pass
    took = time.process_time() - started
    if took > {limit}:
        sys.exit(f"{{name}} took {{took:.2f}} s for {{arguments[0][:30]!r}}… of {{len(arguments[0])}} characters")

for pattern, flags, method in used:
    ways = ["fullmatch"] if method == "fullmatch" else ["match"] if method == "match" else ["search", "findall"]
    for text in texts:
        for way in ways:
            timed(repr(pattern), getattr(re.compile(pattern, flags), way), text)
for text in texts:
    for decimal in (None, ".", ","):
        timed("number_in", numerals.number_in, text, decimal)
    timed("decimal_mark", lambda text: decimal_marks.decimal_mark([text]), text)
    timed("digits_shown", lambda text: values.digits_shown([text]), text)
    for each in (dates.date_in, dates.day_in, dates.instant_in, yes_no.answer, scenarios.scenario_label, folded):
        timed(each.__name__, each, text)
    timed("likeness", suggestions.likeness, text, text[1:])
    timed("closest", suggestions.closest, text, ["people", "pepole"])
    timed("limit", limits.Limit.parse, text)
for name, field in schema("shelter").fields.items():
    for text in texts:
        timed(f"field {{name}}", values.read_cell, text, field, Column(column=name))
for text in texts:
    for head in ("lon,lat\\n24,", "lon;lat\\n24;"):
        rows = head + text.replace('"', '""') + "\\n" + head[-3:] + text.replace('"', "")
        timed(f"CSV after {{head!r}}", _core.csv_cells, rows, "a")
members = "".join(f'"m{{i}}":{{i}},' for i in range(100_000))
feature = '{{"type":"Feature",' + members + '"properties":{{"a":1}},"geometry":null}}'
collection = '{{"type":"FeatureCollection",' + members + '"features":[' + feature + "]}}"
timed("GeoJSON", lambda text: _core.read_geojson_text(text, "a", _core.ReadOptions(strict=False)), collection)
"""


def constant(node: ast.expr) -> str | None:
    """The text of a pattern; of one put together what stands in it, a digit or a comma for what is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "," for each in node.values)
    return None


def patterns() -> Iterator[tuple[str, int, str]]:
    """Every pattern of the package, its flags, and the method it is used with."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    compiled: dict[str, list[tuple[str, int]]] = {}  # of the same name in several modules all are tried
    calls = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and called(node.value) == "re.compile":
                text = constant(node.value.args[0])
                assert text is not None and isinstance(node.targets[0], ast.Name), ast.unparse(node)
                flags = 2 if "IGNORECASE" in ast.unparse(node.value) else 0
                compiled.setdefault(node.targets[0].id, []).append((text, flags))
    count = sum(called(call) == "re.compile" for call in calls)
    assert sum(map(len, compiled.values())) == count, "compiled where no name tells"
    for call in calls:
        owner, _, method = called(call).rpartition(".")
        if owner == "re" and method in METHODS:
            text = constant(call.args[0])
            assert text is not None, ast.unparse(call)
            yield text, 0, method
        elif owner in compiled and method in METHODS:
            yield from ((*each, method) for each in compiled[owner])


def called(call: ast.Call) -> str:
    return ast.unparse(call.func)


def test_every_pattern_reads_long_texts_in_linear_time() -> None:
    used = sorted(set(patterns()))
    assert len(used) > 15 and any(method == "fullmatch" for _, _, method in used)
    code = RUN.format(used=used, repeated=REPEATED, length=LENGTH, limit=LIMIT_S)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr
