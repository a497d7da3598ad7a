# SPDX-License-Identifier: Apache-2.0
"""The dictionary in one language, as a workbook, and results in the decimals that they mean."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd

from sheltermap.dictionary import layers
from sheltermap.dictionary.aliases import aliases
from sheltermap.dictionary.columns import told
from sheltermap.dictionary.dictionary_sheets import write_dictionary
from sheltermap.dictionary.rounding import rounded

FRAME = pd.DataFrame({"state": ["lost", "kept"], "distance_m": [1.23456, None], "=beds": [1, 2]})
NEAR = layers.told(
    "near", FRAME, {"en": "Near", "lv": "Tuvumā"}, {"en": "=1+1", "lv": "Apraksts"}, analysis="near", given=["=beds"]
)


def test_words_are_those_of_the_language() -> None:
    found = aliases([NEAR], "lv")["near"]
    assert found.title == "Tuvumā" and found.yes_no == ("jā", "nē")
    assert found.columns["state"].label == "Stāvoklis"
    assert found.columns["state"].codes["lost"] == "zaudē"
    assert found.columns["=beds"].label == "=beds" and not found.columns["=beds"].codes


def test_the_dictionary_is_a_workbook_in_every_language(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_dictionary([NEAR], tmp_path / name, lang="lv", created=datetime(2026, 10, 1))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Saturs", "1 Slāņi", "2 Kolonnas", "3 Kodi"]
    rows = {page.title: [[cell.value for cell in row] for row in page.iter_rows(min_row=3)] for page in book}
    assert rows["1 Slāņi"] == [
        [
            "slānis",
            "analīze",
            "nosaukums (English)",
            "nosaukums (Latviešu)",
            "apraksts (English)",
            "apraksts (Latviešu)",
        ],
        ["near", "near", "Near", "Tuvumā", "=1+1", "Apraksts"],
    ]
    head = ["slānis", "kolonna", "nozīme (English)", "nozīme (Latviešu)", "mērvienība", "analīzes rezultāts"]
    assert rows["2 Kolonnas"][0] == head
    assert rows["2 Kolonnas"][2][4:] == ["m", "jā"] and rows["2 Kolonnas"][3][1:] == ["=beds"] * 3 + [None, "nē"]
    assert ["near", "state", "lost", "loses it", "zaudē"] in rows["3 Kodi"]
    assert book["1 Slāņi"]["E4"].quotePrefix and book["1 Slāņi"]["E4"].data_type == "s"
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_results_are_rounded_to_what_they_mean() -> None:
    frame = pd.DataFrame(
        {"distance_m": [512.3487239847, None], "share": [1 / 3, 1], "height_m": [3.14159, 1], "n": [1, 2]}
    )
    found = rounded(frame, [told("distance_m"), told("share"), told("height_m", given=True), told("n")])
    assert found.distance_m[0] == 512.35 and pd.isna(found.distance_m[1])
    assert list(found.height_m) == [3.14159, 1]
    assert frame.distance_m[0] == 512.3487239847  # the caller's stays
