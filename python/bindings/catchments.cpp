// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/floating_catchment.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include "reach_blocks.hpp"
#include "reasons.hpp"
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

constexpr std::array<std::string_view, 8> decay_families{"binary",   "steps", "linear",      "kernel",
                                                         "gaussian", "bell",  "exponential", "power"};
constexpr std::array<std::string_view, 3> catchment_methods{"two_step", "three_step", "gravity"};

/// The enumerator of a name; names stand in the order of the enum.
template <class Enum, std::size_t count>
Enum enumerator_named(const std::array<std::string_view, count>& names, const std::string& name, const char* what) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) throw py::value_error(std::string(what) + " must not be '" + name + "'");
    return static_cast<Enum>(found - names.begin());
}

void bind_decay(py::module_& m) {
    py::class_<Decay>(m, "Decay", "How what a facility offers weighs less with the way to it.")
        .def(py::init([](const std::string& family, double limit, double scale, double exponent,
                         std::vector<double> up_to, std::vector<double> weight) {
                 return Decay{.family = enumerator_named<DecayFamily>(decay_families, family, "family"),
                              .limit = limit,
                              .scale = scale,
                              .exponent = exponent,
                              .up_to = std::move(up_to),
                              .weight = std::move(weight)};
             }),
             "family"_a = "binary", py::kw_only(), "limit"_a = std::numeric_limits<double>::infinity(), "scale"_a = 0.0,
             "exponent"_a = 1.0, "up_to"_a = std::vector<double>(), "weight"_a = std::vector<double>(),
             "'binary', 'steps' (up_to and weight), 'linear', 'kernel', 'bell' (to the limit), 'gaussian', "
             "'exponential' (scale) or 'power' (scale and exponent).");
    m.def(
        "decay_weights",
        [](const Array<double>& cost, const Decay& decay) {
            return to_array(decay_weights(view<double>(cost, "cost"), decay));
        },
        "cost"_a, "decay"_a, "The weight of each cost; 0 beyond the limit.");
}

void bind_floating_catchment(py::module_& m) {
    py::class_<FloatingCatchment> found(m, "FloatingCatchment",
                                        "What each person can count on, and what each facility is asked for.");
    def_column(found, "access", &FloatingCatchment::access,
               "float64, per demand row: supply per person; NaN without a position, or where it sees a facility that "
               "has no ratio.");
    def_column(found, "seen", &FloatingCatchment::seen, "int32, per demand row: how many facilities it sees.");
    found.def_property_readonly(
        "reason", [](const py::object& self) { return codes_view(self.cast<const FloatingCatchment&>().reason, self); },
        "uint8, per demand row: index into REASONS, as its reach has it.");
    def_column(found, "ratio", &FloatingCatchment::ratio,
               "float64, per facility: supply per person, NaN where nobody sees it; by gravity all its supply.");
    def_column(found, "weighted_demand", &FloatingCatchment::weighted_demand,
               "float64, per facility: its people, each by the weight that it is divided with.");
    def_column(found, "people", &FloatingCatchment::people, "float64, per facility: all who see it.");
    m.def(
        "floating_catchment",
        [](const ReachBlocks& reach, const Array<double>& people, const Array<double>& supply,
           const std::string& method, const Decay& decay) {
            const auto weight = view<double>(people, "people");
            const auto amount = view<double>(supply, "supply");
            const auto way = enumerator_named<CatchmentMethod>(catchment_methods, method, "method");
            return run_cancellable([&](const Execution& execution) {
                return floating_catchment(reach.blocks, weight, amount, way, decay, execution);
            });
        },
        "reach"_a, "people"_a, "supply"_a, "method"_a, "decay"_a,
        "Access to supply by floating catchments: method 'two_step', 'three_step' or 'gravity'. people that are NaN "
        "compete for nothing, supply that is NaN is not seen.");
}

}  // namespace

void bind_catchments(py::module_& m) {
    bind_decay(m);
    bind_floating_catchment(m);
}

}  // namespace sheltermap::python
