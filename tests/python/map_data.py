# SPDX-License-Identifier: Apache-2.0
"""What a map page holds, read again for tests as unpack.js reads it."""

import base64
import html
import json
import re
import zlib
from typing import Any

import numpy as np


class MapData:
    """The packed data of a page, also of one in the frame of a notebook."""

    def __init__(self, page: str) -> None:
        alone = html.unescape(page) if "srcdoc=" in page else page
        block = re.search(r'<script type="application/octet-stream" id="data">(.*?)</script>', alone, re.DOTALL)
        assert block is not None
        whole = zlib.decompress(base64.b64decode(block[1]))
        begins = 4 + int.from_bytes(whole[:4], "little")
        self.page: dict[str, Any] = json.loads(whole[4:begins])
        self._bytes = whole[begins:]

    def layer(self, role: str, view: int = 0) -> dict[str, Any]:
        """The first layer of a role in a view."""
        layers = [self.page["layers"][number] for number in self.page["views"][view]["layers"]]
        return next(layer for layer in layers if layer["role"] == role)

    def legend(self, view: int = 0) -> dict[str, int]:
        """How many rows of a view are drawn as each entry of its legend says."""
        return {each["label"]: each["count"] for each in self.page["views"][view]["legend"]}

    def column(self, number: int) -> np.ndarray:
        kind, count, begin = self.page["columns"][number]
        if kind == "u1":
            return np.frombuffer(self._bytes, np.uint8, count, begin)
        planes = np.frombuffer(self._bytes, np.uint8, 4 * count, begin).reshape(4, count)
        joined = planes.T.copy().view("<f4" if kind == "f4" else "<u4")[:, 0]
        if kind == "f4":
            return joined
        differences = (joined >> 1).astype(np.int64) ^ -(joined & 1).astype(np.int64)
        return np.cumsum(differences).astype(np.int32)

    def texts(self, packed: dict[str, int]) -> list[str | None]:
        different = self.page["texts"][packed["texts"]]
        return [different[code - 1] if code else None for code in self.column(packed["codes"])]

    def said(self, role: str, label: str, view: int = 0) -> list[str | None]:
        """What the pop-ups of a layer's rows say under a label, points first, neighbours together."""
        return self.texts(next(each for each in self.layer(role, view)["fields"] if each["label"] == label))

    def places(self, packed: dict[str, Any]) -> np.ndarray:
        """Degrees of points, or of the vertices of outlines."""
        return np.column_stack([self.column(packed[axis]) / packed["unit"] for axis in "xy"])

    def vertices(self, role: str, view: int = 0) -> int:
        return int(self.column(self.layer(role, view)["outlines"]["vertices"]).sum())

    def fields(self) -> dict[str, dict[str, set[str]]]:
        """By role and label, what the pop-ups of the page say."""
        return {
            layer["role"]: {each["label"]: set(self.page["texts"][each["texts"]]) for each in layer["fields"]}
            for layer in self.page["layers"]
        }
