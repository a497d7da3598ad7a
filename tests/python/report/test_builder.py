# SPDX-License-Identifier: Apache-2.0
"""The report: complete, in both languages, and deaf to what data would make it do."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import hostile
from sheltermap.assessments.run import run
from small_plan import HOMES, PLAN, write_town

VOID = {"meta", "img", "input", "br", "path", "circle", "rect", "link", "hr"}


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, and the texts outside the style sheet."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self._open.append((tag, dict(attributes).get("lang")))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open.pop()[0] == tag

    def handle_data(self, data):
        if data.strip() and self._open and self._open[-1][0] not in ("style", "script"):
            self.texts.append(data)

    def unhandled(self) -> list[str]:
        return [tag for tag, _ in self._open]

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def report_of(folder: Path, **town) -> str:
    run(write_town(folder, **town), folder / "out")
    return (folder / "out" / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sample_report(assessment: Path) -> str:
    return (assessment / "report.html").read_text(encoding="utf-8")


def test_elements_are_closed_in_order(sample_report):
    assert Page(sample_report).unhandled() == []


def digest(page: str, tag: str) -> str:
    content = re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL).group(1)
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def test_the_page_asks_for_nothing_from_outside_and_runs_nothing_but_its_own_script(sample_report):
    page = Page(sample_report)
    for tag, attributes in page.elements:
        assert tag not in ("iframe", "object", "link", "base", "form")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if "src" in attributes:
            assert attributes["src"].startswith(("data:image/svg+xml,", "data:image/webp;base64,"))
    links = {each["href"] for _, each in page.elements if "href" in each}
    assert {link.partition("#")[0] for link in links} == {"", "map.html"}  # which stands beside it
    assert "url(" not in sample_report.replace("url(#", "") and "@import" not in sample_report
    assert [attributes for tag, attributes in page.elements if tag == "script"] == [{}]
    policies = [
        each.get("content") for tag, each in page.elements if each.get("http-equiv") == "Content-Security-Policy"
    ]
    script, style = digest(sample_report, "script"), digest(sample_report, "style")
    own = f"script-src {script}; style-src {style}; img-src data:"
    assert policies == [f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"]


def town_of(names: list[str], source: str, title: str) -> dict[str, str]:
    """A town with these homes far from all shelters, each in a place of its own."""
    cells = ['"' + name.replace('"', '""') + '"' for name in names]
    homes = "".join(f"{cell},{cell},{25 + at / 10},56.95,{1500 + at},0\n" for at, cell in enumerate(cells))
    plan = PLAN.replace('source = "An example"', f"source = {json.dumps(source)}")
    return {"plan": plan.replace('title = "How far"', f"title = {json.dumps(title)}"), "homes": HOMES + homes}


def test_hostile_values_are_shown_as_text(tmp_path):
    names = hostile.MARKUP[:27]  # as many as are listed
    source, title = hostile.MARKUP[1], hostile.TEMPLATES[0] + hostile.MARKUP[2]
    page = Page(report_of(tmp_path, **town_of(names, source, title)))
    plain = Page(report_of(tmp_path / "plain", **town_of([f"n{at}" for at in range(len(names))], "source", "title")))
    assert [name for name in [*names, source, title] if name not in page.text] == []
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert [set(attributes) for _, attributes in page.elements] == [set(attributes) for _, attributes in plain.elements]


def test_both_languages_say_who_is_not_covered(sample_report):
    text = Page(sample_report).text
    for words in (
        "Who is not covered, and why",
        "Kas nav sasniedzams un kāpēc",
        "Fire and rescue in Latvia",
        "Ugunsdzēsība un glābšana Latvijā",
        "VUGD Viļakas postenis",
        "133.9 km",
        "133,9 km",
    ):
        assert words in text


def test_a_report_in_one_language_holds_no_other(tmp_path):
    text = report_of(tmp_path, plan=PLAN.replace("schema = 1", 'schema = 1\nlanguages = ["lv"]'))
    page = Page(text)
    assert "Maza pilsēta" in page.text and "Small town" not in page.text
    assert "Who is not covered" not in page.text
    assert '<html lang="lv">' in text


def test_the_first_language_of_the_plan_is_shown_first(tmp_path):
    text = report_of(tmp_path, plan=PLAN.replace("schema = 1", 'schema = 1\nlanguages = ["lv", "en"]'))
    assert re.search(r'id="lang-lv"[^>]* checked', text) and not re.search(r'id="lang-en"[^>]* checked', text)


def test_figures_from_illustrative_data_are_marked(sample_report, tmp_path):
    text = Page(sample_report).text
    assert text.count("illustrative data") >= 5  # banner, key figure, heading, map, input
    assert "illustrative" not in Page(report_of(tmp_path)).text


def first_page(report: str) -> str:
    return report.split('class="briefing"')[1].split("</section>")[0]


def test_a_note_of_several_analyses_is_said_once_and_referred_to(sample_report):
    note = "The file covers southern and central Latvia only"
    assert sample_report.count(note) == 1
    page = first_page(sample_report)
    number = re.search(rf'<li id="unknown-(\d+)"><span lang="en">{note}', page).group(1)
    referred = sample_report.split("</nav>")[1]
    assert referred.count(f'href="#unknown-{number}"') == 2


def test_people_with_no_number_are_told_on_the_first_page_and_named(sample_report):
    assert "47 rows have no figure" in first_page(sample_report)
    assert "Ulbroka" in sample_report


def test_refused_rows_are_listed_with_their_reason(tmp_path):
    plan = PLAN.replace('path = "homes.csv"', 'path = "homes.csv"\nstrict = false')
    text = Page(report_of(tmp_path, plan=plan, homes=HOMES + "h5,Fifth home,,,40,1\n")).text
    section = text.split("Rows that could not be used")[2]  # the first is in the contents
    assert "h5" in section
    assert "Every row of every input could be used" not in text


def test_a_long_list_is_cut_and_says_so(tmp_path):
    far = "".join(f"f{number},Far {number:03},{25 + number / 10},56.95,{number},0\n" for number in range(40))
    text = Page(report_of(tmp_path, homes=HOMES + far)).text
    assert "30 of 41 rows are shown" in text.replace("\u202f", " ")
    weighted = text.split("Who is not covered within 1 km")[1].split("Who is not covered within 500 m")[0]
    assert "Far 039" in weighted and "Far 005" not in weighted  # those with most people are kept


def test_a_place_at_the_limit_is_listed_for_checking(tmp_path):
    plan = PLAN.replace("thresholds_m = [500, 1000]", "thresholds_m = [500, 546]\nposition_error_m = 5")
    text = Page(report_of(tmp_path, plan=plan)).text
    assert "To be checked by hand" in text


def test_an_input_shows_its_hash_licence_and_note(sample_report):
    text = Page(sample_report).text
    assert "SimpleMaps World Cities Database" in text and "CC BY 4.0" in text
    assert len(re.findall(r"SHA-256 [0-9a-f]{64}", text)) == 6
    assert "Interior Ministry Health and Sports Centre strategy 2023-2027" in text
