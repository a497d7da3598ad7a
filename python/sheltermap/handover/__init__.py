# SPDX-License-Identifier: Apache-2.0
"""A finished assessment as one file that is handed over: for every reader what they open, and what may be shown."""
