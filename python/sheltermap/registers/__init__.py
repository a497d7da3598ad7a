# SPDX-License-Identifier: Apache-2.0
"""Registers: what they hold, whether what they hold can be trusted, and empty ones to fill in."""

from sheltermap.registers.batch import RegisterError
from sheltermap.registers.changes import Changes
from sheltermap.registers.inspection import Inspection, inspect
from sheltermap.registers.mapping import MappingError
from sheltermap.registers.merging import Merge
from sheltermap.registers.schema import KINDS, schema
from sheltermap.registers.store import RegisterStore
from sheltermap.registers.templates import template

__all__ = [
    "KINDS",
    "Changes",
    "Inspection",
    "MappingError",
    "Merge",
    "RegisterError",
    "RegisterStore",
    "inspect",
    "schema",
    "template",
]
