# SPDX-License-Identifier: Apache-2.0
"""Layers: read, checked, written; what the core needs of a GeoDataFrame, and back."""
