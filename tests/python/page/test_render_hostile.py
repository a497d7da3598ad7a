# SPDX-License-Identifier: Apache-2.0
"""Whatever somebody writes into a register, a plan or a file's name is read on the page, and does nothing."""

import json
import re
from pathlib import Path

import pytest

import hostile
import sheltermap as sm
from small_plan import HOMES, PLAN, SHELTERS, collection, in_year, square, write_town


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def toml(text: str) -> str:
    """A text of TOML: JSON's, but for what TOML wants escaped."""
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")


def hostile_town(folder: Path, year: int) -> Path:
    """A town whose homes, shelters, parts, zones, titles, notes, sources and files are all called something vile."""
    lines = [f"x{at},{quoted(text)},25.{at:02},56.95,9,0\n" for at, text in enumerate(hostile.TEXTS)]
    shelters = "".join(f"y{at},{quoted(text)},24.{at:02},56.95\n" for at, text in enumerate(hostile.TEXTS))
    texts = iter(hostile.TEXTS * 2)
    plan = in_year(year, PLAN).replace(
        'title = { en = "Small town", lv = "Maza pilsēta" }', f"title = {toml(hostile.LONG)}"
    )
    for head in ("[inputs.homes]", "[inputs.shelters]", "[inputs.parts]"):
        told = {key: next(texts) for key in ("title", "note", "source", "licence", "attribution")}
        plan = plan.replace(head, head + "".join(f"\n{key} = {toml(text)}" for key, text in told.items()))
    for line in ('title = "How far"', 'title = "Choice of shelters"', 'title = "Homes in the flood zone"'):
        plan = plan.replace(line, f"title = {toml(next(texts))}\nnote = {toml(next(texts))}")
    plan = plan.replace('source = "An example"', f"source = {toml(next(texts))}\nnote = {toml(next(texts))}")
    vile = "<img src=x onerror=window.pwned=1>.csv"
    plan = plan.replace('path = "homes.csv"', f'path = "{vile}"\nstrict = false')
    path = write_town(
        folder, plan=plan, homes=HOMES + "".join(lines) + "z1,Nowhere,,,1,0\n", shelters=SHELTERS + shelters
    )
    (folder / "homes.csv").rename(folder / vile)
    parts = [square(24 + at / 100, 56.9, 24.01 + at / 100, 57, part=text) for at, text in enumerate(hostile.TEXTS)]
    (folder / "parts.geojson").write_text(collection(*parts), encoding="utf-8")
    return path


TO_THE_MAP = re.compile(r"map\.lv\.html(#[a-z_]+/[a-z]+/-?[0-9.]+,-?[0-9.]+)?")


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("hostile")
    made = [folder / "2026", folder / "2027"]
    for year, out in zip((2026, 2027), made, strict=True):
        sm.run(hostile_town(folder / f"plan{year}", year), out)
    sm.compare(*made).write_page(folder / "change.html")
    return [made[1] / "report.html", folder / "change.html"]


@pytest.mark.parametrize("page", [0, 1])
@pytest.mark.parametrize("width", [1280, 390])
def test_hostile_texts_are_read_and_do_nothing(chromium, pages, page, width):
    seen = chromium.open(pages[page], viewport={"width": width, "height": 800})
    seen.page.locator("label[for=lang-lv]").click()
    for button in seen.page.locator(".more button").all():
        button.click()
    for head in seen.page.locator("thead th:first-child button").all():
        head.click()
    assert seen.page.evaluate("window.pwned") is None
    assert (seen.requests, seen.dialogs, seen.complaints) == ([], [], [])
    assert seen.page.url == pages[page].as_uri()
    assert seen.page.locator("script").count() == 1
    assert seen.page.locator("iframe, object, embed, form, base, link").count() == 0
    hrefs = seen.page.locator("a").evaluate_all("(all) => all.map((each) => each.getAttribute('href'))")
    beside = [href for href in hrefs if not href.startswith("#")]
    assert all(TO_THE_MAP.fullmatch(href) for href in beside)
    assert bool(beside) == (page == 0)  # a comparison has none
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    head = seen.page.locator("h1").bounding_box()
    assert head["height"] < 300  # of a title of 10,000 letters
    assert len(seen.page.title()) <= 120


def test_every_hostile_text_is_there_to_be_read(chromium, pages):
    seen = chromium.open(pages[0])
    found = seen.page.evaluate("document.body.textContent")
    assert [text for text in hostile.TEXTS if text.strip() not in found and text != hostile.LONG] == []
