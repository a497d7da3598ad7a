# SPDX-License-Identifier: Apache-2.0
"""What every benchmark shares: data, measuring, the table, the PostGIS of its own."""
