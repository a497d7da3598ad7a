# SPDX-License-Identifier: Apache-2.0
"""What runs inside QGIS is imported by QGIS's Python alone."""

collect_ignore = ["inside_qgis.py"]
