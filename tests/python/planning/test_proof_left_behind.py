"""A solver that does not hear Ctrl-C is left to itself, and waited for a little before the process ends."""

import atexit

from sheltermap.planning import proof


class Deaf:
    """A solver that goes on whatever it is told; the first wait is interrupted."""

    def __init__(self):
        self.waits, self.cancelled = [], 0

    def startSolve(self):  # noqa: N802  as HiGHS calls it
        pass

    def cancelSolve(self):  # noqa: N802
        self.cancelled += 1

    def wait(self, seconds):
        self.waits.append(seconds)
        if len(self.waits) == 1:
            raise KeyboardInterrupt
        return (False, None)


def test_a_deaf_solver_is_waited_for_at_the_end_of_the_process(monkeypatch):
    at_end = []
    monkeypatch.setattr(proof, "_PATIENCE_S", 0.01)
    monkeypatch.setattr(atexit, "register", lambda *call: at_end.append(call))
    solver = Deaf()
    monkeypatch.setattr(proof, "_LISTENING_S", 0.001)
    assert proof._run(solver) == (True, False)
    assert solver.cancelled == 1 and [call[1:] for call in at_end] == [(solver,)]
