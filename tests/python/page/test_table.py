# SPDX-License-Identifier: Apache-2.0
"""Tables of a page: their numbers, their files, and where their numbers lead."""

from sheltermap.base import texts
from sheltermap.page.render import render
from sheltermap.page.table import Bar, Table


def words(text: str) -> dict[str, str]:
    return dict.fromkeys(texts.LANGUAGES, text)


def table(*rows, head=("name", "distance", "people"), **options) -> Table:
    return Table(
        words("By area: people & “others”"), [words(each) for each in head], [list(row) for row in rows], **options
    )


def page_of(one: Table) -> str:
    nothing = {"kind": words("x"), "banner": None, "lead": words("x"), "verdict": None}
    part = {"name": "here", "title": words("Here"), "mark": None, "note": None, "maps": [], "tables": [one]}
    nothing["verdict"] = {"said": words("x"), "changes": [], "beside": []}
    return render("years", "comparison.html.j2", ["en"], title=words("Title"), parts=[part], **nothing)


def test_a_column_of_metres_and_kilometres_is_in_metres_and_says_so_once():
    one = table(("a", texts.distances(500), "1"), ("b", texts.distances(1500), "2"), ("c", "–", "–"))
    assert one.columns[1].values == (500, 1500, None) and one.units == ["", "m", ""]
    assert table(("a", "95.4 %", "1"), head=("name", "%", "people")).units == ["", "", ""]
    assert table(("a", "5 m", "1"), head=("name", "attālums", "people")).units == ["", "m", ""]


def test_numbers_of_the_column_of_names_are_names():
    assert table(("007", "1 km", "3")).columns[0].values == (None,)


def test_a_file_is_called_by_its_title_in_letters_that_every_system_has():
    assert table().file_name == "by-area-people-others"
    assert Table(words("مأوى"), [], []).file_name == "table" and table(name="Ķēde/../x").file_name == "kede-x"


def test_the_numbers_of_rows_lead_to_their_map():
    assert '<th scope="row"><a href="#gaps-map">1</a></th>' in page_of(
        table(("1", "2 m", "3"), links={(0, 0): "#gaps-map"})
    )


def test_cells_that_hold_nothing_head_nothing():
    page = page_of(table(("", "2 m", Bar(1, 2, 0)), head=("name", "", "")))
    assert '<th scope="row"></th>' not in page and '<th scope="col"></th>' not in page
    assert '<span class="heard">bar</span>' in page
    assert page.count('class="state"') == 2  # no key for what no bar has
