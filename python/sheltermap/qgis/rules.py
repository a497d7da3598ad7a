# SPDX-License-Identifier: Apache-2.0
"""The rules of legends, which are QGIS expressions, taken apart: their columns, and the same as a filter of OGC."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

TOKEN = re.compile(
    r"""\s*(?:(?P<column>"(?:[^"]|"")*")|(?P<text>'(?:[^']|'')*')|(?P<number>-?[0-9.]+(?:e[-+]?[0-9]+)?)"""
    r"""|(?P<word>[A-Za-z]+)|(?P<sign><=|>=|<>|[=<>(),]))""",
)
COMPARED = {
    "=": "PropertyIsEqualTo",
    "<>": "PropertyIsNotEqualTo",
    "<": "PropertyIsLessThan",
    ">": "PropertyIsGreaterThan",
    "<=": "PropertyIsLessThanOrEqualTo",
    ">=": "PropertyIsGreaterThanOrEqualTo",
}
EVERYTHING = "TRUE"
Token = tuple[str, str]


def columns(rule: str) -> list[str]:
    """Return the columns that a rule names, each once.

    Examples
    --------
    >>> columns('"state" IS NULL OR "leaves_s" <= 2700'), columns("TRUE")
    (['state', 'leaves_s'], [])
    """
    return list(dict.fromkeys(text for kind, text in tokens(rule) if kind == "column"))


def first_that_holds(rules: Sequence[str]) -> str:
    """Return the expression for the number of the first rule that holds."""
    return f"CASE {' '.join(f'WHEN {rule} THEN {number}' for number, rule in enumerate(rules))} END"


def ogc_filters(rules: Sequence[str]) -> list[Element | None]:
    """Return the rules as ``Filter`` elements of OGC, each without the rows of those before it.

    None stands for a rule that holds for all rows. What is left for a last rule is said in full, for not every reader
    knows ``ElseFilter``, and so that it does not matter whether a comparison with nothing is false or nothing itself.
    ValueError for a rule that no filter can say.
    """
    parsed = [None if each == EVERYTHING else ogc_expression(each) for each in rules]
    if None in parsed[:-1]:
        raise ValueError("a rule that always holds is the last")
    found: list[Element | None] = []
    for number, mine in enumerate(parsed):
        before = [
            not_true(each)
            for rule, each in zip(rules[:number], parsed[:number], strict=True)
            if each is not None and _may_both_hold(rule, rules[number])
        ]
        parts = [*([] if mine is None else [mine]), *before]
        if parts:
            found.append(_holding("ogc:Filter", parts[0] if len(parts) == 1 else _holding("ogc:And", *parts)))
        else:
            found.append(None)
    return found


def not_true(expression: Element) -> Element:
    """Return what holds where an expression does not, or where it cannot be told as a column is missing."""
    parts = list(expression)
    match expression.tag:
        case "ogc:And":
            return _holding("ogc:Or", *map(not_true, parts))
        case "ogc:Or":
            return _holding("ogc:And", *map(not_true, parts))
        case "ogc:PropertyIsNull":
            return _holding("ogc:Not", expression)
        case "ogc:Not" if parts[0].tag == "ogc:PropertyIsNull":
            return parts[0]
        case "ogc:Not":
            return _holding("ogc:Or", *_missing(expression), parts[0])
    return _holding("ogc:Or", *_missing(expression), _holding("ogc:Not", expression))


def _missing(expression: Element) -> list[Element]:
    names = dict.fromkeys(each.text or "" for each in expression.iter("ogc:PropertyName"))
    return [_holding("ogc:PropertyIsNull", _named(name)) for name in names]


def ogc_expression(rule: str) -> Element:
    """Return a rule as an expression of OGC's Filter Encoding 1.0; ValueError where that cannot say it."""
    parser = _Parser(tokens(rule), rule)
    made = parser.any_of()
    parser.end()
    return made


def _may_both_hold(one: str, other: str) -> bool:
    """Return whether two rules may hold of one row: not where one column would need two values."""
    both = [_equalities(each) for each in (one, other)]
    return not any(both[1].get(name, value) != value for name, value in both[0].items())


def _equalities(rule: str) -> dict[str, Token]:
    """Return what columns are equal to where a rule holds, which has no other words between its parts than AND."""
    said = tokens(rule)
    if any(token in (("word", "OR"), ("word", "NOT")) for token in said):
        return {}
    return {
        said[at][1]: said[at + 2]
        for at in range(len(said) - 2)
        if said[at][0] == "column" and said[at + 1] == ("sign", "=") and said[at + 2][0] in ("text", "number")
    }


