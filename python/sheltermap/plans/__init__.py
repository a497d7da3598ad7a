# SPDX-License-Identifier: Apache-2.0
"""Plans as data: what to read, which standards hold, what to ask, what to promise; every fault in them at once."""
