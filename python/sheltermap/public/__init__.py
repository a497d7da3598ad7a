# SPDX-License-Identifier: Apache-2.0
"""What everybody may see of an assessment: what is known to be public, and what is missing."""
