# SPDX-License-Identifier: Apache-2.0
"""What every other room uses: words in all languages, units, limits, exact sums, standards with their sources."""
