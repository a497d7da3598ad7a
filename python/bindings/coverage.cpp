// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/coverage.hpp"

#include "sheltermap/coverage/beside_lines.hpp"
#include "sheltermap/coverage/gaps.hpp"
#include "sheltermap/coverage/ledger.hpp"
#include "sheltermap/coverage/service_area.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

py::array_t<std::uint8_t> to_codes(const std::vector<Reason>& reasons) {
    const auto* const codes = reinterpret_cast<const std::uint8_t*>(reasons.data());
    return to_array(std::vector<std::uint8_t>(codes, codes + reasons.size()));
}

std::vector<Reason> to_reasons(const Array<std::uint8_t>& codes) {
    const auto given = view(codes, "reason");
    const auto highest = std::ranges::max_element(given);
    if (highest != given.end() && *highest >= reason_count) {
        throw py::value_error("reason: unknown code " + std::to_string(*highest));
    }
    std::vector<Reason> reasons(given.size());
    std::ranges::transform(given, reasons.begin(), [](std::uint8_t code) { return static_cast<Reason>(code); });
    return reasons;
}

void bind_access(py::module_& m) {
    py::class_<Access>(m, "Access", "The cheapest way to any facility, one entry per person.")
        .def("__len__", &Access::size)
        .def_property_readonly(
            "cost", [](const py::object& self) { return array_view(self.cast<const Access&>().cost, self); },
            "float64: of the cheapest facility; infinity where none was reached.")
        .def_property_readonly(
            "facility", [](const py::object& self) { return array_view(self.cast<const Access&>().facility, self); },
            "int32: its row, -1 where none was reached.")
        .def_property_readonly(
            "reason", [](const Access& self) { return to_codes(self.reason); }, "uint8: index into REASONS.")
        .def_property_readonly(
            "incomplete",
            [](const py::object& self) { return array_view(self.cast<const Access&>().incomplete, self); },
            "uint8: 1 where a place of the person has no position, 2 where one is not in the table of costs.");
    m.def("cheapest", &cheapest, py::call_guard<py::gil_scoped_release>(), "reach"_a, "Each demand row is a person.");
    m.def(
        "any_of_places",
        [](const Access& places, const Array<std::int64_t>& person, std::size_t persons) {
            const auto whose = view(person, "person");
            return unlocked([&] { return any_of_places(places, whose, persons); });
        },
        "places"_a, "person"_a, "persons"_a,
        "Several demand rows are one person, who is served if any of them is; person[row] says whose row it is.");
}

std::vector<Status> to_statuses(const Array<std::uint8_t>& codes) {
    const auto given = view(codes, "status");
    if (!given.empty() && *std::ranges::max_element(given) >= status_count) {
        throw py::value_error("status: unknown code " + std::to_string(*std::ranges::max_element(given)));
    }
    std::vector<Status> statuses(given.size());
    std::ranges::transform(given, statuses.begin(), [](std::uint8_t code) { return static_cast<Status>(code); });
    return statuses;
}

/// One value of every line, as a column.
template <class Value>
auto column_of(const std::vector<LedgerLine>& lines, Value value) {
    std::vector<std::decay_t<decltype(value(lines.front()))>> values(lines.size());
    std::ranges::transform(lines, values.begin(), value);
    return to_array(std::move(values));
}

py::dict line_columns(const std::vector<LedgerLine>& lines) {
    py::dict columns, by_reason;
    columns["total"] = column_of(lines, [](const LedgerLine& line) { return line.total; });
    columns["covered_before"] = column_of(lines, [](const LedgerLine& line) { return line.covered_before; });
    for (std::size_t i = 0; i < status_count; ++i) {
        columns[py::str(std::string(status_names[i]))] =
            column_of(lines, [i](const LedgerLine& line) { return line.by_status[i]; });
    }
    columns["marked"] = column_of(lines, [](const LedgerLine& line) { return line.marked; });
    columns["rows"] = column_of(lines, [](const LedgerLine& line) { return line.rows; });
    columns["rows_without_weight"] = column_of(lines, [](const LedgerLine& line) { return line.without_weight; });
    for (std::size_t i = 0; i < reason_count; ++i) {
        by_reason[py::str(std::string(reason_table[i].name))] =
            column_of(lines, [i](const LedgerLine& line) { return line.by_reason[i]; });
    }
    columns["by_reason"] = by_reason;
    return columns;
}

