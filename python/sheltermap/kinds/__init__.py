# SPDX-License-Identifier: Apache-2.0
"""The kinds of analyses that a plan can ask for: one file each, which is all there is of a kind beside its words."""

from importlib import import_module
from pkgutil import iter_modules

for _each in iter_modules(__path__):
    import_module(f"{__name__}.{_each.name}")
