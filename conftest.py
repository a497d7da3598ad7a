# SPDX-License-Identifier: Apache-2.0
"""What all tests share, those in docstrings as well."""

from collections.abc import Iterator

import pytest

from sheltermap.layers import row_ids


@pytest.fixture(autouse=True)
def no_id_column_read_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have every test begin as a process does in which no layer was read with an id: that only ever warns."""
    with monkeypatch.context() as patched:
        patched.setattr(row_ids, "_read_with", {})
        yield
