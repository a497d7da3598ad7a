# SPDX-License-Identifier: Apache-2.0
"""What a layer and its columns are called in one language, for formats that have a place for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheltermap._native import _core


@dataclass(frozen=True)
class ColumnWords:
    """What a column is called, and what the codes in it say."""

    label: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)  #: in the order of a list


@dataclass(frozen=True)
class LayerWords:
    """What a layer is called, and its columns."""

    title: str = ""
    columns: Mapping[str, ColumnWords] = field(default_factory=dict)
    yes_no: tuple[str, str] = ("yes", "no")  #: what true and false are called

    def of_core(self) -> _core.LayerWords:
        """Return them as the core has them."""
        columns = {name: _core.ColumnWords(each.label, list(each.codes.items())) for name, each in self.columns.items()}
        return _core.LayerWords(self.title, columns, self.yes_no)
