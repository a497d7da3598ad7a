# SPDX-License-Identifier: Apache-2.0
"""GDAL 3.13 out of the package `gdal-wheel`, through its C functions: it has no module for this Python."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HANDLE, TEXT = ctypes.c_void_p, ctypes.c_char_p


class Gdal:
    """The library, loaded."""

    def __init__(self, root: Path) -> None:
        os.environ |= {"PROJ_DATA": str(root / "osgeo/data/proj"), "GDAL_DATA": str(root / "osgeo/data/gdal")}
        self._library = ctypes.CDLL(str(next((root / "gdal_wheel.libs").glob("libgdal-*"))))
        self._call("GDALAllRegister", None)

    def _call(self, name: str, returns: Any, *arguments: Any) -> Any:
        function = getattr(self._library, name)
        function.restype = returns
        function.argtypes = [{bytes: TEXT, int: ctypes.c_int}.get(type(each), HANDLE) for each in arguments]
        return function(*arguments)

    def zonal_stats(self, arguments: Sequence[str]) -> ctypes.c_void_p:
        """Run `gdal raster zonal-stats` into memory; return the layer it made."""
        registry = self._handle("GDALGetGlobalAlgorithmRegistry")
        raster = self._handle("GDALAlgorithmRegistryInstantiateAlg", registry, b"raster")
        algorithm = self._handle("GDALAlgorithmInstantiateSubAlgorithm", raster, b"zonal-stats")
        words = [*arguments, "--output-format", "MEM", "--output", ""]
        texts = (TEXT * (len(words) + 1))(*(word.encode() for word in words), None)
        parsed = self._call("GDALAlgorithmParseCommandLineArguments", ctypes.c_bool, algorithm, texts)
        nothing = HANDLE()
        if not parsed or not self._call("GDALAlgorithmRun", ctypes.c_bool, algorithm, nothing, nothing):
            raise RuntimeError(f"GDAL: {self._call('CPLGetLastErrorMsg', TEXT).decode()}")
        output = self._handle("GDALAlgorithmGetArg", algorithm, b"output")
        value = self._handle("GDALAlgorithmArgGetAsDatasetValue", output)
        dataset = self._handle("GDALArgDatasetValueGetDatasetIncreaseRefCount", value)
        return self._handle("GDALDatasetGetLayer", dataset, 0)

    def columns(self, layer: ctypes.c_void_p, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Return columns of numbers, in the order of the layer."""
        definition = self._handle("OGR_L_GetLayerDefn", layer)
        places = [self._call("OGR_FD_GetFieldIndex", ctypes.c_int, definition, name.encode()) for name in names]
        rows = []
        self._call("OGR_L_ResetReading", None, layer)
        while feature := self._call("OGR_L_GetNextFeature", HANDLE, layer):
            handle = HANDLE(feature)
            rows.append([self._call("OGR_F_GetFieldAsDouble", ctypes.c_double, handle, place) for place in places])
            self._call("OGR_F_Destroy", None, handle)
        return dict(zip(names, np.array(rows).T, strict=True))

    def _handle(self, name: str, *arguments: Any) -> ctypes.c_void_p:
        found = self._call(name, HANDLE, *arguments)
        if not found:
            raise RuntimeError(f"GDAL: {name}: {self._call('CPLGetLastErrorMsg', TEXT).decode()}")
        return HANDLE(found)
