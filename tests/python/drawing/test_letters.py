# SPDX-License-Identifier: Apache-2.0
"""Letters of the words in pictures, and words that are no formulas."""

import geopandas
import matplotlib as mpl
import pytest
import shapely
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

import sheltermap as sm
from sheltermap.drawing import letters
from sheltermap.page.picture import Drawing, MapPicture
from sheltermap.page.picture_files import write_picture
from sheltermap.runs.base_map import _names_not_drawn

HOMES = geopandas.GeoDataFrame(
    {"people": [10, 20]}, geometry=[shapely.Point(24, 57), shapely.Point(24.1, 57.1)], crs=4326
)


def font_of(path, family, said):
    """Write a font that has some letters, each a full square of one em."""
    pen = TTGlyphPen(None)
    for number, corner in enumerate(((0, 0), (0, 800), (1000, 800), (1000, 0))):
        (pen.lineTo if number else pen.moveTo)(corner)
    pen.closePath()
    square = pen.glyph()
    names = [".notdef", *(f"u{ord(each):05X}" for each in said)]
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(each): name for each, name in zip(said, names[1:], strict=True)})
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(usWeightClass=500)
    builder.setupPost()
    builder.save(path)


def forget():
    for each in (letters._families, letters._letters_of, letters._letters_in, letters._take_for_all_weights):
        each.cache_clear()


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine that has no font but matplotlib's own, and those that a test installs."""
    installed = []
    own = [each for each in fontManager.ttflist if "mpl-data" in each.fname]
    monkeypatch.setattr(fontManager, "ttflist", own)
    monkeypatch.setattr(mpl.font_manager, "findSystemFonts", lambda: [str(each) for each in installed])
    forget()

    def install(family, said):
        path = tmp_path / f"{family}.ttf"
        font_of(path, family, said)
        installed.append(path)
        forget()

    yield install
    forget()


@pytest.mark.parametrize("name", ["Ķegums", "القاهرة", "תל אביב 7", "Москва", "a\u200bb", "two\nlines", ""])
def test_letters_that_matplotlib_brings_need_no_other_font(machine, name):
    machine("Every Letter", sorted(set("القاهرةתל אביבĶegumsМосква") - {" "}))
    assert letters.families_for(name) == ("DejaVu Sans",)


def test_letters_come_from_the_font_that_has_all_of_them_else_from_several(machine):
    assert letters.families_for("東京") is None
    machine("A Half", "東")
    assert letters.families_for("東京") is None
    machine("Other Half", "京")
    assert letters.families_for("Rīga 東京") == ("DejaVu Sans", "A Half", "Other Half")
    machine("Whole", "東京")
    assert letters.families_for("Rīga 東京") == ("DejaVu Sans", "Whole")


def test_a_font_installed_later_is_drawn_with_and_nothing_is_said_of_its_weight(machine, caplog):
    figure = Figure()
    written = figure.text(0.1, 0.5, "東京", fontweight="bold")
    assert letters.set_letters(figure) == ["東京"]
    machine("Whole", "東京")
    assert letters.set_letters(figure) == []
    assert written.get_fontfamily() == ["sans-serif", "Whole"]
    figure.canvas.draw()  # a letter that is missing would be a warning, and that an error
    assert not caplog.records
    assert letters.width("東京", 10, written.get_fontfamily()) == pytest.approx(20)  # two letters of one em


def test_files_that_are_no_fonts_do_no_harm(machine, tmp_path, monkeypatch):
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr(mpl.font_manager, "findSystemFonts", lambda: [str(broken), str(tmp_path / "gone.otf")])
    assert letters.families_for("東京") is None


def test_a_report_says_once_which_names_its_pictures_lack(machine):
    names = ["東京", "Ogre", "القاهرة", "京都", "東京", "大阪", "神戸"]
    places = geopandas.GeoDataFrame({"name": names, "rank": [1] * 7}, geometry=[shapely.Point(24, 57)] * 7, crs=4326)
    ground = sm.basemap({"places": places})
    (note,) = _names_not_drawn(ground)
    assert "“東京”, “京都”, “大阪” and 1 other name:" in note.words["en"]
    assert "“東京”, “京都”, “大阪” un vēl 1 nosaukuma:" in note.words["lv"]
    machine("Whole", "東京都大阪神戸")
    assert _names_not_drawn(ground) == []


def test_pictures_for_slides_have_titles_in_any_script(machine, tmp_path):
    picture = MapPicture({"en": "避難 $x$", "lv": "東"}, Drawing(lambda ax: ax.plot([0, 1]), (3, 2)), [])
    write_picture(picture, tmp_path / "a", "en")  # no font has its letters: boxes, and no warning
    machine("Whole", "避難")
    write_picture(picture, tmp_path / "b", "en")
    assert (tmp_path / "a.svg").read_text() != (tmp_path / "b.svg").read_text()


@pytest.mark.parametrize("scenario", [r"$\frac$", "$x^2$ and $", "$"])
def test_words_of_the_data_are_no_formulas_in_plots(scenario):
    zone = geopandas.GeoDataFrame(
        {"scenario": [scenario + " a"]}, geometry=[shapely.box(24, 57, 24.05, 57.05)], crs=4326
    )
    found = sm.flood(HOMES, HOMES, zone, 500, scenario="scenario", weight="people")
    ax = found.plot()
    ax.set_title("$x^2$")  # what its reader writes afterwards may be one
    ax.figure.canvas.draw()
    assert mpl.rcParams["text.parse_math"] is True
    assert not any(each.get_parse_math() for each in ax.get_legend().get_texts())
