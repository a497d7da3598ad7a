# SPDX-License-Identifier: Apache-2.0
"""What facilities are called in the rows that name them."""

import pandas as pd
import pytest

from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from small_plan import write_town

SHELTERS = "id,name,lon,lat,compliance\ns1,Cellar,24.101,56.950,full\ns2,,24.201,56.950,full\n"


@pytest.mark.parametrize("dtype", ["str", "string", "object", "category"])
def test_every_row_has_the_name_of_its_facility(tmp_path, dtype):
    context = assess(load_plan(write_town(tmp_path, shelters=SHELTERS))).outcomes[0].context
    rows = pd.DataFrame({"facility": pd.Series(["s2", None, "s1", "s1"]).astype(dtype), "people": 1})
    named = context.with_facility_name(rows)
    assert list(named.columns) == ["facility", "facility_name", "people"]
    assert named["facility_name"].fillna("-").tolist() == ["-", "-", "Cellar", "Cellar"]
    assert named["facility_name"].dtype == "string" and "facility_name" not in rows
    assert context.with_facility_name(rows[:0])["facility_name"].dtype == "string"
