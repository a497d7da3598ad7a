# SPDX-License-Identifier: Apache-2.0
"""The map of a warning in a browser: it says first whether it is meant, draws area and people, and asks for nothing."""

import pytest

import sheltermap as sm
from alert_text import AT, alert, info, polygon, write
from sheltermap.drawing.legend import UNCOVERED
from small_plan import write_town

HOSTILE = "&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;"


def opened(chromium, folder, text, lang="en"):
    warned = sm.warn(write(folder, text), write_town(folder / "town"), at=AT)
    return chromium.open(warned.explore(lang=lang).save(folder / "map.html")).drawn()


def legend(seen) -> dict[str, str]:
    rows = seen.page.locator(".legend li label:has(.count)")
    said = [rows.nth(at).inner_text().strip().rsplit(" ", 1) for at in range(rows.count())]
    return dict(said)


@pytest.mark.parametrize(("lang", "inside", "usable"), [
    ("en", "people in the area", "facilities usable outside"),
    ("lv", "iedzīvotāji apgabalā", "ārpus apgabala izmantojami objekti"),
])  # fmt: skip
def test_people_facilities_and_the_area_are_drawn(chromium, tmp_path, lang, inside, usable):
    seen = opened(chromium, tmp_path, alert(), lang)
    told = legend(seen)
    assert (told[inside], told[usable]) == ("3", "1")
    red, green, blue = (int(UNCOVERED[at : at + 2], 16) for at in (1, 3, 5))
    assert ((seen.picture() == (red, green, blue)).all(axis=2)).any()
    assert (seen.requests, seen.dialogs, seen.complaints) == ([], [], [])


def test_an_exercise_says_so_in_its_heading_and_title(chromium, tmp_path):
    seen = opened(chromium, tmp_path, alert(status="Exercise"))
    assert seen.page.locator("h1").inner_text() == "EXERCISE: NOT A REAL WARNING – orange: Flood"
    assert seen.page.title().startswith("EXERCISE: NOT A REAL WARNING")


def test_words_of_an_alert_run_nothing(chromium, tmp_path):
    text = alert(info(polygon(name=HOSTILE), event=HOSTILE))
    seen = opened(chromium, tmp_path, text)
    assert "<img src=x onerror=alert(1)>" in seen.page.locator("h1").inner_text()
    assert (seen.requests, seen.dialogs, seen.complaints) == ([], [], [])
