# SPDX-License-Identifier: Apache-2.0
"""Views with names that people read: which there are, what they show, and what becomes of them at the next write."""

from typing import Any

import geopandas
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from sheltermap.dictionary import layers as dictionary
from sheltermap.dictionary.columns import Column
from sheltermap.postgis.readable_views import LONGEST_NAME, fitted, free_name

VIEWS = "SELECT viewname FROM pg_views WHERE schemaname = 'y' ORDER BY viewname"
LONG = "Kam ir vieta patvertnē līdz 500 m, kas atbilst vai ko var uzlabot pirms plūdiem, plūdos un pēc tiem: Objekti"


def layer(count: int = 3, **columns: Any) -> geopandas.GeoDataFrame:
    states = ["covered", None, "strange"][:count]
    points = geopandas.points_from_xy(range(count), [57] * count)
    return geopandas.GeoDataFrame({"state": states, "depth_m": [0.5] * count} | columns, geometry=points, crs=4326)


def told(name: str, title: str, labels: dict[str, str] | None = None, analysis: str | None = "a") -> dictionary.Layer:
    """A layer in words; its English ones have "EN" before them."""
    labels = {"state": "Stāvoklis", "depth_m": "Dziļums, m"} | (labels or {})
    words = {"covered": {"en": "EN covered", "lv": 'aptverts – "jā", 100 % \''}}
    columns = [Column(column, {"en": f"EN {label}", "lv": label}) for column, label in labels.items()]
    return dictionary.Layer(
        name, {"en": f"EN {title}", "lv": title}, {"en": "", "lv": ""}, analysis, columns, {"state": words}
    )


def write(*layers: dictionary.Layer, frame: Any = None, **keys: Any) -> None:
    frames = {each.name: layer() if frame is None else frame for each in layers}
    sm.write_postgis(frames | dictionary.tables(layers), "y", **{"lang": "lv"} | keys)


def views(database: Any) -> list[str]:
    return [name for (name,) in database.execute(VIEWS).fetchall()]


class TestNames:
    @pytest.mark.parametrize("text", [LONG, "ā" * 200, "word " * 50, "a" * 64, "x: " + "ž" * 80, ": " + "y" * 70])
    def test_none_is_longer_than_the_database_keeps(self, text: str) -> None:
        assert len(fitted(text).encode()) <= LONGEST_NAME
        taken: set[str] = set()
        for number in range(30):
            name = free_name(text, f"layer_{number}", taken)
            assert len(name.encode()) <= LONGEST_NAME and name not in taken
            taken.add(name)

    def test_what_stands_behind_the_colon_is_kept(self) -> None:
        assert fitted(LONG) == "Kam ir vieta patvertnē līdz 500 m, kas atbilst…: Objekti"

    def test_a_short_one_is_itself(self) -> None:
        assert free_name("  Pulcēšanās\nvietas ", "x", set()) == "Pulcēšanās vietas"


class TestContents:
    def test_names_columns_and_codes_are_in_words(self, database: Any) -> None:
        write(told("gaps", "Kur nav patvertnes"))
        rows = database.execute('SELECT * FROM y."Kur nav patvertnes" ORDER BY fid')
        assert [each.name for each in rows.description] == ["fid", "Stāvoklis", "Dziļums, m", "geometry"]
        shown = rows.fetchall()
        assert [row[1] for row in shown] == ['aptverts – "jā", 100 % \'', None, "strange"]
        assert [row[0] for row in shown] == [1, 2, 3] and shown[0][2] == 0.5
        found = database.execute("SELECT type, srid FROM geometry_columns WHERE f_table_name LIKE 'Kur nav%'")
        assert found.fetchall() == [("POINT", 4326)]
        back = sm.read_postgis("Kur nav patvertnes", schema="y", id="fid")
        assert back.geometry.equals(layer().geometry)

    def test_in_another_language(self, database: Any) -> None:
        write(told("gaps", "Kur"), lang="en")
        assert views(database) == ["EN Kur"]
        with pytest.raises(ValueError, match='unknown language "xx"'):
            write(told("gaps", "Kur"), lang="xx")

    def test_same_titles_and_labels_are_told_apart(self, database: Any) -> None:
        write(told("one", "Tas pats", {"depth_m": "Stāvoklis"}), told("two", "Tas pats"), told("three", "one"))
        assert views(database) == ["Tas pats", "Tas pats (two)", "one (three)"]
        names = [each.name for each in database.execute('SELECT * FROM y."Tas pats"').description]
        assert names == ["fid", "Stāvoklis", "Stāvoklis (depth_m)", "geometry"]

    def test_the_base_map_has_none_but_an_analysis_called_so_has(self, database: Any) -> None:
        write(
            told("base_water", "Ūdeņi", analysis=None),
            told("base_reach", "Sasniedz"),
            told("input_a", "A", analysis=None),
        )
        assert views(database) == ["A", "Sasniedz"]

    def test_without_a_dictionary_there_are_none(self, database: Any) -> None:
        sm.write_postgis({"gaps": layer()}, "y")
        assert views(database) == []


