# SPDX-License-Identifier: Apache-2.0
"""Whoever writes a CSV or a spreadsheet keeps texts from being run: no module writes one of its own."""

import re
from pathlib import Path

WRITES = re.compile(r"csv\.writer|csv\.DictWriter|xlsxwriter|to_csv|to_excel|openpyxl\.Workbook")
GUARDS = re.compile(r"\bguarded\(|\bCells\(|new_workbook\(|may_run\(")
WRITERS = {
    *("layers/workbooks.py", "page/filled_page.py"),
    *("registers/copies.py", "registers/sheets.py", "registers/workbook.py"),
}
WITHOUT_TEXTS_OF_OTHERS = {"registers/templates.py", "layers/digest.py"}  # names of our own; what is hashed only


def test_whoever_writes_cells_guards_them(root: Path) -> None:
    package = root / "python" / "sheltermap"
    texts = {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    found = {name for name, text in texts.items() if WRITES.search(text)}
    assert found == WRITERS | WITHOUT_TEXTS_OF_OTHERS
    assert all(GUARDS.search(texts[name]) for name in WRITERS)
