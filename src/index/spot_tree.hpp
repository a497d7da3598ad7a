// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geodesy/ecef.hpp"
#include "sheltermap/geometry/coordinates.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// A kd-tree over the earth-centred coordinates of spots, the distinct positions of places.
///
/// All 2^depth leaves lie on one level, so nodes need no pointers: node n has the children 2n and 2n + 1, the root
/// is 1. Every leaf holds up to eight spots axis by axis, one vector register each; slots that are left over stand at
/// infinity. A slot is leaf * 8 + its place in it.
class SpotTree {
public:
    static constexpr std::size_t leaf_size = 8;

    explicit SpotTree(std::span<const LonLat> places);

    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
    [[nodiscard]] std::size_t places() const noexcept { return rows_.size(); }
    [[nodiscard]] std::size_t leaves() const noexcept { return leaves_.size(); }

    [[nodiscard]] LonLat lonlat(std::size_t slot) const noexcept { return lonlat_[slot]; }
    [[nodiscard]] Ecef ecef(std::size_t slot) const noexcept {
        const Leaf& leaf = leaves_[slot / leaf_size];
        return {leaf.axes[0][slot % leaf_size], leaf.axes[1][slot % leaf_size], leaf.axes[2][slot % leaf_size]};
    }
    /// Rows of the places at a spot, ascending.
    [[nodiscard]] std::span<const std::int32_t> rows(std::size_t slot) const noexcept {
        return std::span(rows_).subspan(first_row_[slot], first_row_[slot + 1] - first_row_[slot]);
    }

    /// The leaf whose cell, of the cells that divide all of space, holds a position.
    [[nodiscard]] std::size_t leaf_of(const Ecef& at) const noexcept;
    /// The same for many, level by level, so that none waits for the other's memory.
    void leaves_of(const EcefColumns& at, std::span<std::uint32_t> leaf) const noexcept;

    /// Offers every spot that may lie within a limit to `nearest`, those in the cell of `at` (its `leaf`) first:
    /// `nearest.limit_squared()` is the square of the limit, finite, and may shrink; `nearest.offer(slot, squared)`
    /// gets the squared distance through the earth, never more than the limit.
    template <class Nearest>
    [[gnu::always_inline]] void search(const Ecef& at, std::size_t leaf, Nearest& nearest) const {
        scan(at, leaf, nearest);
        for (std::size_t node = leaf + leaves_.size(); node > 1; node /= 2) {
            const Split& split = splits_[node / 2];
            const double offset = at[split.axis] - split.at;
            if (offset * offset > nearest.limit_squared()) continue;
            Cell other{.node = node ^ 1, .squared = offset * offset, .beside = {}};
            other.beside[split.axis] = offset;
            search_cell(at, other, nearest);
        }
    }

private:
    struct alignas(64) Leaf {
        std::array<std::array<double, leaf_size>, 3> axes;
    };
    struct Split {
        double at;
        std::size_t axis;
    };
    /// The part of space below a node, and how far a query lies outside it: per axis, and squared in all.
    struct Cell {
        std::size_t node;
        double squared;
        Ecef beside;
    };
    struct Spot {
        Ecef at;
        std::size_t number;
    };

    void build(std::span<Spot> spots, std::size_t node, std::size_t begin, std::size_t end);
    [[nodiscard]] std::size_t first_spot(std::size_t leaf) const noexcept { return spots_ * leaf / leaves_.size(); }

    /// Nearer half first; the farther ones wait on a stack, which is as high as the tree at most.
    template <class Nearest>
    [[gnu::always_inline]] void search_cell(const Ecef& at, Cell cell, Nearest& nearest) const {
        std::array<Cell, 32> waiting;  // NOLINT(*-member-init): read only where written
        std::size_t count = 0;
        for (;;) {
            while (cell.node < leaves_.size()) {
                const Split& split = splits_[cell.node];
                const double offset = at[split.axis] - split.at;
                const std::size_t right = offset >= 0 ? 1 : 0;
                const double beside = cell.beside[split.axis];
                const double squared = cell.squared + offset * offset - beside * beside;
                if (squared <= nearest.limit_squared()) {
                    Cell& farther = waiting[count++];
                    farther = cell;
                    farther.node = 2 * cell.node + 1 - right;
                    farther.squared = squared;
                    farther.beside[split.axis] = offset;
                }
                cell.node = 2 * cell.node + right;
            }
            scan(at, cell.node - leaves_.size(), nearest);
            do {
                if (count == 0) return;
                cell = waiting[--count];
            } while (cell.squared > nearest.limit_squared());
        }
    }

    template <class Nearest>
    [[gnu::always_inline]] void scan(const Ecef& at, std::size_t leaf, Nearest& nearest) const {
        const auto& axes = leaves_[leaf].axes;
        alignas(64) std::array<double, leaf_size> squared;  // NOLINT(*-member-init): filled here
        for (std::size_t i = 0; i < leaf_size; ++i) {
            const double dx = axes[0][i] - at[0], dy = axes[1][i] - at[1], dz = axes[2][i] - at[2];
            squared[i] = dx * dx + dy * dy + dz * dz;
        }
        nearest.offer(leaf * leaf_size, squared);
    }

    std::size_t spots_ = 0;
    std::vector<Leaf> leaves_;
    std::vector<Split> splits_;             // of node 1, 2, …; the first is not used
    std::vector<LonLat> lonlat_;            // of a slot
    std::vector<std::uint32_t> first_row_;  // slots + 1: rows at a slot are rows_[first_row_[slot]] and on
    std::vector<std::int32_t> rows_;
};

}  // namespace sheltermap
