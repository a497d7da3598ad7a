// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/exact_sum.hpp"
#include "sheltermap/base/reason.hpp"

#include "arrays.hpp"
#include "bindings.hpp"
#include <string>
#if defined(__GLIBC__) || defined(_WIN32)
#include <malloc.h>
#elif defined(__APPLE__)
#include <malloc/malloc.h>
#endif

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

void bind_reasons(py::module_& m) {
    py::list statuses, reasons, statuses_of_reasons;
    for (const auto status : status_names) statuses.append(std::string(status));
    for (const ReasonEntry& entry : reason_table) {
        reasons.append(std::string(entry.name));
        statuses_of_reasons.append(statuses[static_cast<std::size_t>(entry.status)]);
    }
    m.attr("STATUSES") = py::tuple(statuses);
    m.attr("REASONS") = py::tuple(reasons);
    m.attr("STATUSES_OF_REASONS") = py::tuple(statuses_of_reasons);
    m.attr("LAST_REASON_OF_REACH") = static_cast<int>(Reason::last_of_reach);
}

/// The C library keeps for more of the same what becomes free; with one that is not known here this does nothing.
void give_back_memory() {
#if defined(__GLIBC__)
    malloc_trim(0);
#elif defined(_WIN32)
    _heapmin();
#elif defined(__APPLE__)
    malloc_zone_pressure_relief(nullptr, 0);
#endif
}

}  // namespace

void bind_base(py::module_& m) {
    bind_reasons(m);
    m.def("give_back_memory", &give_back_memory, py::call_guard<py::gil_scoped_release>(),
          "Give the system the memory that has become free, which the C library keeps.");
    m.def(
        "exact_sum", [](const Array<double>& values) { return exact_sum(view(values, "values")); }, "values"_a,
        "The exact sum of the values, rounded once; NaN adds nothing.");
    m.def(
        "exact_sums",
        [](const Array<double>& values, const Array<std::int64_t>& group, std::size_t groups) {
            return to_array(exact_sums(view(values, "values"), view(group, "group"), groups));
        },
        "values"_a, "group"_a, "groups"_a, "The same for each group of rows; group[row] says where a value belongs.");
}

}  // namespace sheltermap::python
