// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/in_order.hpp"
#include "sheltermap/planning/merged_rows.hpp"
#include "sheltermap/planning/whole_rows.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <stdexcept>
#include <string>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

void bind_merged_rows(py::module_& m) {
    py::class_<MergedRows> merged(m, "MergedRows", "Demand rows in groups that a decision cannot tell apart.");
    merged.def("__len__", &MergedRows::size);
    def_column(merged, "group", &MergedRows::group, "int32, per demand row; -1 where nothing is reached.");
    def_column(merged, "first", &MergedRows::first,
               "int32, per group, in the order of the rows: the first row that is in it.");
    m.def(
        "merged_rows",
        [](const Reach& reach, bool with_costs, double limit) {
            return unlocked([&] { return merged_rows(reach, with_costs ? Alike::costs : Alike::facilities, limit); });
        },
        "reach"_a, py::kw_only(), "with_costs"_a = false, "limit"_a = std::numeric_limits<double>::infinity(),
        "Groups of the rows that reach the same facilities, or also at the same costs, as far as the limit. A "
        "decision over the groups, each with the people of its rows, is one over the rows.");
}

Turn turn_of(const std::string& name) {
    if (name == "pairs") return Turn::pairs;
    if (name == "rows") return Turn::rows;
    if (name == "facilities") return Turn::facilities;
    throw std::invalid_argument("turn must be 'pairs', 'rows' or 'facilities', not '" + name + "'");
}

void bind_sent(py::module_& m) {
    py::class_<Sent> sent(m, "Sent",
                          "Who is sent where: pairs of demand row and facility, by row and then by facility.");
    sent.def("__len__", &Sent::size);
    def_column(sent, "row", &Sent::row, "int32, per pair.");
    def_column(sent, "facility", &Sent::facility, "int32, per pair.");
    def_column(sent, "people", &Sent::people, "int64, per pair.");
    def_column(sent, "cost", &Sent::cost, "float64, per pair: for each person, in the unit of the reach.");
    def_column(sent, "unserved", &Sent::unserved, "int64, per demand row: those without a place.");
    def_column(sent, "load", &Sent::load, "int64, per facility: those who come.");
    m.def(
        "sent_in_order",
        [](const Reach& reach, const Array<std::int64_t>& people, const Array<std::int64_t>& places,
           const std::string& turn, const Array<std::int32_t>& order) {
            const auto people_of = view(people, "people");
            const auto places_of = view(places, "places");
            const auto order_of = view(order, "order");
            const Turn whose = turn_of(turn);
            return run_cancellable([&](const Execution& execution) {
                return sent_in_order(reach, people_of, places_of, whose, order_of, execution);
            });
        },
        "reach"_a, "people"_a, "places"_a, py::kw_only(), "turn"_a = "pairs", "order"_a = Array<std::int32_t>(0),
        "Everybody to the nearest until it is full, in turns: the nearest 'pairs' of all first, 'rows' one after the "
        "other, or 'facilities', each taking the nearest who have no place. The order names rows or facilities.");

    py::class_<WholeRows> whole(m, "WholeRows", "Rows that stay together: each goes to one facility or to none.");
    whole.def_readonly("sent", &WholeRows::sent, "At most one pair per row.");
    whole.def_readonly("split_rows", &WholeRows::split_rows,
                       "Rows that had several parts, one without a place counted as one.");
    whole.def_readonly("largest_overload", &WholeRows::largest_overload,
                       "People beyond the places of the fullest facility before the repair.");
    whole.def_readonly("moved_rows", &WholeRows::moved_rows, "Rows that the repair sent elsewhere.");
    m.def(
        "whole_rows",
        [](const Reach& reach, const Array<std::int64_t>& people, const Array<std::int64_t>& places,
           const Array<std::int32_t>& row, const Array<std::int32_t>& facility, const Array<std::int64_t>& part) {
            const auto people_of = view(people, "people");
            const auto places_of = view(places, "places");
            const auto rows = view(row, "row");
            const auto facilities = view(facility, "facility");
            const auto parts = view(part, "part");
            return run_cancellable([&](const Execution& execution) {
                return whole_rows(reach, people_of, places_of, rows, facilities, parts, execution);
            });
        },
        "reach"_a, "people"_a, "places"_a, "row"_a, "facility"_a, "part"_a,
        "Keeps the people of each row together, beginning with the parts of an allocation that splits some.");
}

}  // namespace

void bind_planning(py::module_& m) {
    bind_merged_rows(m);
    bind_sent(m);
}

}  // namespace sheltermap::python