py::list cell_tuples(const Ledger& ledger) {
    py::list cells;
    for (const LedgerCell& cell : ledger.cells()) {
        cells.append(py::make_tuple(cell.measure, cell.threshold, cell.area,
                                    std::string(status_names[static_cast<std::size_t>(cell.status)]),
                                    std::string(name_of(cell.reason)), cell.rows, cell.people, cell.without_weight));
    }
    return cells;
}

void bind_ledger(py::module_& m) {
    py::class_<Ledger>(
        m, "Ledger",
        "People by measure, threshold (or scenario), area, status and reason. Sums are exact, so ledgers "
        "of any split of the rows, merged in any order, give the same bytes.")
        .def(py::init<std::size_t, std::size_t, std::size_t>(), "measures"_a, "thresholds"_a, "areas"_a)
        .def(
            "add",
            [](Ledger& self, std::size_t measure, std::size_t threshold, const Array<std::uint8_t>& reason,
               const Array<double>& weight, const Array<std::int64_t>& area, const Array<std::uint8_t>& marked,
               const Array<std::uint8_t>& status) {
                const auto why = to_reasons(reason);
                const auto what = to_statuses(status);
                self.add(measure, threshold,
                         {.reason = why,
                          .weight = view(weight, "weight"),
                          .area = view(area, "area"),
                          .marked = view(marked, "marked"),
                          .status = what});
            },
            "measure"_a, "threshold"_a, "reason"_a, "weight"_a, "area"_a = Array<std::int64_t>(0),
            "marked"_a = Array<std::uint8_t>(0), "status"_a = Array<std::uint8_t>(0),
            "Count rows: index into REASONS each, people (NaN where not known, an empty array for 1 each), area, "
            "whether "
            "they are marked, and index into STATUSES where it is not the one of the reason.")
        .def("merge", &Ledger::merge, "other"_a, "Count what another ledger has counted.")
        .def(py::pickle(
            [](const Ledger& self) {
                const auto words = self.words();
                return py::bytes(reinterpret_cast<const char*>(words.data()), words.size() * sizeof(std::uint64_t));
            },
            [](const py::bytes& kept) {
                const std::string_view bytes = kept;
                std::vector<std::uint64_t> words(bytes.size() / sizeof(std::uint64_t));
                std::memcpy(words.data(), bytes.data(), words.size() * sizeof(std::uint64_t));
                return Ledger::from_words(words);
            }))
        .def(
            "of_all",
            [](const Ledger& self, std::size_t measure, std::size_t threshold) {
                return line_columns({self.of_all(measure, threshold)});
            },
            "measure"_a, "threshold"_a, "Columns as of by_area, of one entry for all areas together.")
        .def(
            "by_area",
            [](const Ledger& self, std::size_t measure, std::size_t threshold) {
                return line_columns(self.by_area(measure, threshold));
            },
            "measure"_a, "threshold"_a,
            "Columns of one entry per area, sums exact and rounded once: total, covered_before (covered and lost), "
            "covered, lost, uncovered, unknown, marked, rows, rows_without_weight, and by_reason, a dict of such.")
        .def("cells", &cell_tuples,
             "(measure, threshold, area, status, reason, rows, people, rows_without_weight) of whatever has rows, in "
             "that "
             "order.");
}

