# SPDX-License-Identifier: Apache-2.0
"""What others wrote is a text in the Markdown of a pack, whatever it looks like."""

from html import escape

import pytest
from markdown_it import MarkdownIt

import hostile
from sheltermap.handover.pack_markdown import code, plain, table
from sheltermap.handover.pack_readme import Packed, readme

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKED = [
    "a_b_c",
    "**a**",
    "[a](http://example.invalid)",
    "# a",
    "a | b",
    "`a`",
    "![a](b)",
    "&amp;",
    "~~a~~",
    "a\\",
    "\n\n- a",
]


@pytest.mark.parametrize("text", [*MARKED, *hostile.TEXTS])
def test_a_text_stays_a_text_in_a_heading_and_in_a_cell(text: str) -> None:
    shown = escape(" ".join(text.split())).replace("&#x27;", "'")
    assert RENDERER.render(f"# a {plain(text)} b") == f"<h1>a {shown} b</h1>\n"
    cells = RENDERER.render("\n".join(table(["x", "y"], [[f"a {plain(text)} b", "c"]])))
    assert f"<td>a {shown} b</td>\n<td>c</td>" in cells


@pytest.mark.parametrize("name", ["a.csv", "a`b.csv", "a|b.csv", "<b>.csv", "a\nb.csv"])
def test_the_name_of_a_file_is_shown_as_it_is(name: str) -> None:
    shown = escape(" ".join(name.split()))
    cells = RENDERER.render("\n".join(table(["x"], [[code(name)]])))
    assert f">{shown}<" in cells


@pytest.mark.parametrize("lang", ["en", "lv"])
def test_a_readme_is_headings_paragraphs_and_tables_whatever_titles_say(lang: str) -> None:
    bad = dict.fromkeys(("en", "lv"), "2027. <script>x</script>\n\n1. | *a*")
    told = Packed(bad, 2027, "2027-01-02T03:04:05Z", "1.0", [bad], [("near", bad)])
    html = RENDERER.render(readme(told, ["SHA256SUMS", "briefing/report.html"], lang))
    for tag in ("<script", "<ol", "<ul", "<em", "<pre"):
        assert tag not in html
    assert html.count("<tr>") == 2 + 2 + 1  # heads, two files, a layer
    assert html.count("2027") == 5 and "{" not in html
