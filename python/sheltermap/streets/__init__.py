# SPDX-License-Identifier: Apache-2.0
"""Street networks: made, saved, closed; ways along them, and what lies within a limit."""
