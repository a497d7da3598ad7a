// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/merged_rows.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"

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
            return unlocked(
                [&] { return merged_rows(reach, with_costs ? Alike::costs : Alike::facilities, limit); });
        },
        "reach"_a, py::kw_only(), "with_costs"_a = false, "limit"_a = std::numeric_limits<double>::infinity(),
        "Groups of the rows that reach the same facilities, or also at the same costs, as far as the limit. A "
        "decision over the groups, each with the people of its rows, is one over the rows.");
}

}  // namespace

void bind_planning(py::module_& m) { bind_merged_rows(m); }

}  // namespace sheltermap::python
