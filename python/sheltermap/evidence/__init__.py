# SPDX-License-Identifier: Apache-2.0
"""Why a figure is what it is: its rows, its formula, its query, and what it rests on."""
