# SPDX-License-Identifier: Apache-2.0
"""What all algorithms share: they write a plan with one analysis, run it, and bring its layers back."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputHtml,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterFolderDestination,
)
from qgis.PyQt.QtGui import QIcon

from . import command_line, handed_layers, plan_file, qt, results
from .command_line import Cancelled, CommandError
from .words import language, say

ICON = Path(__file__).parent / "icon.svg"
HANDED = 10.0  # per cent that are done when the layers are handed over
STEPS_BESIDE = 5  # of a run, beside what is read and asked: layers, map, report, the folder and the end
NUMBER = re.compile(r"\d+(?:\.\d+)?")
PLACE = re.compile(r"plan\.toml, line \d+: [a-z0-9_.\[\]]+: ")  #: of a plan that nobody wrote
BETWEEN = re.compile(r";|,(?!\d)|(?<!\d),")  # 1,5 km is one limit, and the command line says how to write it


class Algorithm(QgsProcessingAlgorithm):
    """An algorithm with its words: `NAME.title`, `NAME.help` and, by parameter, `label.…` and `hint.…`."""

    NAME: ClassVar[str]
    GROUP: ClassVar[str]

    def name(self) -> str:
        """Return what scripts call it."""
        return self.NAME

    def displayName(self) -> str:  # noqa: N802
        """Return what people read."""
        return say(f"{self.NAME}.title")

    def shortHelpString(self) -> str:  # noqa: N802
        """Return what it does."""
        return say(f"{self.NAME}.help")

    def group(self) -> str:
        """Return the heading under which it stands."""
        return say(f"group.{self.GROUP}")

    def groupId(self) -> str:  # noqa: N802
        """Return what scripts call that."""
        return self.GROUP

    def tags(self) -> list[str]:
        """Return by which words it is found."""
        return say(f"{self.NAME}.tags").split(", ")

    def icon(self) -> QIcon:
        """Return the icon."""
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:  # noqa: N802
        """Return the file of the icon."""
        return str(ICON)

    def createInstance(self) -> Algorithm:  # noqa: N802
        """Return another one, as QGIS asks for each run."""
        return type(self)()

    def add(self, parameter: QgsProcessingParameterDefinition, *, advanced: bool = False) -> None:
        """Add a parameter with its hint."""
        parameter.setHelp(say(f"hint.{parameter.name()}"))
        if advanced:
            parameter.setFlags(parameter.flags() | qt.ADVANCED)
        self.addParameter(parameter)

    def checkParameterValues(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Say before the dialog closes that there is no command line."""
        try:
            self.command()
        except CommandError as error:
            return False, str(error)
        return super().checkParameterValues(parameters, context)

    def command(self) -> list[str]:
        """Return how to call the command line."""
        from .provider import chosen_command

        return command_line.find(chosen_command())

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Answer; what is wrong is one sentence."""
        try:
            command = self.command()
            feedback.pushInfo(command_line.require_new_enough(command))
            return self.answer(command, parameters, context, feedback)
        except Cancelled:
            return {}
        except CommandError as error:
            raise QgsProcessingException(str(error)) from None

    def answer(
        self,
        command: list[str],
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Run the command line and return the outputs."""
        raise NotImplementedError


