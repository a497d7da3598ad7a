// SPDX-License-Identifier: Apache-2.0
#include "spots_within.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "base/vector_clones.hpp"

namespace sheltermap {
namespace {

SHELTERMAP_VECTOR_CLONES
void search_within(const SpotTree& tree, const Ecef& at, std::size_t leaf, SpotsWithin& within) {
    tree.search(at, leaf, within);
}

}  // namespace

void SpotsWithin::find(LonLat from, const Ecef& at, std::size_t leaf) {
    unsure_.clear();
    search_within(tree_, at, leaf, *this);
    for (const std::size_t slot : unsure_) {
        if (geodesic_distance_m(from, tree_.lonlat(slot)) <= max_distance_m_) append(slot);
    }
}

}  // namespace sheltermap
