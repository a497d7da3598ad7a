# SPDX-License-Identifier: Apache-2.0
"""Tables of which a page shows a part, in a browser: the button says, and saves, what stands there."""

from pathlib import Path

import pytest

from sheltermap.base import texts
from sheltermap.page.render import render
from sheltermap.page.table import Table
from sheltermap.report.long_tables import ROWS_SHOWN, for_page

browser = pytest.importorskip("browser", reason="playwright is not installed")
if not browser.CHROMIUM.exists():
    pytest.skip("Chromium is not installed", allow_module_level=True)


def words(text: str) -> dict[str, str]:
    return dict.fromkeys(texts.LANGUAGES, text)


def table(count: int, title: str) -> Table:
    rows = [[f"A{row}", str(row)] for row in range(count)]
    return for_page(Table(words(title), [words("area"), words("people")], rows, concern=range(count)))


def test_the_button_says_how_many_rows_it_saves(tmp_path):
    nothing = {"kind": words("x"), "banner": None, "lead": words("x")}
    nothing["verdict"] = {"said": words("x"), "changes": [], "beside": []}
    part = {"name": "here", "title": words("Here"), "mark": None, "note": None, "maps": []}
    part["tables"] = [table(300, "Long"), table(3, "Short")]
    page = render("years", "comparison.html.j2", ["en", "lv"], title=words("Title"), parts=[part], **nothing)
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    with browser.browsers() as chromium:
        seen = chromium.open(tmp_path / "page.html")
        long, short = (seen.page.locator(".table").nth(at) for at in (0, 1))
        assert long.locator("button.save").inner_text() == "Save these 100 rows as CSV"
        assert short.locator("button.save").inner_text() == "Save as CSV"
        with seen.page.expect_download() as download:
            long.locator("button.save").click()
        lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) == 1 + ROWS_SHOWN and lines[1] == "A299,299"
        assert seen.complaints == []
