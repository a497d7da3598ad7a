// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/traffic.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace sheltermap {
namespace {

void require_sound(const EdgeChange& change) {
    if (!(std::isfinite(change.speed_factor) && change.speed_factor > 0)) {
        throw std::invalid_argument("edge " + std::to_string(change.edge) + ": a speed factor must be above 0, not " +
                                    std::to_string(change.speed_factor) + "; to close an edge say where it is closed");
    }
    if (!(change.open_from_first_m >= 0) || !(change.open_from_last_m >= 0)) {
        throw std::invalid_argument("edge " + std::to_string(change.edge) + ": an open end must not be negative");
    }
    if (std::isfinite(change.open_from_first_m) != std::isfinite(change.open_from_last_m)) {
        throw std::invalid_argument("edge " + std::to_string(change.edge) + ": say of both ends how far they are open");
    }
}

void merge(EdgeChange& into, const EdgeChange& other) {
    into.speed_factor = std::min(into.speed_factor, other.speed_factor);
    into.open_from_first_m = std::min(into.open_from_first_m, other.open_from_first_m);
    into.open_from_last_m = std::min(into.open_from_last_m, other.open_from_last_m);
}

bool before(const EdgeChange& a, const EdgeChange& b) { return a.edge < b.edge; }

}  // namespace

bool EdgeChange::closed() const noexcept { return std::isfinite(open_from_first_m); }

Traffic::Traffic(std::vector<EdgeChange> changes) : changes_(std::move(changes)) {
    for (const EdgeChange& change : changes_) require_sound(change);
    std::stable_sort(changes_.begin(), changes_.end(), before);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        if (kept > 0 && changes_[kept - 1].edge == changes_[i].edge) {
            merge(changes_[kept - 1], changes_[i]);
        } else {
            changes_[kept++] = changes_[i];
        }
    }
    changes_.resize(kept);
}

EdgeChange Traffic::on(std::uint32_t edge) const noexcept {
    const EdgeChange asked{.edge = edge};
    const auto found = std::lower_bound(changes_.begin(), changes_.end(), asked, before);
    return found != changes_.end() && found->edge == edge ? *found : asked;
}

}  // namespace sheltermap
