# SPDX-License-Identifier: Apache-2.0
"""How results are drawn: which rows alike, in pictures, in QGIS, and in the colours that all pages share."""
