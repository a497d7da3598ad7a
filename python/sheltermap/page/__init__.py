# SPDX-License-Identifier: Apache-2.0
"""What pages are made of: tables, key figures, maps as pictures, and the frame around them."""
