# SPDX-License-Identifier: Apache-2.0
"""For tests that press Ctrl-C."""

import signal


def hear_ctrl_c() -> None:
    """Undo what shells do to commands in the background, which start with SIGINT ignored and hand that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
