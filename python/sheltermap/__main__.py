# SPDX-License-Identifier: Apache-2.0
"""`python -m sheltermap`, and the command `sheltermap`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is loaded is no fault, either."""
    try:
        from sheltermap.commands import cli
    except KeyboardInterrupt:
        sys.stderr.write("sheltermap: interrupted\n")
        sys.exit(130)
    cli.main()


if __name__ == "__main__":
    main()
