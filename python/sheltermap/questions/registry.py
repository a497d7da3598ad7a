# SPDX-License-Identifier: Apache-2.0
"""The kinds that plans can ask for, by name."""

from __future__ import annotations

import inspect
from typing import TypeVar, get_args

from sheltermap.questions.kind import Kind

KINDS: dict[str, type[Kind]] = {}
K = TypeVar("K", bound=Kind)


def register(kind: type[K]) -> type[K]:
    """Make a kind known to plans; use it as a decorator.

    Raises
    ------
    TypeError
        If a part is missing: a name, a method, what it uses, which figures it makes; with what to write.
    ValueError
        If another kind has the name.
    """
    names = get_args(kind.model_fields["kind"].annotation)
    if len(names) != 1 or not isinstance(names[0], str):
        raise TypeError(f'{kind.__name__} does not say what plans call it: write kind: Literal["…"]')
    if inspect.isabstract(kind):
        missing = ", ".join(sorted(kind.__abstractmethods__))
        raise TypeError(f'the kind "{names[0]}" ({kind.__name__}) cannot answer: it lacks {missing}; define them')
    for part, what in (("uses", "the inputs it reads"), ("figure_names", "the figures it makes")):
        if not hasattr(kind, part):
            raise TypeError(f'the kind "{names[0]}" ({kind.__name__}) does not say {what}: give {part}')
    for role in kind.uses:
        if role not in kind.model_fields:
            raise TypeError(f'the kind "{names[0]}" ({kind.__name__}) uses "{role}", which is none of its keys')
    if KINDS.get(names[0], kind) is not kind:
        raise ValueError(f'there is a kind "{names[0]}" already: {KINDS[names[0]].__qualname__}')
    KINDS[names[0]] = kind
    return kind
