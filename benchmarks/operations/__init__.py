# SPDX-License-Identifier: Apache-2.0
"""One module per operation, found by its file name; each says `OPERATION = Operation(...)`."""