def tokens(rule: str) -> list[Token]:
    """Return the parts of a rule: columns, texts, numbers, words and signs; ValueError where it has others."""
    found, at, end = [], 0, len(rule.rstrip())
    while at < end:
        token = TOKEN.match(rule, at)
        if token is None:
            raise ValueError(f"this is no rule of a legend, from column {at + 1} on: {rule}")
        kind = str(token.lastgroup)
        said = token[kind]
        if kind in ("column", "text"):
            said = said[1:-1].replace(said[0] * 2, said[0])
        found.append((kind, said.upper() if kind == "word" else said))
        at = token.end()
    return found


class _Parser:
    """Reads the expressions that rules of legends are made of, by recursive descent."""

    def __init__(self, tokens: Sequence[Token], rule: str):
        self._tokens, self._at, self._rule = [*tokens, ("end", "")], 0, rule

    def end(self) -> None:
        """Refuse what is left."""
        if self._tokens[self._at][0] != "end":
            raise self._fault()

    def any_of(self) -> Element:
        """Read what OR parts."""
        return self._joined("OR", "ogc:Or", self._all_of)

    def _all_of(self) -> Element:
        return self._joined("AND", "ogc:And", self._negated)

    def _joined(self, word: str, name: str, part: Callable[[], Element]) -> Element:
        parts = [part()]
        while self._taken("word", word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else _holding(name, *parts)

    def _negated(self) -> Element:
        if self._taken("word", "NOT"):
            return self._not(self._negated())
        if self._taken("sign", "("):
            inner = self.any_of()
            self._need("sign", ")")
            return inner
        return self._compared()

    def _compared(self) -> Element:
        left = self._operand()
        if self._taken("word", "IS"):
            negated = self._taken("word", "NOT")
            self._need("word", "NULL")
            null = _holding("ogc:PropertyIsNull", left)
            return _holding("ogc:Not", null) if negated else null
        negated = self._taken("word", "NOT")
        if self._taken("word", "IN"):
            self._need("sign", "(")
            values = [self._operand()]
            while self._taken("sign", ","):
                values.append(self._operand())
            self._need("sign", ")")
            each = [_holding("ogc:PropertyIsEqualTo", _copy(left), value) for value in values]
            some = each[0] if len(each) == 1 else _holding("ogc:Or", *each)
            return self._not(some) if negated else some
        kind, said = self._tokens[self._at]
        if negated:
            raise self._fault()
        if kind == "sign" and said in COMPARED:
            self._at += 1
            return _holding(f"ogc:{COMPARED[said]}", left, self._operand())
        if left.tag == "ogc:PropertyName":  # a column of yes and no
            return _holding("ogc:PropertyIsEqualTo", left, _literal("true"))
        raise self._fault()

    def _not(self, inner: Element) -> Element:
        """Return what holds where a comparison does not; of a missing column nobody can say that."""
        if inner.tag == "ogc:And" or (inner.tag == "ogc:Or" and any(len(each) and len(each[0]) for each in inner)):
            raise self._fault()
        negated = _holding("ogc:Not", inner)
        if inner.tag in ("ogc:Not", "ogc:PropertyIsNull"):
            return negated
        known = [_holding("ogc:Not", each) for each in _missing(inner)]
        return _holding("ogc:And", *known, negated)

    def _operand(self) -> Element:
        kind, said = self._tokens[self._at]
        self._at += 1
        if kind == "column":
            return _named(said)
        if kind in ("text", "number"):
            return _literal(said)
        raise self._fault()

    def _taken(self, kind: str, said: str) -> bool:
        found = self._tokens[self._at] == (kind, said)
        self._at += found
        return found

    def _need(self, kind: str, said: str) -> None:
        if not self._taken(kind, said):
            raise self._fault()

    def _fault(self) -> ValueError:
        return ValueError(f"no filter of OGC can say the rule {self._rule}")


def _holding(name: str, *parts: Element) -> Element:
    made = Element(name)
    made.extend(parts)
    return made


def _named(column_name: str) -> Element:
    made = Element("ogc:PropertyName")
    made.text = column_name
    return made


def _literal(said: str) -> Element:
    made = Element("ogc:Literal")
    made.text = said
    return made


def _copy(element: Element) -> Element:
    made = Element(element.tag)
    made.text = element.text
    return made
