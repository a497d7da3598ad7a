// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <osmium/osm/object.hpp>
#include <unordered_map>

namespace sheltermap::osm {

/// Which version of each object of a kind is the newest. Objects are taken in the order of the file, and where their
/// ids did not rise noted in a second reading; otherwise each stands there once.
class Versions {
public:
    /// Which object of the file this is, from 0.
    std::uint64_t take(std::int64_t id);
    void note(const osmium::OSMObject& object);
    /// Whether ids only rose.
    [[nodiscard]] bool unique() const noexcept { return rising_; }
    [[nodiscard]] bool is_newest(std::int64_t id, std::uint64_t order) const;

private:
    struct Newest {
        std::uint32_t version;
        std::uint64_t order;
    };
    bool rising_ = true;
    std::int64_t last_id_ = 0;
    std::uint64_t taken_ = 0, noted_ = 0;
    std::unordered_map<std::int64_t, Newest> newest_;
};

}  // namespace sheltermap::osm
