// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/geojson_whole.hpp"

#include "sheltermap/base/error.hpp"

#include "io/numbers.hpp"
#include "io/text.hpp"

namespace sheltermap::io {
namespace {

bool is_text(const JsonValue& value) { return value.kind == JsonKind::text || value.kind == JsonKind::escaped_text; }

bool begins_with(const JsonValue& value, char first) {
    return value.kind == JsonKind::structure && value.raw.starts_with(first);
}

/// Calls `take(key, value)` for every member of an object; for none of anything else.
template <class Take>
void each_member(const JsonValue& value, Take take) {
    if (!begins_with(value, '{')) return;
    JsonCursor cursor(value.raw);
    cursor.object([&](const JsonValue& key) {
        const std::string name = decoded(key);
        take(name, cursor.skip());
    });
}

/// As "next" and "prev" are written; empty for any other relation.
std::string page_beside(const std::string& relation) {
    std::string name = lower(relation);
    if (name == "next" || name == "prev") return name;
    return name == "previous" ? "prev" : "";
}

bool says_something(const JsonValue& value) {
    return value.kind == JsonKind::structure || (is_text(value) && !decoded(value).empty());
}

}  // namespace

void PageSigns::take(const std::string& key, const JsonValue& value) {
    if (key == "numberMatched" || key == "totalFeatures") return take_count(key, value, total_);
    if (key == "numberReturned") return take_count(key, value, returned_);
    if (key == "exceededTransferLimit") return take_limit(value);
    if (key == "links" || key == "_links") return take_links(value);
    if (!page_beside(key).empty() && says_something(value)) more_ = "its member '" + key + "'";
    if (key != "properties") return;
    each_member(value, [&](const std::string& name, const JsonValue& inner) {
        const bool is_sign = name == "numberMatched" || name == "totalFeatures" || name == "exceededTransferLimit";
        if (is_sign) take(name, inner);
    });
}

void PageSigns::take_count(const std::string& key, const JsonValue& value, std::optional<Count>& larger) {
    const Number number = parse_number(is_text(value) ? decoded(value) : std::string(value.raw));  // or "unknown"
    if (number.kind != Number::Kind::integer || number.integer < 0) return;
    const auto features = static_cast<std::size_t>(number.integer);
    if (!larger || larger->features < features) larger = Count{key, features};
}

void PageSigns::take_limit(const JsonValue& value) {
    if (value.raw == "true" || (is_text(value) && lower(decoded(value)) == "true"))
        more_ = "its member 'exceededTransferLimit'";
}

void PageSigns::take_links(const JsonValue& links) {
    const auto take_relation = [&](const std::string& relation) {
        if (const std::string page = page_beside(relation); !page.empty()) more_ = "its link '" + page + "'";
    };
    each_member(links, [&](const std::string& relation, const JsonValue& target) {
        if (says_something(target)) take_relation(relation);
    });
    if (!begins_with(links, '[')) return;
    JsonCursor cursor(links.raw);
    cursor.array([&] {
        each_member(cursor.skip(), [&](const std::string& name, const JsonValue& relation) {
            if (name == "rel" && is_text(relation)) take_relation(decoded(relation));
        });
    });
}

void PageSigns::require_whole(std::size_t features, const std::string& file_name) const {
    const auto fail = [&](const std::string& what, const std::string& member) {
        throw ReadError(file_name + " is not whole: " + what +
                        "; fetch the other pages and put all features into one file, or, where this part is all that "
                        "is meant, take " +
                        member + " out of it");
    };
    const std::string here = std::to_string(features);
    if (returned_ && returned_->features > features) {
        fail("it has " + here + " features and says that they are " + std::to_string(returned_->features) +
                 " (numberReturned)",
             "the member");
    }
    if (total_ && total_->features > features) {
        fail("it has " + here + " of " + std::to_string(total_->features) + " features (" + total_->key + ")",
             "the member");
    }
    if (!total_ && !more_.empty()) fail(more_ + " says that there are more than these " + here + " features", "it");
}

}  // namespace sheltermap::io
