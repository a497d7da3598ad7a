// SPDX-License-Identifier: Apache-2.0
#include "node_places.hpp"

#include "sheltermap/base/error.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace sheltermap::osm {

NodePlaces::NodePlaces(std::vector<std::int64_t> ids, const std::unordered_set<std::int64_t>& deleted)
    : deleted_(deleted), ids_(std::move(ids)) {
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    if (ids_.size() >= std::numeric_limits<std::uint32_t>::max()) throw Error("more than 2^32 - 1 nodes of ways");
    at.resize(ids_.size());
    known.assign(ids_.size(), 0);
    version_.assign(ids_.size(), 0);
}

std::optional<std::uint32_t> NodePlaces::take(const osmium::Node& node) {
    if (next_ > 0 && ids_[next_ - 1] >= node.id()) next_ = 0;
    std::size_t end = next_;
    for (std::size_t step = 1; end < ids_.size() && ids_[end] < node.id(); step *= 2) {
        next_ = end + 1;
        end = std::min(ids_.size(), end + step);
    }
    const auto begin = ids_.begin();
    next_ = static_cast<std::size_t>(std::lower_bound(begin + static_cast<std::ptrdiff_t>(next_),
                                                      begin + static_cast<std::ptrdiff_t>(end), node.id()) -
                                     begin);
    if (next_ == ids_.size() || ids_[next_] != node.id() || node.version() < version_[next_]) return std::nullopt;
    const std::size_t i = next_;
    version_[i] = node.version();
    known[i] = node.visible() && node.location().valid() && !deleted_.contains(node.id()) ? 1 : 0;
    if (known[i] != 0) at[i] = {node.location().x(), node.location().y()};
    return static_cast<std::uint32_t>(i);
}

std::uint32_t NodePlaces::number(std::int64_t id) const {
    return static_cast<std::uint32_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
}

std::uint64_t NodePlaces::missing() const {
    return static_cast<std::uint64_t>(std::count(known.begin(), known.end(), 0));
}

}  // namespace sheltermap::osm
