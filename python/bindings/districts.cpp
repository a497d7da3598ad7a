// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/districts.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <cstring>
#include <optional>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

template <class T>
std::vector<T> copied_column(const Array<T>& array, const char* what) {
    const std::span<const T> values = view(array, what);
    return {values.begin(), values.end()};
}

WorkUnits units_of(const Array<std::int64_t>& offsets, const Array<std::int32_t>& neighbour,
                   const Array<std::int64_t>& work, const Array<double>& weight, const Array<double>& place_m) {
    if (place_m.ndim() != 2 || place_m.shape(1) != 3) throw py::value_error("place_m must have shape (n, 3)");
    std::vector<std::array<double, 3>> places(static_cast<std::size_t>(place_m.shape(0)));
    if (!places.empty()) std::memcpy(places.data(), place_m.data(), places.size() * sizeof(places.front()));
    return {.offsets = copied_column(offsets, "offsets"),
            .neighbour = copied_column(neighbour, "neighbour"),
            .work = copied_column(work, "work"),
            .weight = copied_column(weight, "weight"),
            .place_m = std::move(places)};
}

DistrictRules rules_of(const Array<double>& share, double tolerance, const std::optional<Array<std::int32_t>>& seat,
                       const std::optional<Array<double>>& travel_cost) {
    DistrictRules rules{.share = copied_column(share, "share"), .tolerance = tolerance, .seat = {}, .travel_cost = {}};
    if (seat) rules.seat = copied_column(*seat, "seat");
    if (travel_cost) {
        if (travel_cost->ndim() != 2) throw py::value_error("travel_cost must have shape (districts, n)");
        rules.travel_cost.assign(travel_cost->data(), travel_cost->data() + travel_cost->size());
    }
    return rules;
}

void bind_work_units(py::module_& m) {
    py::class_<WorkUnits>(m, "WorkUnits", "Units of work, which of them are neighbours, and where they lie.")
        .def(py::init(&units_of), py::kw_only(), "offsets"_a, "neighbour"_a, "work"_a, "weight"_a, "place_m"_a,
             "`neighbour` from `offsets[row]` to `offsets[row + 1]` are the neighbours of a row; work in whole parts; "
             "`weight` is what shapes weigh a unit by; `place_m` of shape (n, 3) in any axes of metres.")
        .def("__len__", &WorkUnits::size);
    py::class_<DistrictRules>(m, "DistrictRules", "What districts have to keep to.")
        .def(py::init(&rules_of), "share"_a, py::kw_only(), "tolerance"_a, "seat"_a = py::none(),
             "travel_cost"_a = py::none(),
             "`share` per district of all the work, 1 together; `seat` per district the unit that stays in it, -1 for "
             "none; `travel_cost` of shape (districts, n), the way of each unit to each office.");
}

void bind_district_steps(py::module_& m) {
    py::class_<Loads>(m, "DistrictLoads", "How balanced and how compact districts are.")
        .def_readonly("largest", &Loads::largest)
        .def_readonly("smallest", &Loads::smallest)
        .def_readonly("beyond", &Loads::beyond, "Sum of how far loads are beyond the tolerance.")
        .def_readonly("shape", &Loads::shape, "Weight x square metres, or weight x cost to the office.");
    py::class_<DistrictSteps> steps(m, "DistrictSteps", "Districts that come about from present ones, step by step.");
    steps.def("__len__", &DistrictSteps::size);
    def_column(steps, "first", &DistrictSteps::first, "int32, per unit: the present districts, made connected.");
    def_column(steps, "offsets", &DistrictSteps::offsets, "int64, where the changes of each step begin.");
    def_column(steps, "unit", &DistrictSteps::unit, "int32, per change: the unit that leaves its first district.");
    def_column(steps, "to", &DistrictSteps::to, "int32, per change: for which other.");
    steps.def_property_readonly(
        "beyond",
        [](const DistrictSteps& self) {
            std::vector<double> beyond(self.size());
            std::ranges::transform(self.loads, beyond.begin(), &Loads::beyond);
            return to_array(std::move(beyond));
        },
        "float64, per step: sum of how far loads are beyond the tolerance.");
}

}  // namespace

void bind_districts(py::module_& m) {
    bind_work_units(m);
    bind_district_steps(m);
    m.def(
        "district_loads",
        [](const WorkUnits& units, const DistrictRules& rules, const Array<std::int32_t>& district) {
            return district_loads(units, rules, view(district, "district"));
        },
        "units"_a, "rules"_a, "district"_a, "How balanced and how compact districts are.");
    m.def(
        "district_pieces",
        [](const WorkUnits& units, const Array<std::int32_t>& district) {
            return to_array(district_pieces(units, view(district, "district")));
        },
        "units"_a, "district"_a,
        "The connected piece of its district that each unit is in, from 0, the one with most work; -1 in no district.");
    m.def("least_largest_load", &least_largest_load, "units"_a, "rules"_a,
          "The largest load that no division goes below: of (n - 1) x districts + 1 units some district holds n.");
    m.def(
        "least_changes",
        [](const WorkUnits& units, const DistrictRules& rules, const Array<std::int32_t>& district) {
            return least_changes(units, rules, view(district, "district"));
        },
        "units"_a, "rules"_a, "district"_a,
        "How many units have to change hands at least for all loads to be within the tolerance; -1 if that cannot be.");
    m.def(
        "drawn_districts",
        [](const WorkUnits& units, const DistrictRules& rules, std::uint32_t starts, std::uint32_t steps_per_unit) {
            const DrawOptions options{.starts = starts, .steps_per_unit = steps_per_unit};
            return to_array(run_cancellable(
                [&](const Execution& execution) { return drawn_districts(units, rules, options, execution); }));
        },
        "units"_a, "rules"_a, py::kw_only(), "starts"_a = DrawOptions{}.starts,
        "steps_per_unit"_a = DrawOptions{}.steps_per_unit,
        "Districts drawn anew, int32 per unit: connected, balanced where that was found, and compact. A heuristic.");
    m.def(
        "changed_districts",
        [](const WorkUnits& units, const DistrictRules& rules, const Array<std::int32_t>& district,
           std::int64_t most_changes, std::int64_t width) {
            const std::span<const std::int32_t> present = view(district, "district");
            const ChangeOptions options{.most_changes = most_changes, .width = width};
            return run_cancellable([&](const Execution& execution) {
                return changed_districts(units, rules, present, options, execution);
            });
        },
        "units"_a, "rules"_a, "district"_a, py::kw_only(), "most_changes"_a = -1, "width"_a = 0,
        "For 1, 2, 3, … units that change hands the best balance found, until no load is beyond the tolerance.");
}

}  // namespace sheltermap::python
