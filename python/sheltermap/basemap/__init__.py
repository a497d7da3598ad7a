# SPDX-License-Identifier: Apache-2.0
"""The ground of a map, from files of the user's own: water, woods, streets, boundaries and the names of places."""
