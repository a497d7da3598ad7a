# SPDX-License-Identifier: Apache-2.0
"""A language is a file: with one more in the folder everything that has words speaks it, and no code is touched."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

import sheltermap
from map_data import MapData

# Every text in marks that no other has, so that one that is not of this language is seen.
NAME, MARK, YES, NO = "Lietuvių", "·", "taip", "neteisinga"
MONTHS = " ".join(f"m{number}" for number in range(1, 13))

SCRIPT = """
import json, sqlite3, sys
from pathlib import Path
import geopandas, openpyxl, pandas
import sheltermap as sm
from sheltermap.base.standards import Text
from sheltermap.commands.cli import main

plan, folder = Path(sys.argv[1]), Path(sys.argv[2])
found = {"package": sm.__path__[0]}
made = sm.run(plan, folder / "out")
homes = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([24.105, 23.713], [56.950, 56.652]), crs=4326)
shelters = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([24.110], [56.951]), crs=4326)
covered = sm.coverage(homes, shelters, [500, 1500])
found["legend"] = [each.get_text() for each in covered.plot(lang="lt").get_legend().get_texts()]
covered.explore(lang="lt").save(folder / "map.html")

sm.template("shelter", folder / "form.xlsx", lang="lt")
sm.template("shelter", folder / "form.gpkg", lang="lt")
book = openpyxl.load_workbook(folder / "form.xlsx")
found["sheets"] = book.sheetnames
found["heads"] = [cell.value for cell in book.worksheets[1][1]]
with sqlite3.connect(folder / "form.gpkg") as form:
    found["labels"] = form.execute("SELECT title, name FROM gpkg_data_columns").fetchall()

rows = {"id": ["P1", "P2"], "kind": ["patvertne", "shelterr"], "capacity_persons": ["12", "12 vietas"],
        "step_free_access": ["taip", "maybe"], "lon": [24.1, 24.2], "lat": [56.9, 56.9]}
pandas.DataFrame(rows).to_csv(folder / "shelters.csv", index=False)
register = sm.inspect(folder / "shelters.csv", "shelter")
found["inspection"] = register.findings_in("lt").to_dict("records")
found["english"] = register.findings.to_dict("records")
found["step_free"] = [None if pandas.isna(each) else bool(each) for each in register.frame["step_free_access"]]
found["texts"] = {
    "all": Text.model_validate("x").model_dump(),
    "two": Text.model_validate({"en": "x", "lv": "y"}).model_dump(),
    "no English": Text.model_validate({"lv": "y"}).model_dump(),
}
(folder / "found.json").write_text(json.dumps(found, default=str))
sys.argv = ["sheltermap", "inspect", str(folder / "shelters.csv"), "--as", "shelter", "--lang", "lt"]
try:
    main()
