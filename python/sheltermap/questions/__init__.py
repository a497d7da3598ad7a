# SPDX-License-Identifier: Apache-2.0
"""What a kind of question is: its keys in a plan, what it is given, what it finds, and what all kinds share."""