void bind_gaps(py::module_& m) {
    py::class_<Gaps> result(m, "Gaps",
                            "Places where uncovered people live, most people first (compressed sparse rows).");
    result.def("__len__", &Gaps::size);
    def_column(result, "offsets", &Gaps::offsets,
               "int64, shape (places + 1,): rows of place p are row[offsets[p]:offsets[p + 1]].");
    def_column(result, "row", &Gaps::row, "int64: demand rows of the places, ascending within each.");
    def_column(result, "people", &Gaps::people, "float64, shape (places,).");
    def_column(result, "without_weight", &Gaps::without_weight,
               "int64, shape (places,): its rows whose weight is not known; not in `people`.");
    def_column(result, "representative", &Gaps::representative, "int64, shape (places,): its row with most people.");
    m.def(
        "gaps",
        [](const Array<double>& demand, const Array<std::uint8_t>& reasons, const Array<double>& weight,
           double join_distance_m) {
            const auto places = view_pairs<LonLat>(demand, "demand");
            const auto why = to_reasons(reasons);
            const auto people = view(weight, "weight");
            return run_cancellable(
                [&](const Execution& execution) { return gaps(places, why, people, join_distance_m, execution); });
        },
        "demand"_a, "reasons"_a, "weight"_a, "join_distance_m"_a,
        "The uncovered rows joined into places: those within join_distance_m of each other, directly or by a chain of "
        "such steps, are one.");
}

void bind_service_areas(py::module_& m) {
    m.def(
        "service_area",
        [](const Array<double>& facilities, double distance_m, double area_error) {
            const auto places = view_pairs<LonLat>(facilities, "facilities");
            return run_cancellable([&](const Execution& execution) {
                return service_area(places, {.distance_m = distance_m, .area_error = area_error}, execution);
            });
        },
        "facilities"_a, "distance_m"_a, "area_error"_a,
        "Everywhere within distance_m along WGS 84 of some facility, as a column of one row; its area is right within "
        "the share area_error.");
    m.def(
        "service_areas_by_nearest",
        [](const Array<double>& facilities, double distance_m, double area_error) {
            const auto places = view_pairs<LonLat>(facilities, "facilities");
            return run_cancellable([&](const Execution& execution) {
                return service_areas_by_nearest(places, {.distance_m = distance_m, .area_error = area_error},
                                                execution);
            });
        },
        "facilities"_a, "distance_m"_a, "area_error"_a,
        "The same split by the nearest facility, a row for each; missing where it has no position or stands where one "
        "of a lower row does.");
}

void bind_areas_beside_lines(py::module_& m) {
    m.def(
        "area_beside_lines",
        [](const GeometryColumn& lines, double distance_m, double fill_holes_m2) {
            const BesideOptions options{.distance_m = distance_m, .fill_holes_m2 = fill_holes_m2};
            return run_cancellable(
                [&](const Execution& execution) { return area_beside_lines(lines, options, execution); });
        },
        "lines"_a, "distance_m"_a, "fill_holes_m2"_a,
        "Everywhere within distance_m of lines in WGS 84, as a column of one row; holes smaller than fill_holes_m2 are "
        "filled.");
    m.def(
        "areas_beside_lines_by_nearest",
        [](const GeometryColumn& lines, const Array<std::int64_t>& group, std::size_t groups, double distance_m,
           double fill_holes_m2) {
            const auto group_of = view(group, "group");
            const BesideOptions options{.distance_m = distance_m, .fill_holes_m2 = fill_holes_m2};
            return run_cancellable([&](const Execution& execution) {
                return areas_beside_lines_by_nearest(lines, group_of, groups, options, execution);
            });
        },
        "lines"_a, "group"_a, "groups"_a, "distance_m"_a, "fill_holes_m2"_a,
        "The same split by the group of the nearest line, a row for each group; missing where it has no line.");
}

}  // namespace

void bind_coverage(py::module_& m) {
    bind_access(m);
    bind_ledger(m);
    bind_gaps(m);
    bind_service_areas(m);
    bind_areas_beside_lines(m);
    m.def(
        "reasons_at",
        [](const Access& access, double threshold) {
            return to_codes(unlocked([&] { return reasons_at(access, threshold); }));
        },
        "access"_a, "threshold"_a,
        "Per person, index into REASONS: 'reached' is covered, 'missing_geometry' unknown, the others uncovered. A "
        "cost equal to the threshold is covered.");
    m.def(
        "borderline_at",
        [](const Access& access, double threshold, double cost_error) {
            return to_array(unlocked([&] { return borderline_at(access, threshold, cost_error); }));
        },
        "access"_a, "threshold"_a, "cost_error"_a, "1 where |cost - threshold| <= cost_error.");
}

}  // namespace sheltermap::python
