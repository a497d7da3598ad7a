# SPDX-License-Identifier: Apache-2.0
"""Expressions of indicators: names, numbers, + - * / and brackets; nothing of them is executed as Python."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

LONGEST, DEEPEST, SHOWN = 1000, 200, 60  # characters and steps of an expression; characters an error repeats
LARGEST = 1e300
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_ALLOWED = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.USub, ast.UAdd, *_OPERATORS)


def parsed(expression: str) -> ast.expr:
    """Return an expression of names, numbers, + - * / and brackets; nothing else is taken."""
    if len(expression) > LONGEST:
        raise ValueError(f"expression: is {len(expression)} characters long; at most {LONGEST} are taken")
    shown = repr(expression if len(expression) <= SHOWN else expression[:SHOWN] + "…")
    try:
        tree = ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # what the parser says of nonsense, and of depth
        raise ValueError(f"expression: {shown} cannot be understood: names, numbers, + - * / ( )") from None
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        for node in level:
            if isinstance(node, ast.Constant) and _is_number(node.value):
                continue
            if not isinstance(node, _ALLOWED):
                raise ValueError(f"expression: only names, numbers, + - * / and ( ) are allowed in {shown}")
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return tree
    raise ValueError(f"expression: {shown} has more than {DEEPEST} steps one within the other")


def names(tree: ast.expr) -> list[str]:
    """Return the names that an expression uses."""
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def computed(tree: ast.expr, values: Mapping[str, float]) -> float:
    """Return what an expression makes of the values of its names; ZeroDivisionError where it divides by 0."""
    if isinstance(tree, ast.BinOp):
        return _OPERATORS[type(tree.op)](computed(tree.left, values), computed(tree.right, values))
    if isinstance(tree, ast.UnaryOp):
        inner = computed(tree.operand, values)
        return -inner if isinstance(tree.op, ast.USub) else inner
    if isinstance(tree, ast.Name):
        return values[tree.id]
    assert isinstance(tree, ast.Constant)
    return float(tree.value)  # type: ignore[arg-type]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST
