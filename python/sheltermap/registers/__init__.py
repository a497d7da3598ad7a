# SPDX-License-Identifier: Apache-2.0
"""Registers: what they hold, whether what they hold can be trusted, and empty ones to fill in."""

from sheltermap.registers.inspection import Inspection, inspect
from sheltermap.registers.mapping import MappingError
from sheltermap.registers.schema import KINDS, schema
from sheltermap.registers.templates import template

__all__ = ["KINDS", "Inspection", "MappingError", "inspect", "schema", "template"]
