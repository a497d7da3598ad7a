// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "geometry/envelope.hpp"
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sheltermap {

/// Which of a fixed set of boxes meet another one, by Boost.Geometry's R-tree, packed when it is made. Immutable, so
/// any number of threads may ask one tree.
///
///     const EnvelopeTree tree(envelopes(zones));
///     std::vector<std::int32_t> near;
///     tree.find(envelope(river), near);
class EnvelopeTree {
public:
    /// Empty boxes are never found. Throws std::invalid_argument for more than 2^31 - 1 boxes.
    explicit EnvelopeTree(std::span<const Envelope> boxes);
    ~EnvelopeTree();

    /// Around all boxes.
    [[nodiscard]] const Envelope& envelope() const noexcept { return all_; }
    /// Puts the rows of the boxes that meet `box`, sides included, into `rows`, ascending.
    void find(const Envelope& box, std::vector<std::int32_t>& rows) const;

private:
    struct Tree;  // only one file includes Boost.Geometry
    Envelope all_;
    std::unique_ptr<const Tree> tree_;
};

}  // namespace sheltermap
