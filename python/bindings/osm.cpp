// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/osm/read_basemap.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

using Sides = std::tuple<double, double, double, double>;

/// In the order of Ground.
constexpr std::array<const char*, osm::grounds> ground_names{
    "woods", "built_up", "water", "coastlines", "waterways", "railways", "streets", "boundaries", "places"};

/// Each layer's columns, names as texts; empty layers too.
py::dict to_layers(osm::BasemapLayers& read) {
    std::vector<py::object> names{py::none()};
    for (std::size_t i = 1; i < read.names.size(); ++i) names.push_back(py::str(read.names[i]));
    py::dict layers;
    for (std::size_t ground = 0; ground < osm::grounds; ++ground) {
        osm::GroundLayer& layer = read.layers[ground];
        py::list called;
        for (const std::uint32_t name : layer.names) called.append(names[name]);
        layers[ground_names[ground]] =
            py::dict("shapes"_a = std::make_shared<GeometryColumn>(std::move(layer.shapes)), "name"_a = called,
                     "rank"_a = to_array(std::move(layer.ranks)), "id"_a = to_array(std::move(layer.ids)),
                     "residents"_a = to_array(std::move(layer.residents)));
    }
    return layers;
}

py::object sides_of(const std::optional<osm::LonLatBox>& box) {
    if (!box) return py::none();
    return py::make_tuple(box->west, box->south, box->east, box->north);
}

}  // namespace

void bind_osm(py::module_& m) {
    m.def(
        "ground_of",
        [](std::string_view key, std::string_view value) -> std::optional<std::tuple<std::string, int>> {
            const auto is = osm::ground_of(key, value);
            if (!is) return std::nullopt;
            return std::tuple(ground_names[static_cast<std::size_t>(is->ground)], int{is->rank});
        },
        "key"_a, "value"_a, "The layer and the rank that a tag of OpenStreetMap stands for; None where none shows it.");
    m.def(
        "basemap_from_osm",
        [](const std::filesystem::path& path, const std::optional<Sides>& within, std::vector<std::string> languages,
           int streets_to_rank) {
            osm::BasemapOptions options{
                .within = std::nullopt, .languages = std::move(languages), .streets_to_rank = streets_to_rank};
            if (within) {
                const auto [west, south, east, north] = *within;
                options.within = {west, south, east, north};
            }
            auto read = run_cancellable(
                [&](const Execution& execution) { return osm::read_basemap(path, options, execution); });
            return py::dict("layers"_a = to_layers(read), "extent"_a = sides_of(read.extent),
                            "areas_left_out"_a = read.areas_left_out, "points_missing"_a = read.points_missing,
                            "outdated"_a = read.outdated);
        },
        "path"_a, py::kw_only(), "within"_a, "languages"_a, "streets_to_rank"_a,
        "The ground of maps from a file of OpenStreetMap: by class shapes, name, rank, id, and residents of places.");
}

}  // namespace sheltermap::python
