// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sheltermap::python {

namespace py = pybind11;

/// C-contiguous; another layout or number type is copied by pybind11 on the way in.
template <class T>
using Array = py::array_t<T, py::array::c_style | py::array::forcecast>;

/// One-dimensional array as a span over NumPy's own memory; keep the array alive as long as the span.
template <class T>
std::span<const T> view(const Array<T>& array, const char* what) {
    if (array.ndim() != 1) throw py::value_error(std::string(what) + " must have one dimension");
    return {array.data(), static_cast<std::size_t>(array.size())};
}

/// Array of shape (n, 2) as pairs over NumPy's own memory.
template <class Pair>
std::span<const Pair> view_pairs(const Array<double>& array, const char* what) {
    static_assert(sizeof(Pair) == 2 * sizeof(double));
    if (array.ndim() != 2 || array.shape(1) != 2) {
        throw py::value_error(std::string(what) + " must have shape (n, 2): longitude, latitude");
    }
    return {reinterpret_cast<const Pair*>(array.data()), static_cast<std::size_t>(array.shape(0))};
}

template <class T>
py::capsule owner_of(std::vector<T>* values) {
    return py::capsule(values, [](void* held) { delete static_cast<std::vector<T>*>(held); });
}

/// Moves a vector into an array without copying; the vector lives as long as the array.
template <class T>
py::array_t<T> to_array(std::vector<T>&& values) {
    auto held = std::make_unique<std::vector<T>>(std::move(values));
    const auto size = static_cast<py::ssize_t>(held->size());
    T* const data = held->data();
    return py::array_t<T>({size}, {static_cast<py::ssize_t>(sizeof(T))}, data, owner_of(held.release()));
}

/// Moves pairs into an array of shape (n, 2).
template <class Pair>
py::array_t<double> to_pair_array(std::vector<Pair>&& pairs) {
    static_assert(sizeof(Pair) == 2 * sizeof(double));
    auto held = std::make_unique<std::vector<Pair>>(std::move(pairs));
    const auto size = static_cast<py::ssize_t>(held->size());
    const auto* const data = reinterpret_cast<const double*>(held->data());
    return py::array_t<double>({size, py::ssize_t{2}}, {py::ssize_t{16}, py::ssize_t{8}}, data,
                               owner_of(held.release()));
}

/// An array over memory that `owner`, a Python object, keeps alive; read-only.
template <class T>
py::array_t<T> array_view(const std::vector<T>& values, py::handle owner) {
    py::array_t<T> array({static_cast<py::ssize_t>(values.size())}, {static_cast<py::ssize_t>(sizeof(T))},
                         values.data(), owner);
    py::detail::array_proxy(array.ptr())->flags &= ~py::detail::npy_api::NPY_ARRAY_WRITEABLE_;
    return array;
}

/// Gives a result a property that shows one of its vectors as an array over the result's own memory; the result is the
/// caller's, who may write to it.
template <class Result, class T, class... Options>
void def_column(py::class_<Result, Options...>& result, const char* name, std::vector<T> Result::* column,
                const char* text) {
    result.def_property_readonly(
        name,
        [column](const py::object& self) {
            std::vector<T>& values = self.cast<Result&>().*column;
            return py::array_t<T>({static_cast<py::ssize_t>(values.size())}, {static_cast<py::ssize_t>(sizeof(T))},
                                  values.data(), self);
        },
        text);
}

/// A result of rows. Python sees their columns, each made when it is asked for.
template <class Row>
struct Rows {
    std::vector<Row> rows;
};

/// One value of every row as an array.
template <class As, class Row, class Get>
py::array_t<As> column_of(const std::vector<Row>& rows, Get get) {
    std::vector<As> values(rows.size());
    std::ranges::transform(rows, values.begin(),
                           [&](const Row& row) { return static_cast<As>(std::invoke(get, row)); });
    return to_array(std::move(values));
}

/// Gives a result of rows a property that is the column of one of their members.
template <class As, class Row, class Member>
void def_row_column(py::class_<Rows<Row>>& result, const char* name, Member Row::* member, const char* text) {
    result.def_property_readonly(
        name, [member](const Rows<Row>& self) { return column_of<As>(self.rows, member); }, text);
}

}  // namespace sheltermap::python
