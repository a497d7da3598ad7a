# SPDX-License-Identifier: Apache-2.0
"""The analyses: GeoDataFrames in, GeoDataFrames and sums out."""
