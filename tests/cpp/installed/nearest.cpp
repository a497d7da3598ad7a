// SPDX-License-Identifier: Apache-2.0
// Which of two shelters is nearest to a home.
#include "sheltermap/index/place_index.hpp"
#include "sheltermap/version.hpp"

#include <iostream>
#include <vector>

static_assert(sheltermap::version == EXPECTED_VERSION);
static_assert(SHELTERMAP_VERSION_NUMBER ==
              sheltermap::version_major * 10000 + sheltermap::version_minor * 100 + sheltermap::version_patch);

int main() {
    const std::vector<sheltermap::LonLat> shelters{{24.1, 56.95}, {24.2, 56.95}};
    const sheltermap::PlaceIndex index(shelters);
    const auto found = index.find({24.19, 56.95}, {.k = 1});
    std::cout << "shelter " << found.at(0).row << ", " << found.at(0).distance_m << " m\n";
    // One hundredth of a degree at this latitude: 607 or 609 m, whichever sphere one takes.
    return found.at(0).row == 1 && found.at(0).distance_m > 600 && found.at(0).distance_m < 615 ? 0 : 1;
}
