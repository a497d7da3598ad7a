// SPDX-License-Identifier: Apache-2.0
// Reads the streets of an OpenStreetMap file that one can walk along.
#include "sheltermap/osm/read_streets.hpp"

#include <iostream>

int main(int, char** arguments) {
    const auto walk = sheltermap::osm::read_streets(arguments[1], sheltermap::osm::profile("walk"));
    std::cout << walk.nodes() << " nodes\n";
    return walk.nodes() > 1000 ? 0 : 1;
}
