# SPDX-License-Identifier: Apache-2.0
"""Hazards with how likely they are, whom and what they affect, and where that stands in a matrix."""
