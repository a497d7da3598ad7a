// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/cost_unit.hpp"
#include "sheltermap/network/streets.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap {

/// What a graph says of itself beside its streets.
struct GraphInfo {
    std::string profile = "lines";       ///< means of travel it was built for
    std::string source;                  ///< file it was read from, without its folder
    double walking_m_s = 1.1;            ///< speed of the way between a place and the street
    double closing_depth_m = 0;          ///< water deeper than this closes a street
    std::uint64_t ways_used = 0;         ///< streets of the source that became edges
    std::uint64_t points_missing = 0;    ///< points that streets of the source name but the source does not hold
    std::uint64_t ways_outdated = 0;     ///< streets that the source marks as deleted, or holds in a newer version too
    std::uint64_t areas_crossed = 0;     ///< squares and the like that are walked all over
    std::uint64_t areas_gone_round = 0;  ///< of which only the border is walked
    std::uint64_t areas_left_out = 0;    ///< whose border is not whole in the source
    std::uint64_t ends_joined = 0;       ///< ends of streets that were joined to a street nearby
    std::uint64_t crossings_joined = 0;  ///< where streets crossed without a common vertex, and were made to meet
    friend bool operator==(const GraphInfo&, const GraphInfo&) = default;
};

/// One way out of a node: the edge, and whether it is gone against its line.
struct Arc {
    std::uint32_t target;
    std::uint32_t edge_and_way;  ///< edge * 2 + 1 where against the line

    [[nodiscard]] std::uint32_t edge() const noexcept { return edge_and_way / 2; }
    [[nodiscard]] bool against() const noexcept { return edge_and_way % 2 != 0; }
};

/// The columns of a graph; `Column` is std::vector where it is made and std::span where it is read.
template <template <class...> class Column>
struct GraphColumns {
    Column<GridPoint> node_at;        ///< per node
    Column<std::uint32_t> arc_begin;  ///< nodes + 1
    Column<Arc> arcs;                 ///< every edge twice, whether it may be gone that way or not
    Column<std::uint32_t> component;  ///< per node the number of its connected part, ways of one direction ignored
    Column<double> component_m;       ///< per part the length of its streets
    Column<std::uint32_t> edge_from;  ///< per edge
    Column<std::uint32_t> edge_to;
    Column<double> length_m;    ///< along the WGS 84 ellipsoid, vertex to vertex after Karney
    Column<float> forward_m_s;  ///< 0 where it may not be gone that way
    Column<float> backward_m_s;
    Column<std::uint8_t> flags;  ///< street_bridge, …
    Column<std::int8_t> layer;
    Column<std::uint32_t> name;  ///< index into the names
    Column<std::int64_t> way_id;
    Column<std::uint64_t> vertex_begin;  ///< edges + 1
    Column<GridPoint> vertices;          ///< of the edges with both their ends
    Column<std::uint32_t> name_begin;    ///< names + 1
    Column<char> name_text;              ///< UTF-8
};
template <class T>
using ReadColumn = std::span<const T>;

/// A street network: nodes where streets meet or end, edges between them with length, speeds and shape, as columns.
///
///     const Graph graph = build_graph(streets, {.profile = "walk"});
///     graph.save("town.graph");
///     const Graph again = Graph::load("town.graph");  // mapped into memory, checked
///
/// Ids have 32 bits. Nodes lie in the order of a Hilbert curve and edges by their nodes, so that neighbours in the town
/// are neighbours in memory and the graph does not depend on the order of the streets. Immutable; copies share the
/// data.
class Graph {
public:
    [[nodiscard]] std::size_t nodes() const noexcept { return columns_.node_at.size(); }
    [[nodiscard]] std::size_t edges() const noexcept { return columns_.length_m.size(); }
    [[nodiscard]] const GraphColumns<ReadColumn>& columns() const noexcept { return columns_; }
    [[nodiscard]] const GraphInfo& info() const noexcept { return *info_; }
    [[nodiscard]] std::span<const Arc> arcs(std::uint32_t node) const noexcept;
    [[nodiscard]] std::span<const GridPoint> vertices(std::uint32_t edge) const noexcept;
    /// Empty where the street has none.
    [[nodiscard]] std::string_view name(std::uint32_t edge) const noexcept;
    /// The speed that a single-precision one stands for: km/h of at most four decimals where some are stored like that.
    [[nodiscard]] static double stated_speed_m_s(float stored) noexcept {
        constexpr double per_m_s = 36'000;  // 1 m/s in units of 0.0001 km/h
        const double stated = std::nearbyint(static_cast<double>(stored) * per_m_s) / per_m_s;
        return static_cast<float>(stated) == stored ? stated : static_cast<double>(stored);
    }
    /// The speed one way as it was stated: the columns hold single precision, which keeps km/h of up to four decimals
    /// apart, so these are found again and times are exact; other speeds are right within 6e-8 of theirs.
    [[nodiscard]] double speed_m_s(std::uint32_t edge, bool against) const noexcept {
        return stated_speed_m_s(against ? columns_.backward_m_s[edge] : columns_.forward_m_s[edge]);
    }
    /// What a metre of the edge costs in one way: 1 metre, or the seconds it takes; infinity where it may not be gone.
    [[nodiscard]] double cost_per_metre(std::uint32_t edge, bool against, CostUnit unit) const noexcept {
        const float stored = against ? columns_.backward_m_s[edge] : columns_.forward_m_s[edge];
        if (!(stored > 0)) return std::numeric_limits<double>::infinity();
        return unit == CostUnit::metres ? 1.0 : 1.0 / stated_speed_m_s(stored);
    }

    /// Writes the graph into a new file; to exchange an older one safely write beside it and use io::replace.
    /// Throws WriteError.
    void save(const std::filesystem::path& path) const;
    /// Maps a file that `save` wrote. Throws ReadError where it is none, of another version, or damaged: its checksum
    /// is over every byte, and every id is looked at. The file must not be changed while the graph lives; exchanging it
    /// does no harm.
    [[nodiscard]] static Graph load(const std::filesystem::path& path);

private:
    friend Graph build_graph(const Streets& streets, GraphInfo info);
    Graph(std::shared_ptr<const void> memory, const GraphColumns<ReadColumn>& columns, GraphInfo info);

    std::shared_ptr<const void> memory_;  // what the columns look into
    GraphColumns<ReadColumn> columns_;
    std::shared_ptr<const GraphInfo> info_;
};

/// A graph of streets: cut where they meet, where one ends and at barriers, which become dead ends on all sides.
///
/// Segments longer than about a kilometre get vertices in between, so that their lengths are those of lines straight in
/// longitude and latitude, as everywhere here (within 5 µm a kilometre). Streets that may be gone in neither direction,
/// and edges without length that lead nowhere, are left out.
/// Throws std::invalid_argument where ids do not fit, and Error beyond 2^31 - 1 edges.
[[nodiscard]] Graph build_graph(const Streets& streets, GraphInfo info = {});

}  // namespace sheltermap
