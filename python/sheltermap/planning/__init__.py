# SPDX-License-Identifier: Apache-2.0
"""Decisions on reach: enough places for everyone, where the next ones help most, at what cost."""
