# SPDX-License-Identifier: Apache-2.0
"""One contestant does one variant of an operation once; run.py starts this in a fresh process.

python one_call.py OPERATION CONTESTANT SIZE VARIANT ANSWER.npz

VARIANT counts from 0. What it took goes to stdout as JSON.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import sys
from typing import Any

import numpy as np

from common.operation import Operation
from common.resources import measured

WARM_UP_ROWS = 1_000


def main(name: str, key: str, size_name: str, variant: str, answer_path: str) -> None:
    """Make the inputs, warm up, measure, and keep the answer."""
    told = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # some libraries talk on stdout, even at the end of the process
    operation: Operation = importlib.import_module(f"operations.{name}").OPERATION
    contestant = operation.contestant(key)
    inputs = operation.make(operation.variants(size_name)[int(variant)].size)
    if contestant.most_rows is not None:
        inputs = operation.first_rows(inputs, contestant.most_rows)
    warm_up_rows = min(WARM_UP_ROWS, contestant.most_rows or WARM_UP_ROWS)
    contestant.run(contestant.prepare(operation.first_rows(inputs, warm_up_rows)))
    input_mb = megabytes(inputs)
    prepared = contestant.prepare(inputs)
    server = os.environ.get("SHELTERMAP_BENCH_SERVER") if contestant.postgis else None
    result, spent = measured(lambda: contestant.run(prepared), int(server) if server else None)
    answer = contestant.answer(result)
    np.savez(answer_path, **answer)
    spent = dataclasses.replace(spent, input_mb=input_mb, result_mb=megabytes(tuple(answer.values())))
    print(json.dumps(dataclasses.asdict(spent)), file=told, flush=True)


def megabytes(inputs: Any) -> float:
    """Return the size of the arrays among the inputs."""
    arrays = inputs if isinstance(inputs, tuple) else (inputs,)
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray)) / 1e6


if __name__ == "__main__":
    main(*sys.argv[1:])
