// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/geojson_features.hpp"
#include <algorithm>

namespace sheltermap::io {
namespace {

using Blocks = std::vector<FeatureBlock>;

/// The runs of one column: `cells_of(block)` says which cells it has there, null where it has none.
template <class CellsOf>
std::vector<JsonRun> runs_of(const Blocks& blocks, CellsOf cells_of) {
    std::vector<JsonRun> runs;
    std::size_t first_row = 0;
    for (const FeatureBlock& block : blocks) {
        const Properties::Named* column = cells_of(block);
        runs.push_back({first_row, block.rows, {}, 0});
        if (column != nullptr) {
            runs.back().cells = column->cells;
            runs.back().kinds = column->kinds;
        }
        first_row += block.rows;
    }
    return runs;
}

void add_column(Layer& layer, const std::string& name, const std::vector<JsonRun>& runs, const Execution& execution) {
    std::string note;
    layer.attributes.columns.push_back(json_column(name, runs, note, execution));
    if (!note.empty()) layer.notes.push_back(note);
}

/// The names of all properties in the order in which they first appear, and where each block has them.
struct AllProperties {
    std::vector<std::string> names;
    std::vector<std::vector<const Properties::Named*>> by_block;  ///< of every name

    explicit AllProperties(const Blocks& blocks) {
        std::unordered_map<std::string_view, std::size_t> known;
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            for (const Properties::Named& column : blocks[i].properties.columns()) {
                const auto [found, is_new] = known.try_emplace(column.name, names.size());
                if (is_new) {
                    names.push_back(column.name);
                    by_block.emplace_back(blocks.size(), nullptr);
                }
                by_block[found->second][i] = &column;
            }
        }
    }
};

/// Whether a property says the same as the features' own ids, in every row: they name it then, and are no column.
bool is_a_property(const Blocks& blocks) {
    const auto says_the_same = [](const FeatureBlock& block, const Properties::Named& column) {
        return std::ranges::equal(column.cells, block.ids.cells, {}, &JsonCell::raw, &JsonCell::raw);
    };
    const auto is_everywhere = [&](const std::string& name) {
        return std::ranges::all_of(blocks, [&](const FeatureBlock& block) {
            const auto& columns = block.properties.columns();
            const auto found = std::ranges::find(columns, name, &Properties::Named::name);
            return block.rows == 0 || (found != columns.end() && says_the_same(block, *found));
        });
    };
    const auto filled = std::ranges::find_if(blocks, [](const FeatureBlock& block) { return block.rows > 0; });
    return filled != blocks.end() &&
           std::ranges::any_of(filled->properties.columns(), is_everywhere, &Properties::Named::name);
}

void put_attributes(Layer& layer, const Blocks& blocks, const Execution& execution) {
    const AllProperties properties(blocks);
    const bool has_ids = std::ranges::any_of(blocks, &FeatureBlock::has_ids) && !is_a_property(blocks);
    if (has_ids && std::ranges::find(properties.names, "id") != properties.names.end()) {
        layer.notes.emplace_back("the features' own ids were left out: there is a property 'id' as well");
    } else if (has_ids) {
        add_column(layer, "id", runs_of(blocks, [](const FeatureBlock& block) { return &block.ids; }), execution);
    }
    for (std::size_t i = 0; i < properties.names.size(); ++i) {
        const auto column_in = [&](const FeatureBlock& block) {
            return properties.by_block[i][static_cast<std::size_t>(&block - blocks.data())];
        };
        add_column(layer, properties.names[i], runs_of(blocks, column_in), execution);
    }
}

}  // namespace

void put_into(Layer& layer, std::vector<FeatureBlock> blocks, const Execution& execution) {
    std::vector<GeometryColumn> geometries;
    std::size_t rows_with_heights = 0;
    for (FeatureBlock& block : blocks) {
        for (RefusedRow& row : block.refused) {
            row.row += static_cast<std::int64_t>(layer.attributes.rows);
            layer.refused.push_back(std::move(row));
        }
        layer.attributes.rows += block.rows;
        rows_with_heights += block.rows_with_heights;
        geometries.push_back(std::move(block.geometry));
    }
    layer.geometry = concatenated(geometries, execution);
    put_attributes(layer, blocks, execution);
    if (rows_with_heights > 0)
        layer.notes.push_back("heights (Z) of " + std::to_string(rows_with_heights) + " rows were left out");
}

}  // namespace sheltermap::io
