# SPDX-License-Identifier: Apache-2.0
"""The dictionary of what is handed over: what layers, their columns and codes are called in every language."""
