# SPDX-License-Identifier: Apache-2.0
"""A style that names a column which its layer does not have is refused, by the names of both."""

from typing import Any

import geopandas
import pytest

import sheltermap as sm
from sheltermap.dictionary import layers
from sheltermap.qgis import sld
from sheltermap.qgis.styled_layer import Entry, Style, StyledLayer, Symbol, require_columns

WORDS = {"en": "Homes", "lv": "Mājas"}


def layer(rule: str, **more: Any) -> StyledLayer:
    frame = geopandas.GeoDataFrame(
        {"id": ["A"], "state": ["full"]}, geometry=geopandas.points_from_xy([24], [57]), crs=4326
    )
    words = layers.told("homes", frame, WORDS, WORDS)
    styles = [Style("", WORDS, [Entry(rule, WORDS, Symbol("#0072b2")), Entry("TRUE", WORDS, Symbol("#d55e00"))])]
    assert frame.crs is not None
    return StyledLayer(words, "point", frame.crs, styles, **more)


def test_a_column_that_is_gone_is_refused() -> None:
    require_columns(layer("\"state\" = 'full'", named_by="id"))
    with pytest.raises(sm.SheltermapError, match='layer "homes" has no column "stat", by which it is drawn'):
        require_columns(layer("\"stat\" = 'full'"))
    with pytest.raises(sm.SheltermapError, match='layer "homes" has no column "name", by which its rows are called'):
        require_columns(layer("TRUE", named_by="name"))


def test_a_style_that_no_filter_can_say_is_left_out_and_told(tmp_path) -> None:
    with pytest.warns(UserWarning, match=r"homes.sld is left out: .*\"state\" LIKE"):
        sld.write_styles([layer("\"state\" LIKE 'f'")], tmp_path / "sld", "en")
    assert not list((tmp_path / "sld").iterdir())


def test_two_styles_of_one_name_are_told_apart_by_what_they_are_of() -> None:
    one = layer("TRUE")
    (style,) = one.styles
    several = StyledLayer(one.words, "point", one.crs, [style, Style("1pct", WORDS, style.entries)])
    assert [name for name, _ in several.named_styles("lv")] == ["Mājas", "Mājas (1pct)"]
