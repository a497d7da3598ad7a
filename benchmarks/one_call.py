# SPDX-License-Identifier: Apache-2.0
"""One contestant does one operation once; run.py starts this in a fresh process. What it took goes to stdout as JSON.

python one_call.py OPERATION CONTESTANT SIZE ANSWER.npz
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import sys

import numpy as np

from common.operation import Operation
from common.resources import measured

WARM_UP_ROWS = 1_000


def main(name: str, contestant_name: str, size_name: str, answer_path: str) -> None:
    """Make the inputs, warm up, measure, and keep the answer."""
    operation: Operation = importlib.import_module(f"operations.{name}").OPERATION
    contestant = operation.contestant(contestant_name)
    inputs = operation.make(operation.sizes[size_name])
    if contestant.most_rows is not None:
        inputs = operation.first_rows(inputs, contestant.most_rows)
    contestant.run(contestant.prepare(operation.first_rows(inputs, WARM_UP_ROWS)))
    prepared = contestant.prepare(inputs)
    server = os.environ.get("SHELTERMAP_BENCH_SERVER") if contestant.postgis else None
    result, spent = measured(lambda: contestant.run(prepared), int(server) if server else None)
    np.savez(answer_path, **contestant.answer(result))
    print(json.dumps(dataclasses.asdict(spent)))


if __name__ == "__main__":
    main(*sys.argv[1:])
