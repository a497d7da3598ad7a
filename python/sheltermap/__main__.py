# SPDX-License-Identifier: Apache-2.0
"""`python -m sheltermap`."""

from sheltermap.commands.cli import main

if __name__ == "__main__":
    main()