class TestWrittenAgain:
    def test_rights_and_views_of_others_stay(self, database: Any) -> None:
        write(told("gaps", "Kur"))
        database.execute("DROP ROLE IF EXISTS viewer")
        database.execute('CREATE ROLE viewer; GRANT SELECT ON y."Kur" TO viewer')
        database.execute('CREATE VIEW y.mine AS SELECT * FROM y."Kur"')
        write(told("gaps", "Kur"), frame=layer(2))
        assert database.execute("SELECT count(*) FROM y.mine").fetchone() == (2,)
        assert database.execute("SELECT has_table_privilege('viewer', 'y.\"Kur\"', 'SELECT')").fetchone() == (True,)
        database.execute("DROP OWNED BY viewer")

    def test_other_names_are_taken_over(self, database: Any) -> None:
        write(told("gaps", "Kur"))
        write(told("gaps", "Kur", {"state": "Kā"}))
        assert [each.name for each in database.execute('SELECT * FROM y."Kur"').description][1] == "Kā"
        write(told("gaps", "Citur"))
        assert views(database) == ["Citur"]

    def test_titles_that_change_places_and_a_table_that_goes(self, database: Any) -> None:
        write(told("one", "Viens"), told("two", "Divi"))
        write(told("two", "Viens"))
        assert views(database) == ["Viens"]
        assert database.execute("SELECT to_regclass('y.one')").fetchone() == (None,)

    def test_a_table_of_other_columns_takes_its_view_along(self, database: Any) -> None:
        write(told("gaps", "Kur"))
        square = shapely.box(24, 56, 25, 57)
        write(told("gaps", "Kur"), frame=layer().set_geometry([square] * 3))
        assert database.execute('SELECT GeometryType(geometry) FROM y."Kur"').fetchone() == ("POLYGON",)

    def test_a_view_may_be_called_as_a_table_was(self, database: Any) -> None:
        write(told("one", "two"))
        assert views(database) == ["two"]
        write(told("two", "one"))
        assert views(database) == ["one"]
        assert len(sm.read_postgis("two", schema="y")) == 3

    def test_none_are_left_where_the_dictionary_is_gone(self, database: Any) -> None:
        write(told("gaps", "Kur"))
        sm.write_postgis({"gaps": layer()}, "y")
        assert views(database) == []
        assert database.execute("SELECT name, view_of FROM y.sheltermap_contents").fetchall() == [("gaps", None)]

    def test_a_view_of_somebody_elses_is_not_replaced(self, database: Any) -> None:
        database.execute('CREATE SCHEMA y; CREATE VIEW y."Kur" AS SELECT 7 AS x')
        with pytest.raises(sm.WriteError, match=r"y\.Kur is there already and is not of sheltermap"):
            write(told("gaps", "Kur"))
        assert database.execute('SELECT x FROM y."Kur"').fetchone() == (7,)
        assert database.execute("SELECT to_regclass('y.gaps')").fetchone() == (None,)

    def test_one_that_others_rest_on_stops_it_and_nothing_changes(self, database: Any) -> None:
        write(told("gaps", "Kur"))
        database.execute('CREATE VIEW mine AS SELECT * FROM y."Kur"')
        with pytest.raises(sm.WriteError, match="other objects depend on it; nothing was changed"):
            write(told("gaps", "Citur"))
        assert views(database) == ["Kur"]

    def test_a_schema_of_an_older_version_gets_its_views(self, database: Any) -> None:
        sm.write_postgis({"gaps": layer(), "old": pd.DataFrame({"x": [1]})}, "y")
        database.execute("ALTER TABLE y.sheltermap_contents DROP COLUMN view_of")
        write(told("gaps", "Kur"))
        assert views(database) == ["Kur"]
        assert database.execute("SELECT to_regclass('y.old')").fetchone() == (None,)
