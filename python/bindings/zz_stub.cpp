#include "bindings.hpp"
namespace sheltermap::python { void bind_io(pybind11::module_&) {} }
