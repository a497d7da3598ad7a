# SPDX-License-Identifier: Apache-2.0
"""What QGIS and GeoServer read: styles of layers, and a project that opens them as the report shows them."""