except SystemExit as leave:
    assert leave.code == 1  # there is something to mend
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a package that differs in one file: the new language."""
    folder = tmp_path_factory.mktemp("packages")
    copy = folder / "sheltermap"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(sheltermap.__file__).parent, copy, copy_function=os.symlink, ignore=ignored)
    languages = copy / "base" / "languages"
    words = tomllib.loads((languages / "en.toml").read_text(encoding="utf-8"))
    own = {"name": NAME, "decimal_mark": MARK, "or": "‹or›", "one": "1", "iso_639_2": "LIT"}
    own |= {"date": "‹{year}·{month}·{day}›", "months": MONTHS}
    marked = _marked(words) | {"this": own, "yes": YES, "no": NO}
    (languages / "lt.toml").write_text(_toml(marked), encoding="utf-8")
    return folder


def _marked(words):
    return {key: _marked(text) if isinstance(text, dict) else f"‹{text}›" for key, text in words.items()}


def _toml(table, above=""):
    """Write a table of texts; JSON's strings are TOML's."""
    lines = []
    for key, value in table.items():
        name = above + json.dumps(key)
        lines.append(_toml(value, f"{name}.") if isinstance(value, dict) else f"{name} = {json.dumps(value)}")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def folder(package: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the package writes, in a process of its own."""
    made = tmp_path_factory.mktemp("made")
    shutil.copytree(root / "sample_data" / "ogre", made / "ogre")
    plan = made / "ogre" / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    assert 'languages = ["en", "lv"]' in text
    plan.write_text(text.replace('languages = ["en", "lv"]', 'languages = ["lt", "en"]'), encoding="utf-8")
    # -S: an editable installation would come before the copy.
    search = os.pathsep.join([str(package), *{sysconfig.get_path(name) for name in ("purelib", "platlib")}])
    done = subprocess.run(
        [sys.executable, "-S", "-c", SCRIPT, str(plan), str(made)],
        env={**os.environ, "PYTHONPATH": search, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (made / "terminal.txt").write_text(done.stdout, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def found(folder: Path, package: Path):
    found = json.loads((folder / "found.json").read_text())
    assert found["package"] == str(package / "sheltermap")
    return found


def test_the_report_says_everything_in_it(folder):
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count('<html lang="lt">') == 1 and f'<bdi class="own" lang="lt">{NAME}</bdi>' in page
    assert 'body:has(#lang-lt:checked) [lang]:not([lang="lt"], .own)' in page and 'value="lt" data-title="' in page
    assert page.count(f'data-mark="{MARK}"') == 2 and re.search(r"‹\d{4}·m\d+·\d+›", page)
    said = re.findall(r'<span lang="lt">(.*?)</span>', page)
    own = (YES, NO, f"In use: {YES}")  # the label of a register's field is English until the register has another
    assert len(said) > 300 and [text for text in said if not re.search("[‹·]", text) and text not in own] == []
    assert len(said) == page.count('<span lang="en">') and 'lang="lv"' not in page.partition("</style>")[2]
    assert re.search(r"\d·\d %", page)


def test_tables_have_a_column_for_it(folder):
    made = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))
    assert made["title"].keys() == {"en", "lv", "lt"} and made["title"]["lt"] == made["title"]["en"]
    assert made["indicators"] and all(row["title_lt"] == row["title_en"] for row in made["indicators"])


def test_the_legend_speaks_it(found):
    assert [text.split(" (")[0] for text in found["legend"]] == ["‹within 500 m›", "‹beyond 1·5 km›"]


def test_the_map_page_speaks_it(folder):
    page = (folder / "map.html").read_text(encoding="utf-8")
    assert '<html lang="lt">' in page
    for text in ("‹Coverage›", "‹Show all›"):
        assert text in page, text
    held = MapData(page)
    assert held.legend()["‹beyond 1·5 km›"] > 0
    assert held.page["words"]["zoom_in"] == "‹Zoom in›"  # for the scripts


def test_the_terminal_speaks_it(folder):
    lines = (folder / "terminal.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("‹") and "2 rows as “Shelters" in lines[0]
    assert "  ‹row 2›, id P2, kind: ‹“shelterr” is not in the list›" in lines
    assert "‹Filled, empty, refused of 2 rows:›" in lines


def test_an_inspection_speaks_it(found):
    by_reason = {each["reason"]: each for each in found["inspection"]}
    assert by_reason["code_outside_list"]["message"] == "‹“shelterr” is not in the list›"
    assert by_reason["code_outside_list"]["remedy"].startswith("‹‹did you mean shelter (shelter)? ›choose one of:")
    assert by_reason["number_with_text"]["remedy"].startswith("‹write 12 (person)")
    strip = str.maketrans("", "", "‹›")
    for own, english in zip(found["inspection"], found["english"], strict=True):
        assert own["message"].translate(strip) == english["message"]


def test_its_yes_is_read(found):
    assert found["step_free"] == [True, None]


def test_forms_use_it_where_they_have_words_and_english_where_the_schema_has_no_other(found):
    assert found["sheets"] == ["shelter", "‹columns›", "‹codes›"]
    assert found["heads"][:4] == ["‹column›", "‹in English›", NAME, "‹in Latvian›"]
    assert ["Nosaukums", "Name"] in found["labels"]


def test_a_text_that_it_lacks_is_the_english_one_or_else_the_first_there_is(found):
    assert found["texts"]["all"] == {"en": "x", "lt": "x", "lv": "x"}
    assert found["texts"]["two"] == {"en": "x", "lt": "x", "lv": "y"}
    assert found["texts"]["no English"] == {"en": "y", "lt": "y", "lv": "y"}
