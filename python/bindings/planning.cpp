// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/allocation.hpp"
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

/// A reach that Python owns, held by C++ for as long as an allocation needs it.
std::shared_ptr<const Reach> shared(const Reach& reach) {
    const auto let_go = [owner = py::cast(reach, py::return_value_policy::reference).release()](const Reach*) {
        const py::gil_scoped_acquire locked;
        owner.dec_ref();
    };
    return {&reach, let_go};
}

/// Counts as they are, where another kind of number would be cut to whole ones.
Array<std::int64_t> counts(const py::array& given, const char* what) {
    if (const char kind = given.dtype().kind(); kind != 'i' && kind != 'u') {
        throw py::value_error(std::string(what) + " must be whole numbers");
    }
    return Array<std::int64_t>::ensure(given);
}

/// Gives allocations a property that shows one of their columns, made in C++ when it is first asked for.
template <class Get>
void def_made(py::class_<Allocation>& allocation, const char* name, Get get, const char* text) {
    allocation.def_property_readonly(
        name,
        [get](const py::object& self) {
            const auto& plan = self.cast<const Allocation&>();
            const auto& column = unlocked([&]() -> const auto* { return &get(plan); });
            return array_view(*column, self);
        },
        text);
}

void bind_allocation(py::module_& m) {
    py::class_<Allocation> allocation(m, "Allocation",
                                      "People sent to places: as many as can have one, at the least people x cost.");
    def_made(
        allocation, "row", [](const Allocation& plan) -> const auto& { return plan.pairs().row; },
        "int32, per pair, by row, then facility: the demand row.");
    def_made(
        allocation, "facility", [](const Allocation& plan) -> const auto& { return plan.pairs().facility; },
        "int32, per pair: the facility.");
    def_made(
        allocation, "people", [](const Allocation& plan) -> const auto& { return plan.pairs().people; },
        "int64, per pair: people of the row who are sent there.");
    def_made(
        allocation, "cost", [](const Allocation& plan) -> const auto& { return plan.pairs().cost; },
        "float64, per pair: metres or seconds per person, as in the reach.");
    def_made(
        allocation, "unserved", [](const Allocation& plan) -> const auto& { return plan.unserved(); },
        "int64, per row: people without a place.");
    def_made(
        allocation, "load", [](const Allocation& plan) -> const auto& { return plan.load(); },
        "int64, per facility: people who are sent there.");
    def_made(
        allocation, "places", [](const Allocation& plan) -> const auto& { return plan.places(); },
        "int64, per facility: its places.");
    def_made(
        allocation, "gain_people", [](const Allocation& plan) -> const auto& { return plan.prices().gain_people; },
        "float64, per facility: people served more with one more place there, 0 or 1.");
    def_made(
        allocation, "gain_cost", [](const Allocation& plan) -> const auto& { return plan.prices().gain_cost; },
        "float64, per facility: change of the total cost with one more place; positive where somebody more is served.");
    def_made(
        allocation, "loss_people", [](const Allocation& plan) -> const auto& { return plan.prices().loss_people; },
        "float64, per facility: people served fewer with one place fewer there, 0 or 1; NaN where it has none.");
    def_made(
        allocation, "loss_cost", [](const Allocation& plan) -> const auto& { return plan.prices().loss_cost; },
        "float64, per facility: change of the total cost with one place fewer; negative where somebody loses a place.");
    allocation.def_property_readonly("served", &Allocation::served, "People with a place.");
    allocation.def_property_readonly("total_cost", &Allocation::total_cost, "People x metres, or seconds.");
    allocation.def_property_readonly("primal", &Allocation::primal, "The total cost in thousandths, exactly.");
    allocation.def_property_readonly(
        "dual", [](const Allocation& plan) { return unlocked([&] { return plan.dual(); }); },
        "A bound, from the prices of the places alone, that no allocation of as many people is below: equal to "
        "primal.");
    allocation.def_property_readonly(
        "rows_to_widen",
        [](const Allocation& plan) { return to_array(unlocked([&] { return plan.rows_to_widen(); })); },
        "int32: rows for which a facility that their reach leaves out could pay, were its cost that of their last "
        "one.");
    allocation.def(
        "widened",
        [](const Allocation& plan, const Array<std::int32_t>& rows, const Reach& reach) {
            const auto which = view(rows, "rows");
            return run_cancellable([&](const Execution& execution) { return plan.widened(which, reach, execution); });
        },
        "rows"_a, "reach"_a, "The plan with more of what some rows reach; the reach has a row for each of them.");
    allocation.def(
        "without",
        [](const Allocation& plan, std::int32_t facility) {
            return run_cancellable([&](const Execution& execution) { return plan.without(facility, execution); });
        },
        "facility"_a, "The best plan without a facility, from this one.");
    allocation.def(
        "with_places",
        [](const Allocation& plan, std::int32_t facility, std::int64_t more) {
            return run_cancellable(
                [&](const Execution& execution) { return plan.with_places(facility, more, execution); });
        },
        "facility"_a, "more"_a,
        "The best plan with so many more places at a facility (negative: fewer), from this one.");
    allocation.def(
        "curve",
        [](const Allocation& plan, std::int32_t facility, std::int32_t count) {
            PlaceCurve found =
                run_cancellable([&](const Execution& execution) { return plan.curve(facility, count, execution); });
            return py::make_tuple(to_array(std::move(found.people)), to_array(std::move(found.cost)));
        },
        "facility"_a, "count"_a,
        "What 1 to so many more places at a facility bring: people served more (int64), change of the total cost "
        "(float64).");
    m.def(
        "allocate",
        [](const Reach& reach, const py::array& people, const py::array& places, std::int32_t start_arcs) {
            const Array<std::int64_t> whole_people = counts(people, "people"), whole_places = counts(places, "places");
            const auto of_rows = view(whole_people, "people"), of_facilities = view(whole_places, "places");
            const std::shared_ptr<const Reach> held = shared(reach);
            return run_cancellable([&](const Execution& execution) {
                return allocate(held, of_rows, of_facilities, {.start_arcs = start_arcs}, execution);
            });
        },
        "reach"_a, "people"_a, "places"_a, py::kw_only(), "start_arcs"_a = 20,
        "Sends people to places: as many as can have one and, among all ways to do so, at the least people x cost, "
        "exactly, with costs rounded to thousandths.");
}

}  // namespace

void bind_planning(py::module_& m) {
    bind_merged_rows(m);
    bind_allocation(m);
    bind_sent(m);
}

}  // namespace sheltermap::python
