# SPDX-License-Identifier: Apache-2.0
"""Classes of risk as data: of likelihood and of impact, how impacts are joined, which level each cell has."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from fractions import Fraction
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from sheltermap.base import texts
from sheltermap.base.language import LANGUAGES
from sheltermap.base.standards import PlanPart, Text
from sheltermap.base.suggestions import one_form, told, unknown
from sheltermap.layers.toml_files import read_toml, toml_value, write_toml
from sheltermap.risk.class_parts import COMMON, Dimension, Impact, Level, Likelihood, Matrix, Name, Weight

Words = dict[str, str]
OF_ALL: tuple[str, ...] = ("likelihood", "impact", "matrix", "weights")  # tables of a file
ROUNDING = 1e-12  # a value that lies below a limit by this part of it lies on it: limits and values are rounded


class RiskClasses(PlanPart):
    """Classes of likelihood and of impact, how impacts are joined, and the level of each cell.

    Classes are numbered from 1, the least; they are half-open: a value exactly on a limit is in the upper one. Levels
    are numbered from 1 as well. Read them by `read` or take `example`.

    Attributes
    ----------
    title : Text
    source : str
        Who set the limits.
    is_example : bool
        Whether they are an example and no law (``example`` in TOML); every answer says so then.
    likelihood : Likelihood
        ``limits``: the annual probability at which each class begins (``from`` in TOML), and ``names``.
    impact : Impact or None
        ``names`` of the classes of impact.
    dimensions : dict of str to Dimension
        ``human``, ``economic``, ``environmental``, ``political`` or any other: ``unit`` and ``limits``, or
        ``qualitative``.
    joined : {"max", "mean", "weighted"}
        How the classes of several dimensions become one: the highest, or their mean (weighted by `weights`), rounded
        up.
    weights : dict of str to float or None
        By dimension.
    levels : list of Level
        The lowest first.
    matrix : Matrix
        ``levels``: ids of levels, a list per class of impact, the least first.

    Raises
    ------
    ValueError
        If limits do not ascend from 0, numbers of classes differ, a level is unknown or falls where likelihood or
        impact rises, or weights and the rule do not fit.

    Examples
    --------
    >>> import sheltermap as sm
    >>> classes = sm.RiskClasses.example()
    >>> classes.title.en, classes.is_example, [level.id for level in classes.levels]
    ('Five by five, shaped like the EU guideline', True, ['low', 'medium', 'high', 'very_high'])
    """

    title: Text
    source: Annotated[str, Field(min_length=1)]
    is_example: Annotated[bool, Field(alias="example")] = False
    joined: Literal["max", "mean", "weighted"]
    weights: dict[Name, Weight] | None = None
    likelihood: Likelihood
    impact: Impact | None = None
    dimensions: Annotated[dict[Name, Dimension], Field(min_length=1)]
    levels: Annotated[list[Level], Field(min_length=2)]
    matrix: Matrix

    @classmethod
    def read(cls, source: str | os.PathLike[str] | Mapping[str, Any]) -> RiskClasses:
        """Return the classes that a TOML file, or a mapping like one, tells.

        Parameters
        ----------
        source : path or mapping

        Returns
        -------
        RiskClasses

        Raises
        ------
        ReadError
            If the file cannot be read.
        ValueError
            With every fault: where it is and what is allowed.

        Examples
        --------
        >>> import sheltermap as sm
        >>> classes = sm.RiskClasses.read({
        ...     "title": "Two by two", "source": "our council, 2026", "joined": "max",
        ...     "likelihood": {"from": [0, 0.01]}, "dimensions": {"human": {"unit": "people", "from": [0, 100]}},
        ...     "levels": [{"id": "low"}, {"id": "high"}], "matrix": {"levels": [["low", "low"], ["low", "high"]]}})
        >>> classes.likelihood_class(0.01), classes.impact_class("human", 99.9), classes.level(2, 2)
        (2, 1, 2)
        """
        if isinstance(source, str | os.PathLike):
            name, said = Path(source).name, read_toml(Path(source))
        elif isinstance(source, Mapping):
            name, said = "the classes of risk", dict(source)
        else:
            raise TypeError(f"classes of risk are a path or a mapping, not {told(source)}")
        try:
            return cls.model_validate(said)
        except ValidationError as error:
            faults = [_fault(each) for each in error.errors(include_url=False)]
            raise ValueError(f"{name}: {'; '.join(faults)}") from None

    @classmethod
    def example(cls) -> RiskClasses:
        """Return the classes that come with sheltermap: five by five, shaped like the EU guideline; an example, no law.

        The guideline, SEC(2010) 1626, gives the shape and leaves the limits to each country: set your own (`write` this
        one, change it, `read` it).

        Returns
        -------
        RiskClasses

        Examples
        --------
        >>> import sheltermap as sm
        >>> classes = sm.RiskClasses.example()
        >>> classes.is_example, classes.joined, list(classes.dimensions)
        (True, 'max', ['human', 'economic', 'environmental', 'political'])
        """
        with as_file(files("sheltermap.risk") / "example_classes.toml") as path:
            return cls.read(path)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the classes as TOML, as `read` takes them.

        Parameters
        ----------
        path : path-like

        Raises
        ------
        WriteError
            If that cannot be done.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import sheltermap as sm
        >>> classes = sm.RiskClasses.example()
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     classes.write(Path(folder) / "own.toml")
        ...     sm.RiskClasses.read(Path(folder) / "own.toml") == classes
        True
        """
        write_toml(Path(path), _toml_of(self))

    @model_validator(mode="after")
    def _parts_fit_each_other(self) -> RiskClasses:
        count = self.impact_count
        for name, dimension in self.dimensions.items():
            if dimension.limits is not None and len(dimension.limits) != count:
                raise ValueError(
                    f"dimensions.{name} has {len(dimension.limits)} classes, and the matrix has {count} of impact"
                )
        if self.impact is not None and len(self.impact.names) != count:
            raise ValueError(f"impact has {len(self.impact.names)} names, and the matrix has {count} classes of impact")
        self._require_weights()
        ids = [level.id for level in self.levels]
        for each in ids:
            if ids.count(each) > 1:
                raise ValueError(f'levels: two have the id "{each}"')
        for row, levels in enumerate(self.matrix.levels, 1):
            if len(levels) != len(self.likelihood.limits):
                raise ValueError(
                    f"matrix.levels: list {row} has {len(levels)} levels, and there are "
                    f"{len(self.likelihood.limits)} classes of likelihood"
                )
            for each in levels:
                if each not in ids:
                    raise ValueError(f"matrix.levels: list {row}: {unknown('unknown level', each, ids)}")
        self._require_rising()
        return self

    def _require_weights(self) -> None:
        if self.joined != "weighted":
            if self.weights is not None:
                raise ValueError(f'weights are for joined = "weighted", not for "{self.joined}"')
            return
        if self.weights is None:
            raise ValueError('joined = "weighted" needs weights, one for each dimension')
        for name in self.weights:
            if name not in self.dimensions:
                raise ValueError(f"weights: {unknown('unknown dimension', name, self.dimensions)}")
        for name in self.dimensions:
            if name not in self.weights:
                raise ValueError(f"weights: {name} has none")

    def _require_rising(self) -> None:
        """Raise where a level falls when likelihood or impact rises."""
        for impact in range(1, self.impact_count + 1):
            for likelihood in range(1, self.likelihood_count + 1):
                here = self.level(likelihood, impact)
                for other in ((likelihood + 1, impact), (likelihood, impact + 1)):
                    inside = other[0] <= self.likelihood_count and other[1] <= self.impact_count
                    if inside and self.level(*other) < here:
                        raise ValueError(
                            f"matrix.levels: likelihood {other[0]} with impact {other[1]} is "
                            f'"{self.levels[self.level(*other) - 1].id}", lower than "{self.levels[here - 1].id}" of '
                            f"likelihood {likelihood} with impact {impact}: a level cannot fall where either rises"
                        )

    @property
    def likelihood_count(self) -> int:
        """How many classes of likelihood there are."""
        return len(self.likelihood.limits)

    @property
    def impact_count(self) -> int:
        """How many classes of impact there are."""
        return len(self.matrix.levels)

    def likelihood_class(self, annual_probability: float) -> int:
        """Return the class of an annual probability, from 1; ValueError where it is none."""
        if not 0 <= annual_probability <= 1:
            raise ValueError(f"an annual probability is from 0 to 1, not {annual_probability!r}")
        return _class_of(self.likelihood.limits, annual_probability)

    def likelihood_named(self, name: str) -> int:
        """Return the class of likelihood with a name in any language, or a number; ValueError where there is none."""
        numbers = {str(each): each for each in range(1, self.likelihood_count + 1)}
        names = {
            one_form(each).casefold(): number
            for number, text in enumerate(self.likelihood.names or (), 1)
            for each in text.distinct
        }
        wanted = one_form(str(name).strip())
        found = numbers.get(wanted, names.get(wanted.casefold()))
        if found is None:
            raise ValueError(unknown("unknown class of likelihood", wanted, [*numbers, *names]))
        return found

    def impact_class(self, dimension: str, value: float) -> int:
        """Return the class of an impact, from 1; ValueError where it is none, or the dimension is unknown."""
        if dimension not in self.dimensions:
            raise ValueError(unknown("unknown dimension", dimension, self.dimensions))
        limits = self.dimensions[dimension].limits
        if limits is None:
            if value not in range(1, self.impact_count + 1):
                raise ValueError(f"{dimension} is qualitative: a class from 1 to {self.impact_count}, not {value:g}")
            return int(value)
        if not 0 <= value < math.inf:
            raise ValueError(f"{dimension}: an impact is a finite number, not negative, not {value!r}")
        return _class_of(limits, value)

    def joined_class(self, classes: Mapping[str, int]) -> int:
        """Return the class that the classes of some dimensions make together, by the rule.

        Examples
        --------
        >>> import sheltermap as sm
        >>> sm.RiskClasses.example().joined_class({"human": 2, "economic": 4})
        4
        """
        if self.joined == "max":
            return max(classes.values())
        weights = self._exact_weights()
        whole = sum(weights[each] for each in classes)
        return math.ceil(sum(weights[each] * number for each, number in classes.items()) / whole)

    def decided_by(self, classes: Mapping[str, int]) -> list[str]:
        """Return the dimensions that weigh most in the joined class: class times weight, or the highest class."""
        weights = self._exact_weights()
        shares = {each: weights[each] * number for each, number in classes.items()}
        most = max(shares.values())
        return [each for each, share in shares.items() if share == most]

    def _exact_weights(self) -> dict[str, Fraction]:
        """Return the weights as they were written, so that a mean of whole classes is whole where it should be."""
        return {name: Fraction(str((self.weights or {}).get(name, 1.0))) for name in self.dimensions}

    def level(self, likelihood: int, impact: int) -> int:
        """Return the level of a cell, from 1, by its two classes."""
        wanted = self.matrix.levels[impact - 1][likelihood - 1]
        return next(number for number, level in enumerate(self.levels, 1) if level.id == wanted)

    def level_words(self, level: int) -> Words:
        """Return what a level is called, by language."""
        found = self.levels[level - 1]
        return _said(found.title, found.id)

    def likelihood_words(self, number: int) -> Words:
        """Return what a class of likelihood is called, by language: its number and name."""
        return _numbered(number, self.likelihood.names)

    def impact_words(self, number: int) -> Words:
        """Return what a class of impact is called, by language: its number and name."""
        return _numbered(number, None if self.impact is None else self.impact.names)

    def dimension_words(self, dimension: str) -> Words:
        """Return what a dimension is called, by language."""
        own = self.dimensions[dimension].title
        if own is None and dimension in COMMON:
            return texts.both(f"risk_{dimension}")
        return _said(own, dimension)

    def said(self) -> list[texts.Note]:
        """Return what every answer says of its classes: whose they are, and the rule that joins."""
        title = {lang: self.title.get(lang) for lang in LANGUAGES}
        key = "risk_classes_example" if self.is_example else "risk_classes_of"
        weights = ", ".join(f"{name} {weight:g}" for name, weight in (self.weights or {}).items())
        rule = texts.Note.of(f"risk_joined_{self.joined}", weights=weights)
        return [texts.Note.of(key, title=title, source=self.source), rule]


