# SPDX-License-Identifier: Apache-2.0
"""Warnings of the Common Alerting Protocol, and who and what lies in the areas that they name."""
