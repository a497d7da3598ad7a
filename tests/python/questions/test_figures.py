# SPDX-License-Identifier: Apache-2.0
"""Rows of tables as plain data: those of an area together, in their order."""

import numpy as np
import pandas as pd

from sheltermap.questions.figures import records, records_by


def test_rows_by_area_are_those_that_a_search_finds():
    rng = np.random.default_rng(2)
    area = pd.Series(rng.choice(np.array(["East", "West", None], object), 60)).astype("str")
    table = pd.DataFrame({"area": area, "people": rng.integers(0, 9, 60), "share": rng.random(60)})
    found = records_by(table, "area")
    assert list(found) == list(pd.unique(area.dropna()))
    assert found == {name: [row for row in records(table) if row["area"] == name] for name in ("East", "West")}
    assert records_by(table[:0], "area") == {}
