// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include "geodesy/ecef.hpp"
#include "lanes.hpp"
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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
    static constexpr std::size_t leaf_size = lanes;

    explicit SpotTree(std::span<const LonLat> places);

    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
    [[nodiscard]] std::size_t places() const noexcept { return rows_.size(); }
    [[nodiscard]] std::size_t leaves() const noexcept { return leaves_.size(); }

    [[nodiscard]] LonLat lonlat(std::size_t slot) const noexcept { return lonlat_[slot]; }
    [[nodiscard]] Ecef ecef(std::size_t slot) const noexcept {
        const Leaf& leaf = leaves_[slot / leaf_size];
        return {leaf[0][slot % leaf_size], leaf[1][slot % leaf_size], leaf[2][slot % leaf_size]};
    }
    /// Rows of the places at a spot, ascending.
    [[nodiscard]] std::span<const std::int32_t> rows(std::size_t slot) const noexcept {
        return std::span(rows_).subspan(first_row_[slot], first_row_[slot + 1] - first_row_[slot]);
    }

    /// The leaf whose cell, of the cells that divide all of space, holds a position.
    [[nodiscard]] std::size_t leaf_of(const Ecef& at) const noexcept;
    /// The same for many, level by level, so that none waits for the other's memory.
    void leaves_of(const EcefColumns& at, std::span<std::uint32_t> leaf) const noexcept;

    /// Coordinates of a leaf's spots, axis by axis.
    using Leaf = std::array<std::array<double, leaf_size>, 3>;
    [[nodiscard]] const Leaf& leaf(std::size_t number) const noexcept { return leaves_[number]; }

    /// Where a node's part of space is cut in two: the left child has what lies below `at` along `axis`.
    struct Split {
        double at;
        std::size_t axis;
    };
    [[nodiscard]] const Split& split(std::size_t node) const noexcept { return splits_[node]; }

    /// Offers every spot that may lie within a limit to `nearest`, those in the cell of `at` (its `leaf`) first:
    /// `nearest.limit_squared()` is the square of the limit, finite, and may shrink; `nearest.offer(slot, squared)`
    /// gets the squared distances through the earth of a leaf's spots, infinity for those that are none.
    template <class Nearest>
    [[gnu::always_inline]] void search(const Ecef& at, std::size_t leaf, Nearest& nearest) const {
        scan(at, leaf, nearest);
        for (std::size_t node = leaf + leaves_.size(); node > 1; node /= 2) search_beside(at, node, nearest);
    }

    /// Looks below the other child of the parent of `node`, in whose cell the query lies.
    template <class Nearest>
    [[gnu::always_inline]] void search_beside(const Ecef& at, std::size_t node, Nearest& nearest) const {
        const Split& cut = splits_[node / 2];
        const double offset = at[cut.axis] - cut.at;
        if (offset * offset > nearest.limit_squared()) return;
        search_cell(at, Cell{node ^ 1, offset * offset, with(Offsets{}, cut.axis, offset)}, nearest);
    }

private:
    using Offsets = std::array<double, 4>;  // along three axes, and one that is not used
    /// The part of space below a node, and how far a query lies outside it: per axis, and squared in all.
    struct Cell {
        std::size_t node;
        double squared;
        Offsets beside;
    };
    /// Offsets with that along one axis changed; writing one number and reading all would wait for the memory.
    [[gnu::always_inline]] static Offsets with(const Offsets& offsets, std::size_t axis, double offset) noexcept {
        Offsets changed;
#ifdef __GNUC__
        using Four = double __attribute__((vector_size(32)));
        using FourWhole = std::int64_t __attribute__((vector_size(32)));
        Four values;
        std::memcpy(&values, &offsets, sizeof values);
        values = FourWhole{0, 1, 2, 3} == static_cast<std::int64_t>(axis) ? Four{} + offset : values;
        std::memcpy(&changed, &values, sizeof changed);
#else
        for (std::size_t i = 0; i < changed.size(); ++i) changed[i] = i == axis ? offset : offsets[i];
#endif
        return changed;
    }
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
                    waiting[count++] = {2 * cell.node + 1 - right, squared, with(cell.beside, split.axis, offset)};
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
        const Leaf& spots = leaves_[leaf];
        const Lanes dx = load(spots[0]) - at[0], dy = load(spots[1]) - at[1], dz = load(spots[2]) - at[2];
        nearest.offer(leaf * leaf_size, dx * dx + dy * dy + dz * dz);
    }

    std::size_t spots_ = 0;
    std::vector<Leaf> leaves_;
    std::vector<Split> splits_;             // of node 1, 2, …; the first is not used
    std::vector<LonLat> lonlat_;            // of a slot
    std::vector<std::uint32_t> first_row_;  // slots + 1: rows at a slot are rows_[first_row_[slot]] and on
    std::vector<std::int32_t> rows_;
};

}  // namespace sheltermap
