// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/siting.hpp"

#include "sheltermap/planning/maximal_covering.hpp"
#include "sheltermap/planning/p_center.hpp"
#include "sheltermap/planning/p_median.hpp"
#include "sheltermap/planning/set_covering.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <optional>
#include <string>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

using FacilityRows = std::vector<std::int32_t>;

void bind_siting_answer(py::module_& m) {
    py::class_<Siting> siting(m, "Siting", "Sites, and how far from the best possible choice they can be at most.");
    def_column(siting, "chosen", &Siting::chosen, "int32: rows of facilities, ascending, locked ones included.");
    def_column(siting, "fixed_in", &Siting::fixed_in,
               "int32: rows of facilities that every better choice has; all chosen ones where it is proven.");
    def_column(siting, "fixed_out", &Siting::fixed_out, "int32: rows of facilities that no better choice has.");
    def_column(siting, "unreached", &Siting::unreached,
               "int32: demand rows that the choice does not reach, or not often enough.");
    siting.def_readonly("objective", &Siting::objective, "What the choice is worth, or costs.")
        .def_readonly("bound", &Siting::bound, "No choice is better than that.")
        .def_readonly("proven", &Siting::proven, "Whether no choice is better.")
        .def_readonly("iterations", &Siting::iterations, "Steps of the bound, at the root and below.")
        .def_property_readonly(
            "stopped",
            [](const Siting& self) { return std::string(search_end_names[static_cast<std::size_t>(self.stopped)]); },
            "'proven', 'time', 'converged' (its share of work was done) or 'interrupted'.");
}

SitingOptions siting_options(const FacilityRows& locked, const FacilityRows& forbidden, const FacilityRows& start,
                             std::optional<std::size_t> facilities, double seconds, bool keep_best) {
    return {.locked = locked,
            .forbidden = forbidden,
            .start = start,
            .facilities = facilities.value_or(0),
            .seconds = seconds,
            .keep_best = keep_best};
}

void bind_maximal_covering(py::module_& m) {
    m.def(
        "maximal_covering",
        [](const Reach& reach, const Array<double>& weight, double limit, std::optional<std::size_t> p,
           const std::optional<std::vector<double>>& cost, std::optional<double> budget, const FacilityRows& locked,
           const FacilityRows& forbidden, int copies, bool everyone_once, double seconds, const FacilityRows& start,
           std::optional<std::size_t> facilities, bool keep_best) {
            const auto weights = view(weight, "weight");
            const MaximalCoveringOptions options{
                .p = p,
                .cost = cost.value_or(std::vector<double>()),
                .budget = budget,
                .copies = copies,
                .everyone_once = everyone_once,
                .siting = siting_options(locked, forbidden, start, facilities, seconds, keep_best)};
            return run_cancellable(
                [&](const Execution& execution) { return maximal_covering(reach, weights, limit, options, execution); },
                keep_best);
        },
        "reach"_a, "weight"_a, "limit"_a, py::kw_only(), "p"_a = py::none(), "cost"_a = py::none(),
        "budget"_a = py::none(), "locked"_a = FacilityRows(), "forbidden"_a = FacilityRows(), "copies"_a = 1,
        "everyone_once"_a = false, "seconds"_a = 10.0, "start"_a = FacilityRows(), "facilities"_a = py::none(),
        "keep_best"_a = false,
        "At most p new sites, or as many as the budget pays for, that the most people (weight) have within the limit; "
        "with copies = 2 the most who have two, with everyone_once first the most rows that have one. Unknown costs "
        "are NaN. A site that adds nothing is not chosen. With keep_best Ctrl-C returns the best so far.");
}

void bind_p_median(py::module_& m) {
    m.def(
        "p_median",
        [](const Reach& reach, const Array<double>& weight, std::size_t p, const FacilityRows& locked,
           const FacilityRows& forbidden, double seconds, const FacilityRows& start,
           std::optional<std::size_t> facilities, bool keep_best) {
            const auto weights = view(weight, "weight");
            const PMedianOptions options{
                .p = p, .siting = siting_options(locked, forbidden, start, facilities, seconds, keep_best)};
            return run_cancellable(
                [&](const Execution& execution) { return p_median(reach, weights, options, execution); }, keep_best);
        },
        "reach"_a, "weight"_a, py::kw_only(), "p"_a, "locked"_a = FacilityRows(), "forbidden"_a = FacilityRows(),
        "seconds"_a = 10.0, "start"_a = FacilityRows(), "facilities"_a = py::none(), "keep_best"_a = false,
        "At most p new sites with the least sum of weight times cost over the rows that reach one; first as little "
        "weight as possible reaches none. With keep_best Ctrl-C returns the best so far.");
}

void bind_set_covering(py::module_& m) {
    m.def(
        "set_covering",
        [](const Reach& reach, double limit, const std::optional<std::vector<double>>& cost, const FacilityRows& locked,
           const FacilityRows& forbidden, int copies, double seconds, const FacilityRows& start,
           std::optional<std::size_t> facilities, bool keep_best) {
            const SetCoveringOptions options{
                .cost = cost.value_or(std::vector<double>()),
                .copies = copies,
                .siting = siting_options(locked, forbidden, start, facilities, seconds, keep_best)};
            return run_cancellable(
                [&](const Execution& execution) { return set_covering(reach, limit, options, execution); }, keep_best);
        },
        "reach"_a, "limit"_a, py::kw_only(), "cost"_a = py::none(), "locked"_a = FacilityRows(),
        "forbidden"_a = FacilityRows(), "copies"_a = 1, "seconds"_a = 10.0, "start"_a = FacilityRows(),
        "facilities"_a = py::none(), "keep_best"_a = false,
        "The fewest new sites, or the cheapest, with which every row has one within the limit; rows that cannot have "
        "one are in unreached. Unknown costs are NaN. With keep_best Ctrl-C returns the best so far.");
}

void bind_p_center(py::module_& m) {
    m.def(
        "p_center",
        [](const Reach& reach, std::size_t p, const FacilityRows& locked, const FacilityRows& forbidden, double seconds,
           const FacilityRows& start, std::optional<std::size_t> facilities, bool keep_best) {
            const PCenterOptions options{
                .p = p, .siting = siting_options(locked, forbidden, start, facilities, seconds, keep_best)};
            return run_cancellable([&](const Execution& execution) { return p_center(reach, options, execution); },
                                   keep_best);
        },
        "reach"_a, py::kw_only(), "p"_a, "locked"_a = FacilityRows(), "forbidden"_a = FacilityRows(),
        "seconds"_a = 10.0, "start"_a = FacilityRows(), "facilities"_a = py::none(), "keep_best"_a = false,
        "At most p new sites from which the row that has farthest to go has the least; objective is that cost, "
        "infinite where p sites do not reach everybody who can be reached. With keep_best Ctrl-C returns the best so "
        "far.");
}

}  // namespace

void bind_siting(py::module_& m) {
    bind_siting_answer(m);
    bind_maximal_covering(m);
    bind_p_median(m);
    bind_set_covering(m);
    bind_p_center(m);
}

}  // namespace sheltermap::python
