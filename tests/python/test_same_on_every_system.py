# SPDX-License-Identifier: Apache-2.0
"""Files are the same bytes whatever system wrote them: the encoding and the ends of lines are never the machine's."""

import ast
from collections.abc import Iterator
from pathlib import Path

import sheltermap

PACKAGE = Path(sheltermap.__file__).parent
# By what texts are written.
WRITERS = {"write_text", "open", "fdopen", "TextIOWrapper", "NamedTemporaryFile", "TemporaryFile"}


def lacking(code: str) -> Iterator[tuple[int, str]]:
    """Yield lines in which a text is read or written as the machine would have it, and what they leave to it."""
    for call in ast.walk(ast.parse(code)):
        if not isinstance(call, ast.Call) or any(each.arg is None for each in call.keywords):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        said = {each.arg for each in call.keywords}
        modes = [
            each.value
            for each in [*call.args, *(each.value for each in call.keywords if each.arg == "mode")]
            if isinstance(each, ast.Constant) and isinstance(each.value, str) and set(each.value) <= set("rwxabt+")
        ]
        is_path_writing = name == "write_text" and isinstance(call.func, ast.Attribute) and len(call.args) == 1
        # Members of archives are bytes, opened by their name and "w".
        is_member = isinstance(call.func, ast.Attribute) and name == "open" and len(call.args) > 1
        is_text = is_path_writing or any("b" not in mode and set(mode) & set("wxa+") for mode in modes)
        if name in WRITERS and is_text and not is_member:
            yield from ((call.lineno, word) for word in ("encoding", "newline") if word not in said)
        is_reading = name == "read_text" or (name == "open" and not call.args and "mode" not in said)
        if is_reading and "encoding" not in said:
            yield call.lineno, "encoding"


def test_what_is_looked_for_is_found():
    code = (
        'path.write_text("a")\n'
        'path.open("w", encoding="utf-8")\n'
        'open(path, "a", newline="")\n'
        "path.read_text()\n"
        'path.write_text("a", encoding="utf-8", newline="\\n"), path.open("wb"), archive.open(name, "w")\n'
        "path.open()\n"
    )
    assert list(lacking(code)) == [
        (1, "encoding"),
        (1, "newline"),
        (2, "newline"),
        (3, "encoding"),
        (4, "encoding"),
        (6, "encoding"),
    ]


def test_nothing_is_written_or_read_as_the_machine_would_have_it():
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {word}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, word in lacking(path.read_text(encoding="utf-8"))
    ]
    assert found == []
