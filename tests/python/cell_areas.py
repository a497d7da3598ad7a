# SPDX-License-Identifier: Apache-2.0
"""Areas on the WGS 84 ellipsoid in closed form: between meridians and parallels."""

import math

A, F = 6_378_137.0, 1 / 298.257223563
E = math.sqrt(F * (2 - F))


def cell_m2(west: float, south: float, east: float, north: float) -> float:
    """The area of a cell in degrees (J. P. Snyder, Map Projections: A Working Manual, 1987, equation 3-12)."""

    def q(latitude: float) -> float:
        sine = math.sin(math.radians(latitude))
        return (1 - E**2) * (sine / (1 - (E * sine) ** 2) + math.atanh(E * sine) / E)

    return A**2 / 2 * math.radians(east - west) * (q(north) - q(south))
