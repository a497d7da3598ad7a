// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/geojson_list.hpp"

#include "sheltermap/base/error.hpp"

#include "io/files/text_file.hpp"
#include <algorithm>
#include <cstdint>
#include <exception>
#include <optional>

namespace sheltermap::io {
namespace {

constexpr std::size_t bytes_per_block = std::size_t{1} << 20U;
constexpr std::size_t nowhere = std::string_view::npos;

/// Features taken from `begin` on; `end` is where the next one begins, or what follows the list.
struct FeatureRun {
    std::size_t begin = nowhere;
    std::size_t end = nowhere;
    bool is_last = false;  ///< the list ends at `end`
    FeatureBlock block = {};
    std::optional<JsonFault> fault = {};
    std::exception_ptr too_wide = {};
};

/// Takes features until one begins at `until` or beyond, or the list ends.
FeatureRun walk(std::string_view text, std::size_t begin, std::size_t until, const std::string& file_name) {
    FeatureRun taken{.begin = begin};
    JsonCursor cursor(text, begin);
    FeatureReader reader(taken.block);
    try {
        do {
            reader.take_feature(cursor);
            require_few_columns(taken.block.properties.columns().size(), file_name);
            taken.is_last = !cursor.more(']');
        } while (!taken.is_last && (static_cast<void>(cursor.peek()), cursor.position() < until));
    } catch (const JsonFault& fault) {
        taken.fault = fault;
    } catch (const ReadError&) {
        taken.too_wide = std::current_exception();
    }
    taken.end = cursor.position();
    return taken;
}

/// How the first feature begins, up to the colon after its first key; empty where that tells nothing.
std::string_view first_words(std::string_view text, std::size_t first) {
    constexpr std::size_t longest = 80;
    const std::string_view words = text.substr(first, text.substr(first, longest).find(':') + 1);
    return words.starts_with('{') ? words : std::string_view();
}

/// Where, from `from` on and before `until`, a feature seems to begin: a comma, and the words of the first feature.
std::size_t likely_begin(std::string_view text, std::string_view words, std::size_t from, std::size_t until) {
    if (words.empty()) return nowhere;
    const std::string_view searched = text.substr(0, std::min(until + words.size(), text.size()));
    for (std::size_t at = searched.find(words, from); at < until; at = searched.find(words, at + 1)) {
        const std::size_t before = text.find_last_not_of(" \n\r\t", at - 1);
        if (before != nowhere && text[before] == ',') return at;
    }
    return nowhere;
}

}  // namespace

std::vector<FeatureBlock> take_features(JsonCursor& cursor, std::string_view text, const std::string& file_name,
                                        const ReadOptions& options, const Execution& execution) {
    std::vector<FeatureBlock> blocks;
    cursor.expect('[');
    if (cursor.peek() == ']') {
        cursor.expect(']');
        return blocks;
    }
    const std::size_t first = cursor.position();
    const std::string_view words = first_words(text, first);
    std::vector<FeatureRun> walks((text.size() - first - 1) / bytes_per_block + 1);
    const auto limit = [&](std::size_t i) { return std::min(first + (i + 1) * bytes_per_block, text.size()); };
    parallel_for(walks.size(), 1, execution, [&](std::size_t i, std::size_t) {
        const std::size_t begin = i == 0 ? first : likely_begin(text, words, limit(i - 1), limit(i));
        if (begin != nowhere) walks[i] = walk(text, begin, limit(i), file_name);
    });

    std::size_t end = first;
    std::int64_t rows = 0;
    bool is_complete = false;
    for (std::size_t i = 0; i < walks.size() && !is_complete; ++i) {
        if (end >= limit(i) && i + 1 < walks.size()) continue;  // a long feature
        if (walks[i].begin != end) walks[i] = walk(text, end, limit(i), file_name);
        if (execution.stop.stop_requested()) throw Cancelled();
        rows += static_cast<std::int64_t>(walks[i].block.rows);
        if (rows > options.max_rows) throw too_many_rows(file_name, options);
        if (walks[i].too_wide) std::rethrow_exception(walks[i].too_wide);
        if (walks[i].fault) throw JsonFault(*walks[i].fault);
        end = walks[i].end;
        is_complete = walks[i].is_last;
        blocks.push_back(std::move(walks[i].block));
    }
    cursor.advance(end - cursor.position());
    return blocks;
}

}  // namespace sheltermap::io
