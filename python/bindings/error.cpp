// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include "bindings.hpp"
#include "cancellable.hpp"

namespace sheltermap::python {

unsigned& thread_count() {
    static unsigned count = 0;
    return count;
}

void bind_error(pybind11::module_& m) {
    namespace py = pybind11;
    const auto base = py::register_exception<Error>(m, "SheltermapError");
    py::register_exception<ReadError>(m, "ReadError", base);
    py::register_exception<WriteError>(m, "WriteError", base);
    py::register_exception<CrsError>(m, "CrsError", base);
    py::register_exception<GeometryError>(m, "GeometryError", base);
    base.attr("__doc__") = "Something is wrong with the data, a file or the environment; the base of the others.";
    m.attr("ReadError").attr("__doc__") = "A file cannot be read, or not wholly.";
    m.attr("WriteError").attr("__doc__") = "A file cannot be written; what stood in its place is untouched.";
    m.attr("CrsError").attr("__doc__") =
        "A coordinate reference system is missing, unknown or does not fit the coordinates.";
    m.attr("GeometryError").attr("__doc__") = "A geometry cannot be used as it is.";

    m.def(
        "set_threads", [](unsigned count) { thread_count() = count; }, py::arg("count"),
        "Number of threads for computations; 0 for as many as the machine has. Results do not depend on it.");
    m.def("threads", [] { return thread_count(); }, "The number set by set_threads.");
}

}  // namespace sheltermap::python
