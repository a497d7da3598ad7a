# SPDX-License-Identifier: Apache-2.0
"""Layers larger than memory: answered block by block on one machine, or by the workers of an engine.

A question is prepared once, its sides named, and asked of a layer of any size (docs/scale.md).
"""

import lazy_loader as _lazy_loader

__getattr__, __dir__, __all__ = _lazy_loader.attach_stub(__name__, __file__)