class Question(Algorithm):
    """An algorithm that asks one analysis: its name is the kind of the plan."""

    LAYERS: ClassVar[dict[str, tuple[str, str]]] = {}  #: further outputs: end of the layer's name, geometry

    def initAlgorithm(self, configuration: Any = None) -> None:  # noqa: N802
        """Add the parameters: what is asked, then what comes out."""
        self.ask()
        for name, (_, geometry) in {"OUTPUT": self.main_layer(), **self.LAYERS}.items():
            label = say(f"{self.NAME}.output") if name == "OUTPUT" else say(f"label.{name}")
            self.add(QgsProcessingParameterFeatureSink(name, label, getattr(qt, geometry)))
        figures = QgsProcessingParameterFeatureSink("FIGURES", say("label.FIGURES"), qt.TABLE, None, True, False)
        self.add(figures)
        folder = QgsProcessingParameterFolderDestination("FOLDER", say("label.FOLDER"), None, True, False)
        self.add(folder)
        self.addOutput(QgsProcessingOutputHtml("REPORT", say("label.REPORT")))

    def ask(self) -> None:
        """Add the parameters of the question."""
        raise NotImplementedError

    def main_layer(self) -> tuple[str, str]:
        """Return the end of the name of the layer with the answer, and its geometry."""
        return "", "ANY_GEOMETRY"

    def analysis(self, asked: Asked) -> dict[str, Any]:
        """Return the keys of the analysis."""
        raise NotImplementedError

    def answer(
        self,
        command: list[str],
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Write the layers and a plan, run it, and copy its layers into the outputs."""
        work = Path(tempfile.mkdtemp(prefix="sheltermap_", dir=qt.temporary_folder(context)))
        chosen = self.parameterAsString(parameters, "FOLDER", context)
        folder = Path(chosen).resolve() if chosen else work / "assessment"
        plan_folder = work / "plan"
        plan_folder.mkdir()
        try:
            asked = Asked(self, parameters, context, feedback, plan_folder)
            analysis = {"name": self.NAME, "kind": self.NAME, "title": self.displayName(), **self.analysis(asked)}
            plan: dict[str, Any] = {"schema": 1, "title": asked.title(), "languages": [language()]}
            plan |= {"inputs": asked.inputs, **({"networks": asked.networks} if asked.networks else {})}
            plan["analyses"] = [analysis]
            plan_file.write(plan, plan_folder / "plan.toml")
            feedback.pushDebugInfo(plan_file.text_of(plan))
            feedback.setProgress(HANDED)
            command_line.run(
                command,
                ["run", "plan.toml", "-o", str(folder)],
                plan_folder,
                feedback,
                steps=len(asked.inputs) + len(asked.networks) + 1 + STEPS_BESIDE,
                begin=HANDED,
                called=asked.called,
            )
        finally:
            shutil.rmtree(plan_folder, ignore_errors=True)
        return self._outputs(folder, parameters, context, feedback, bool(chosen))

    def _outputs(
        self,
        folder: Path,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        kept: bool,
    ) -> dict[str, Any]:
        found: dict[str, Any] = {"REPORT": str(folder / results.REPORT)}
        if kept:
            found["FOLDER"] = str(folder)
        layers = {"OUTPUT": f"{self.NAME}{self.main_layer()[0]}", "FIGURES": "figures"}
        layers |= {name: f"{self.NAME}{end}" for name, (end, _) in self.LAYERS.items()}
        for name, layer_name in layers.items():
            layer = results.opened(folder, layer_name)
            if layer is None and name == "OUTPUT":
                raise CommandError(say("output.not_there", folder=folder))
            if layer is None:
                feedback.pushInfo(say("output.nothing", output=self.parameterDefinition(name).description()))
                continue
            output = results.copy(self, parameters, name, context, feedback, layer)
            if output is not None:
                found[name] = output
        feedback.setProgress(100)
        return found


class Asked:
    """The parameters of a run as the parts of a plan; layers are written where it lies."""

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        folder: Path,
    ):
        self._algorithm, self._parameters, self._context = algorithm, parameters, context
        self._feedback, self._folder = feedback, folder
        self.inputs: dict[str, dict[str, Any]] = {}
        self.networks: dict[str, dict[str, Any]] = {}
        self._layers: dict[str, str] = {}

    def title(self) -> str:
        """Return what the assessment is called: the question, and the layers that it is about."""
        layers = ", ".join(dict.fromkeys(each for each in self._layers.values() if each))
        return f"{self._algorithm.displayName()}: {layers}" if layers else self._algorithm.displayName()

    def called(self, text: str) -> str:
        """Return a text of the command line with the names of layers in the place of temporary files."""
        text = PLACE.sub("", text)
        for role, layer in self._layers.items():
            text = text.replace(f"write [inputs.{role}] strict = false", say("layer.not_strict"))
            for path in (str(self._folder / f"{role}.gpkg"), f"{role}.gpkg"):
                text = text.replace(path, say("layer.called", layer=layer))
        return text

    def source(self, name: str) -> QgsProcessingFeatureSource | None:
        """Return the layer of a parameter."""
        source = self._algorithm.parameterAsSource(self._parameters, name, self._context)
        if source is None and self._parameters.get(name) not in (None, ""):
            raise CommandError(say("layer.not_read", label=self._label(name)))
        return source

    def layer(self, name: str, *, id_field: str | None = None, name_field: str | None = None) -> str | None:
        """Hand the layer of a parameter over; return what the plan calls it, or nothing where none is given."""
        source = self.source(name)
        if source is None:
            return None
        role = name.lower()
        row_id = self.field(id_field, of=name) if id_field else None
        own_id = handed_layers.write(
            source,
            self._folder / f"{role}.gpkg",
            self._feedback,
            asked=self._asked_of(name),
            id_wanted=bool(id_field) and row_id is None,
        )
        self._layers[role] = source.sourceName()
        given = {"path": f"{role}.gpkg", "id": row_id or own_id, "title": source.sourceName() or None}
        given["name"] = self.field(name_field, of=name) if name_field else None
        self.inputs[role] = {key: value for key, value in given.items() if value is not None}
        if not self.is_set("STRICT"):
            self.inputs[role]["strict"] = False
        return role

    def lines(self, name: str, speed_field: str, speed_kmh: str, one_way: str) -> None:
        """Hand a layer of lines over as the plan's streets."""
        role = name.lower()
        source = self.source(name)
        assert source is not None
        file, asked = self._folder / f"{role}.gpkg", self._asked_of(name)
        handed_layers.write(source, file, self._feedback, asked=asked, id_wanted=False)
        self._layers[role] = source.sourceName()
        speed = self.field(speed_field, of=name) or self.number(speed_kmh)
        column = self.field(one_way, of=name)
        self.networks["streets"] = {"path": f"{role}.gpkg", "speed_kmh": speed}
        self.networks["streets"] |= {"one_way": column} if column else {}
        if not self.is_set("STRICT"):
            self.networks["streets"]["strict"] = False

    def fields(self, name: str, *, of: str) -> list[str]:
        """Return the fields that a parameter names, which the layer has to have."""
        names = qt.field_names(self._algorithm, self._parameters, name, self._context)
        source = self.source(of)
        there = source.fields().names() if source is not None else []
        for each in names:
            if source is None:
                raise CommandError(say("field.no_layer", field=each, label=self._label(of)))
            if each not in there:
                raise CommandError(
                    say("field.missing", layer=source.sourceName(), field=each, fields=", ".join(there) or "–")
                )
        return names

    def field(self, name: str, *, of: str) -> str | None:
        """Return the field that a parameter names, or nothing."""
        return next(iter(self.fields(name, of=of)), None)

    def text(self, name: str) -> str | None:
        """Return a text, or nothing where it is empty."""
        return self._algorithm.parameterAsString(self._parameters, name, self._context).strip() or None

    def limit(self, name: str) -> str | None:
        """Return a limit with its unit: metres where none is written."""
        text = self.text(name)
        return _with_unit(text) if text else None

    def limits(self, name: str) -> list[str]:
        """Return several limits."""
        parts = [each.strip() for each in BETWEEN.split(self.text(name) or "")]
        found = [_with_unit(each) for each in parts if each]
        if not found:
            raise CommandError(say("limits.none", label=self._label(name)))
        return found

    def number(self, name: str) -> float | None:
        """Return a number, or nothing where none is given."""
        if self._parameters.get(name) in (None, ""):
            default = self._algorithm.parameterDefinition(name).defaultValue()
            return None if default is None else float(default)
        return float(self._algorithm.parameterAsDouble(self._parameters, name, self._context))

    def count(self, name: str) -> int | None:
        """Return a whole number, or nothing where none is given."""
        number = self.number(name)
        return None if number is None else int(number)

    def is_set(self, name: str) -> bool:
        """Return whether it is ticked."""
        return bool(self._algorithm.parameterAsBoolean(self._parameters, name, self._context))

    def choice(self, name: str, among: tuple[str, ...]) -> str:
        """Return what was chosen from a list."""
        return among[self._algorithm.parameterAsEnum(self._parameters, name, self._context)]

    def file(self, name: str) -> str | None:
        """Return the full path of a file, or nothing."""
        path = self._algorithm.parameterAsFile(self._parameters, name, self._context)
        return str(Path(path).resolve()) if path else None

    def _asked_of(self, name: str) -> set[str]:
        """Return the fields of a layer that parameters name; those that it lacks are found here."""
        found = set()
        for each in self._algorithm.parameterDefinitions():
            if isinstance(each, QgsProcessingParameterField) and each.parentLayerParameterName() == name:
                found.update(self.fields(each.name(), of=name))
        return found

    def _label(self, name: str) -> str:
        return self._algorithm.parameterDefinition(name).description()


def _with_unit(text: str) -> str:
    return f"{text} m" if NUMBER.fullmatch(text) else text
