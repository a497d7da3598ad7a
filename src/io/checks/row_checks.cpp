// SPDX-License-Identifier: Apache-2.0
#include "io/checks/row_checks.hpp"

#include "sheltermap/base/error.hpp"

#include "base/invisible.hpp"
#include "geometry/parts.hpp"
#include "io/checks/refusals.hpp"
#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <set>
#include <unordered_map>

namespace sheltermap::io {
namespace {

/// The geometry of refused rows goes; the order of the list becomes that of the rows; ids are filled in.
void settle(Layer& layer, const std::string& id_column) {
    std::ranges::stable_sort(layer.refused, {}, &RefusedRow::row);
    std::set<std::size_t> refused;
    const Column* ids = id_column.empty() ? nullptr : layer.attributes.find(id_column);
    for (RefusedRow& row : layer.refused) {
        const auto index = static_cast<std::size_t>(row.row) - 1;
        refused.insert(index);
        if (ids != nullptr) row.id = cell_text(*ids, index);
    }
    GeometryColumn kept;
    for (std::size_t row = 0; row < layer.geometry.size(); ++row) {
        if (refused.contains(row)) {
            kept.append_missing();
        } else {
            kept.append_row(layer.geometry, row);
        }
    }
    layer.geometry = std::move(kept);
}

std::string line_for(const RefusedRow& row) {
    return "\n  row " + std::to_string(row.row) + (row.id.empty() ? "" : " (id '" + row.id + "')") + ": " + row.detail;
}

ReadError refusal_of(const Layer& layer, const std::string& source) {
    constexpr std::size_t shown = 10;
    std::string message = source + ": " + std::to_string(layer.refused.size()) + " of " +
                          std::to_string(layer.attributes.rows) + (layer.attributes.rows == 1 ? " row" : " rows") +
                          " cannot be used:";
    for (std::size_t i = 0; i < std::min(shown, layer.refused.size()); ++i) message += line_for(layer.refused[i]);
    if (layer.refused.size() > shown) message += "\n  … and " + std::to_string(layer.refused.size() - shown) + " more";
    const bool has_invalid =
        std::ranges::find(layer.refused, reason::invalid_geometry, &RefusedRow::reason) != layer.refused.end();
    return ReadError(message + "\nCorrect them" + (has_invalid ? " (or read with invalid='repair')" : "") +
                     ", or read with strict=False to go on and count them as unknown.");
}

/// Whether values are all unlike each other: their rows in a table with open addresses, which holds no copies.
template <class Value>
bool are_unlike(std::size_t rows, Value value) {
    constexpr auto none = std::numeric_limits<std::size_t>::max();
    const std::hash<decltype(value(0))> hash;
    std::vector<std::size_t> slots(std::bit_ceil(2 * rows + 1), none);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::uint64_t mixed = (hash(value(row)) + 1) * 0x9E3779B97F4A7C15U;
        std::size_t slot = (mixed ^ (mixed >> 32U)) & (slots.size() - 1);
        for (; slots[slot] != none; slot = (slot + 1) & (slots.size() - 1)) {
            if (value(slots[slot]) == value(row)) return false;
        }
        slots[slot] = row;
    }
    return true;
}

/// Whether each row has an id of its own; columns of other kinds than texts and whole numbers may have and be told not.
bool names_each_row(const Column& ids) {
    if (std::ranges::find(ids.valid, 0) != ids.valid.end()) return false;
    if (const auto* numbers = std::get_if<std::vector<std::int64_t>>(&ids.values)) {
        return are_unlike(numbers->size(), [&](std::size_t row) { return (*numbers)[row]; });
    }
    const auto* texts = std::get_if<Texts>(&ids.values);
    if (texts == nullptr) return false;
    const bool has_empty = std::ranges::adjacent_find(texts->offsets) != texts->offsets.end();
    return !has_empty && are_unlike(texts->size(), [&](std::size_t row) { return (*texts)[row]; });
}

}  // namespace

std::vector<std::uint8_t> refused_flags(const Layer& layer) {
    std::vector<std::uint8_t> flags(layer.attributes.rows, 0);
    for (const RefusedRow& row : layer.refused) flags[static_cast<std::size_t>(row.row) - 1] = 1;
    return flags;
}

std::vector<std::size_t> usable_rows(const Layer& layer) {
    const auto refused = refused_flags(layer);
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < layer.geometry.size(); ++row) {
        if (refused[row] == 0) rows.push_back(row);
    }
    return rows;
}

void check_ids(Layer& layer, const std::string& id_column, const std::string& source) {
    if (id_column.empty()) return;
    const Column* ids = layer.attributes.find(id_column);
    if (ids == nullptr) {
        std::string names;
        for (const Column& column : layer.attributes.columns)
            names += (names.empty() ? "" : ", ") + visible(column.name);
        throw ReadError(source + " has no column '" + id_column + "' (id=); it has " + names);
    }
    if (names_each_row(*ids)) return;
    const auto refused = refused_flags(layer);
    std::unordered_map<std::string, std::size_t> first_row;
    for (std::size_t row = 0; row < layer.attributes.rows; ++row) {
        std::string id = cell_text(*ids, row);
        const auto [found, is_new] = id.empty() ? std::pair(first_row.end(), true) : first_row.try_emplace(id, row);
        if (refused[row] != 0) continue;
        if (id.empty()) refuse(layer, row, reason::missing_id, "no value in the id column '" + id_column + "'");
        if (!is_new) {
            refuse(layer, row, reason::duplicate_id,
                   "the id '" + id + "' is also that of row " + std::to_string(found->second + 1));
        }
    }
}

Layer check_rows(Layer layer, const std::string& source, const ReadOptions& options, const Execution& execution) {
    if (layer.attributes.rows == 0) {
        if (options.strict) throw ReadError(source + " has no rows; read with strict=False if that is meant");
        layer.notes.emplace_back("there are no rows");
        return layer;
    }
    if (std::string note = page_limit_note(layer.attributes.rows); !note.empty())
        layer.notes.push_back(std::move(note));
    if (layer.crs) {
        for (const std::size_t row : drop_empty_parts(layer.geometry))
            layer.emptied.push_back(static_cast<std::int64_t>(row) + 1);
        check_geometries(layer, options.invalid, execution);
        check_positions(layer, source, execution);
    }
    check_ids(layer, options.id, source);
    if (layer.refused.empty()) return layer;
    settle(layer, options.id);
    if (options.strict) throw refusal_of(layer, source);
    return layer;
}

}  // namespace sheltermap::io
