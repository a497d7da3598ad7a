// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/reach.hpp"

#include "sheltermap/reach/geodesic_reach.hpp"
#include "sheltermap/reach/reach_from_pairs.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include "cost_units.hpp"
#include "reach_blocks.hpp"
#include "reasons.hpp"
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

NearestOptions nearest_options(std::optional<std::size_t> k, std::optional<double> max_distance_m) {
    NearestOptions options{.k = k.value_or(all_places)};
    if (max_distance_m) options.max_distance_m = *max_distance_m;
    return options;
}

void bind_result(py::module_& m) {
    py::class_<Reach>(m, "Reach",
                      "What each demand row can reach, row after row, cheapest first, ties by facility row "
                      "(compressed sparse rows).")
        .def("__len__", &Reach::size)
        .def_property_readonly(
            "offsets", [](const py::object& self) { return array_view(self.cast<const Reach&>().offsets, self); },
            "int64, shape (demand + 1,): pairs of row r are offsets[r] to offsets[r + 1].")
        .def_property_readonly(
            "facility", [](const py::object& self) { return array_view(self.cast<const Reach&>().facility, self); },
            "int32: row of the facility, per pair.")
        .def_property_readonly(
            "cost", [](const py::object& self) { return array_view(self.cast<const Reach&>().cost, self); },
            "float64: metres or seconds, per pair.")
        .def_property_readonly(
            "reason", [](const py::object& self) { return codes_view(self.cast<const Reach&>().reason, self); },
            "uint8, shape (demand,): index into REASONS.")
        .def_property_readonly(
            "unit", [](const Reach& self) { return self.unit == CostUnit::metres ? "metres" : "seconds"; },
            "'metres' or 'seconds'.")
        .def_property_readonly(
            "limit", [](const Reach& self) { return self.limit; }, "Costs above it were not looked for.");
}

void bind_tables(py::module_& m) {
    m.attr("ROW_NOT_IN_TABLE") = row_not_in_table;
    m.attr("ROW_WITHOUT_POSITION") = row_without_position;
    m.def(
        "reach_from_pairs",
        [](std::size_t rows, std::size_t facilities, const Array<std::int32_t>& row,
           const Array<std::int32_t>& facility, const Array<double>& cost, const std::string& unit,
           std::optional<double> limit) {
            const CostPairs pairs{.row = view(row, "row"),
                                  .facility = view(facility, "facility"),
                                  .cost = view(cost, "cost"),
                                  .unit = to_unit(unit),
                                  .limit = limit.value_or(std::numeric_limits<double>::infinity())};
            return run_cancellable(
                [&](const Execution& execution) { return reach_from_pairs(rows, facilities, pairs, execution); });
        },
        "rows"_a, "facilities"_a, "row"_a, "facility"_a, "cost"_a, py::kw_only(), "unit"_a, "limit"_a = py::none(),
        "Reach from a table of costs, one entry per pair in any order; limit is up to where the table holds every "
        "pair. A pair that stands several times with one cost counts once, with two costs it is a ValueError.");
    m.def(
        "part_of",
        [](const Reach& table, const Array<std::int32_t>& row, const Array<std::int32_t>& facility,
           std::optional<std::size_t> k, std::optional<double> limit) {
            const auto rows = view(row, "row");
            const auto facilities = view(facility, "facility");
            const PartOptions options{.k = k.value_or(all_places),
                                      .limit = limit.value_or(std::numeric_limits<double>::infinity())};
            return run_cancellable(
                [&](const Execution& execution) { return part_of(table, rows, facilities, options, execution); });
        },
        "table"_a, "row"_a, "facility"_a, py::kw_only(), "k"_a = py::none(), "limit"_a = py::none(),
        "The part of a table that is about some demand rows and facilities: which row and which facility of the table "
        "each of them is, ROW_NOT_IN_TABLE, or ROW_WITHOUT_POSITION.");
}

/// An index of facilities that somebody made before.
template <class Index>
using Made = std::optional<std::reference_wrapper<const Index>>;

/// Throws where an index, if there is one, is of other facilities.
template <class Index>
void require_same(const Made<Index>& index, std::size_t facilities) {
    if (!index || index->get().size() == facilities) return;
    throw std::invalid_argument("index is of " + std::to_string(index->get().size()) + " facilities, and there are " +
                                std::to_string(facilities));
}

