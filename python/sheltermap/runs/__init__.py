# SPDX-License-Identifier: Apache-2.0
"""A plan at work: its inputs read and named by hash, one analysis after the other."""
