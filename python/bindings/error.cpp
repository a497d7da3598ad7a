// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include "bindings.hpp"
#include "cancellable.hpp"

namespace sheltermap::python {

unsigned& thread_count() {
    static unsigned count = 0;
    return count;
}

namespace {

/// As register_exception does, but the message of a file whose name is not UTF-8 is one as well.
template <class Exception>
pybind11::object bind_exception(pybind11::module_& m, const char* name, pybind11::handle base) {
    namespace py = pybind11;
    static const py::exception<Exception> type(m, name, base);
    py::register_exception_translator([](std::exception_ptr thrown) {
        try {
            if (thrown) std::rethrow_exception(thrown);
        } catch (const Exception& error) {
            const std::string_view message = error.what();
            const auto text = py::reinterpret_steal<py::object>(
                PyUnicode_DecodeUTF8(message.data(), static_cast<py::ssize_t>(message.size()), "backslashreplace"));
            if (text) PyErr_SetObject(type.ptr(), text.ptr());
        }
    });
    return type;
}

}  // namespace

void bind_error(pybind11::module_& m) {
    namespace py = pybind11;
    const auto base = bind_exception<Error>(m, "SheltermapError", PyExc_Exception);
    bind_exception<ReadError>(m, "ReadError", base);
    bind_exception<WriteError>(m, "WriteError", base);
    bind_exception<CrsError>(m, "CrsError", base);
    bind_exception<GeometryError>(m, "GeometryError", base);
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