def _class_of(limits: list[float], value: float) -> int:
    return sum(value >= limit * (1 - ROUNDING) for limit in limits)


def _said(text: Text | None, otherwise: str) -> Words:
    return {lang: otherwise if text is None else text.get(lang) for lang in LANGUAGES}


def _numbered(number: int, names: list[Text] | None) -> Words:
    if names is None:
        return dict.fromkeys(LANGUAGES, str(number))
    return {lang: f"{number} {names[number - 1].get(lang)}" for lang in LANGUAGES}


def _fault(detail: Any) -> str:
    """Say where a fault is and what is allowed."""
    place = ".".join(str(part) for part in detail["loc"])
    message = detail.get("ctx", {}).get("error") or detail["msg"].replace("Input should", "must")
    return f"{place}: {message}" if place else str(message)


def _toml_of(classes: RiskClasses) -> str:
    """Return the classes as TOML: what stands for all first, then a table each; what is not said is left out."""
    said: dict[str, Any] = classes.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    tables = {key: said.pop(key) for key in OF_ALL if key in said}
    dimensions, levels = said.pop("dimensions"), said.pop("levels")
    tables |= {f"dimensions.{name}": dimension for name, dimension in dimensions.items()}
    lines = [f"{key} = {toml_value(value)}" for key, value in said.items()]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {toml_value(value)}" for key, value in table.items())]
    for level in levels:
        lines += ["", "[[levels]]", *(f"{key} = {toml_value(value)}" for key, value in level.items())]
    return "\n".join(lines) + "\n"
