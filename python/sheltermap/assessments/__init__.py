# SPDX-License-Identifier: Apache-2.0
"""Assessments: a plan run into a folder that is put in place whole."""