/// As the crow flies, to facilities of which an index is made.
template <class Index, class Facilities>
ReachBlocks blocks_within(const Array<double>& demand, const Facilities& facilities, double max_distance_m) {
    const auto from = view_pairs<LonLat>(demand, "demand");
    return {demand, unlocked([&] { return ReachInBlocks(from, Index(facilities), max_distance_m); })};
}

void bind_blocks(py::module_& m) {
    py::class_<ReachBlocks>(m, "ReachInBlocks",
                            "A reach that is gone through block by block, for sums over pairs that nobody holds: of a "
                            "Reach, or as the crow flies of all within a distance.")
        .def(py::init([](const Reach& reach) { return ReachBlocks{py::cast(&reach), ReachInBlocks(reach)}; }),
             "reach"_a)
        .def(py::init([](const Array<double>& demand, const GeometryColumn& facilities, double max_distance_m) {
                 return blocks_within<ShapeIndex>(demand, facilities, max_distance_m);
             }),
             "demand"_a, "facilities"_a, py::kw_only(), "max_distance_m"_a)
        .def(py::init([](const Array<double>& demand, const Array<double>& facilities, double max_distance_m) {
                 const auto to = view_pairs<LonLat>(facilities, "facilities");
                 return blocks_within<PlaceIndex>(demand, to, max_distance_m);
             }),
             "demand"_a, "facilities"_a, py::kw_only(), "max_distance_m"_a)
        .def("__len__", [](const ReachBlocks& self) { return self.blocks.size(); })
        .def(
            "counts",
            [](const ReachBlocks& self) {
                return to_array(
                    run_cancellable([&](const Execution& execution) { return self.blocks.counts(execution); }));
            },
            "int64, shape (demand,): how many facilities each demand row reaches.");
}

}  // namespace

void bind_reach(py::module_& m) {
    bind_result(m);
    bind_tables(m);
    bind_blocks(m);
    m.def(
        "geodesic_reach",
        [](const Array<double>& demand, const GeometryColumn& facilities, std::optional<std::size_t> k,
           std::optional<double> max_distance_m, const Made<ShapeIndex>& index) {
            const auto from = view_pairs<LonLat>(demand, "demand");
            const NearestOptions options = nearest_options(k, max_distance_m);
            require_same(index, facilities.size());
            return run_cancellable([&](const Execution& execution) {
                return index ? geodesic_reach(from, index->get(), options, execution)
                             : geodesic_reach(from, ShapeIndex(facilities), options, execution);
            });
        },
        "demand"_a, "facilities"_a, py::kw_only(), "k"_a = 1, "max_distance_m"_a = py::none(), "index"_a = py::none(),
        "The same where facilities are a WGS 84 column of points, lines and polygons.");
    m.def(
        "geodesic_reach",
        [](const Array<double>& demand, const Array<double>& facilities, std::optional<std::size_t> k,
           std::optional<double> max_distance_m, const std::vector<double>& limits_m, const Made<PlaceIndex>& index) {
            const auto from = view_pairs<LonLat>(demand, "demand");
            const auto to = view_pairs<LonLat>(facilities, "facilities");
            const NearestOptions options = nearest_options(k, max_distance_m);
            require_same(index, to.size());
            return run_cancellable([&](const Execution& execution) {
                Reach reach = index ? geodesic_reach(from, index->get(), options, execution)
                                    : geodesic_reach(from, PlaceIndex(to), options, execution);
                if (!limits_m.empty()) measure_at_limits(reach, from, to, limits_m);
                return reach;
            });
        },
        "demand"_a, "facilities"_a, py::kw_only(), "k"_a = 1, "max_distance_m"_a = py::none(),
        "limits_m"_a = std::vector<double>(), "index"_a = py::none(),
        "Reach as the crow flies in metres along WGS 84, from longitudes and latitudes of shape (n, 2); k None for "
        "every facility within max_distance_m. Karney's inverse decides which pairs meet max_distance_m, and "
        "limits_m. `index` is that of the facilities, where many blocks of demand ask the same ones.");
}

}  // namespace sheltermap::python
