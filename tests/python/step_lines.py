# SPDX-License-Identifier: Apache-2.0
"""What a command says on standard error, without the lines that tell what it is doing."""

import re

STEP = re.compile(r"\d\d:\d\d:\d\d .*")


def beside_steps(stderr: str) -> str:
    """The lines that are no steps."""
    return "".join(line for line in stderr.splitlines(keepends=True) if not STEP.fullmatch(line.rstrip("\n")))


def steps_in(stderr: str) -> list[str]:
    """What the lines of steps tell, without their times."""
    return [line[9:] for line in stderr.splitlines() if STEP.fullmatch(line)]
