# SPDX-License-Identifier: Apache-2.0
"""The dictionary in one language, as formats have it that know aliases and coded values."""

from __future__ import annotations

from collections.abc import Iterable

from sheltermap.base.language import REFERENCE
from sheltermap.base.texts import YES_NO
from sheltermap.dictionary.layers import Layer
from sheltermap.layers.words import ColumnWords, LayerWords


def aliases(layers: Iterable[Layer], lang: str) -> dict[str, LayerWords]:
    """Return what layers, columns and codes are called in a language, by the names of layers.

    Examples
    --------
    >>> import pandas as pd
    >>> from sheltermap.dictionary.layers import told
    >>> near = told("near", pd.DataFrame({"state": ["lost"]}), {"en": "Shelters"}, {}, analysis="near")
    >>> aliases([near], "en")["near"].columns["state"]
    ColumnWords(label='State', codes={'lost': 'loses it'})
    """
    return {
        layer.name: LayerWords(
            layer.title.get(lang, layer.title.get(REFERENCE, "")),
            {
                column.name: ColumnWords(
                    column.label.get(lang, column.label.get(REFERENCE, "")),
                    {code: said.get(lang, code) for code, said in layer.codes.get(column.name, {}).items()},
                )
                for column in layer.columns
            },
            YES_NO[lang],
        )
        for layer in layers
    }
