# SPDX-License-Identifier: Apache-2.0
"""Runs a whole plan and loads its layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputHtml,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
)

from . import command_line, parameters, plan_file, qt, results
from .algorithm import STEPS_BESIDE, Algorithm
from .command_line import CommandError
from .words import say

INPUTS, GROUND = "input_", "base_"  # how layers begin that are no results


class RunPlan(Algorithm):
    """Runs a whole plan and loads its layers."""

    NAME: ClassVar[str] = "run_plan"
    GROUP: ClassVar[str] = "plans"

    def initAlgorithm(self, configuration: Any = None) -> None:  # noqa: N802
        """Add the parameters."""
        plan = QgsProcessingParameterFile("PLAN", say("label.PLAN"), qt.FILE, "toml")
        self.add(plan)
        self.add(QgsProcessingParameterFile("AGAINST", say("label.AGAINST"), qt.FOLDER, "", None, True), advanced=True)
        self.add(parameters.yes_no("LOAD_INPUTS", False))
        self.add(parameters.yes_no("LOAD_GROUND", False))
        self.add(QgsProcessingParameterFolderDestination("FOLDER", say("label.FOLDER")))
        self.addOutput(QgsProcessingOutputHtml("REPORT", say("label.REPORT")))
        self.addOutput(QgsProcessingOutputMultipleLayers("LAYERS", say("label.LAYERS")))

    def answer(
        self,
        command: list[str],
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Run the plan and have its layers loaded."""
        path = Path(self.parameterAsFile(parameters, "PLAN", context))
        if not path.is_file():
            raise CommandError(say("plan.missing", path=path))
        folder = Path(self.parameterAsString(parameters, "FOLDER", context)).resolve()
        against = self.parameterAsFile(parameters, "AGAINST", context)
        told = ["--against", str(Path(against).resolve())] if against else []
        steps = plan_file.steps_of(path)
        # Names that begin with a dash are no options: full paths do not.
        command_line.run(
            command,
            ["run", str(path.resolve()), "-o", str(folder), *told],
            path.resolve().parent,
            feedback,
            steps=None if steps is None else steps + STEPS_BESIDE,
        )
        chosen = (("LOAD_INPUTS", INPUTS), ("LOAD_GROUND", GROUND))
        wanted = tuple(start for name, start in chosen if self.parameterAsBoolean(parameters, name, context))
        layers = results.load_all(folder, context, group=path.stem, wanted=wanted, left_out=(INPUTS, GROUND))
        return {"FOLDER": str(folder), "REPORT": str(folder / results.REPORT), "LAYERS": layers}
