// SPDX-License-Identifier: Apache-2.0
#include "io/csv/csv_syntax.hpp"

#include "sheltermap/base/error.hpp"

#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <set>

namespace sheltermap::io {
namespace {

/// One line of the table, which may span lines of the file where a quoted text does.
struct Record {
    std::vector<std::string_view> fields;
    std::size_t line = 0;  ///< of the file, from 1
    std::string fault;     ///< empty where the line is well-formed
    bool ends_in_line_end = true;
    [[nodiscard]] bool is_blank() const { return fields.size() == 1 && fields[0].empty() && fault.empty(); }
};

class Scanner {
public:
    Scanner(std::string_view text, const std::string& file_name, char delimiter, std::deque<std::string>& unescaped)
        : text_(text), file_name_(file_name), delimiter_(delimiter), unescaped_(unescaped) {}

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

    /// Passes over a line of so many bytes, its end with them.
    void skip(std::size_t bytes) {
        at_ += bytes;
        ++line_;
    }

    Record next() {
        Record record;
        record.line = line_;
        for (;;) {
            record.fields.push_back(peek() == '"' ? quoted(record) : plain());
            if (peek() != delimiter_ || at_end()) break;
            ++at_;
        }
        record.ends_in_line_end = skip_line_end();
        return record;
    }

private:
    [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }

    std::string_view plain() {
        const std::size_t begin = at_;
        const std::array<char, 3> stops{delimiter_, '\n', '\r'};
        at_ = std::min(text_.find_first_of(std::string_view(stops.data(), stops.size()), at_), text_.size());
        return text_.substr(begin, at_ - begin);
    }

    std::string_view quoted(Record& record) {
        const std::size_t begin = ++at_;
        bool has_quotes = false;
        for (;; at_ += 2, has_quotes = true) {
            const std::size_t close = text_.find('"', at_);
            if (close == std::string_view::npos) {
                throw ReadError(
                    file_name_ + ", line " + std::to_string(record.line) +
                    ": a quote (\") is opened and never closed; close it, or get the file again if it was cut");
            }
            line_ += static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                         text_.begin() + static_cast<std::ptrdiff_t>(close), '\n'));
            at_ = close;
            if (close + 1 >= text_.size() || text_[close + 1] != '"') break;
        }
        const std::string_view inside = text_.substr(begin, at_ - begin);
        ++at_;
        if (!plain().empty()) record.fault = "text follows a closing quote";
        return has_quotes ? without_doubled_quotes(inside) : inside;
    }

    std::string_view without_doubled_quotes(std::string_view inside) {
        std::string& text = unescaped_.emplace_back();
        for (std::size_t i = 0; i < inside.size(); ++i) {
            text.push_back(inside[i]);
            if (inside[i] == '"') ++i;
        }
        return text;
    }

    bool skip_line_end() {
        if (at_end()) return false;
        if (text_.substr(at_).starts_with("\r\n")) ++at_;
        ++at_;
        ++line_;
        return true;
    }

    std::string_view text_;
    const std::string& file_name_;
    char delimiter_;
    std::deque<std::string>& unescaped_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

constexpr std::string_view key = "sep=", delimiters = ";,\t";

/// The line "sep=;" before the table, which Excel writes and reads; empty where there is none.
std::string_view separator_line(std::string_view text) {
    if (text.size() < key.size() + 2 || lower(text.substr(0, key.size())) != key) return {};
    if (delimiters.find(text[key.size()]) == std::string_view::npos) return {};
    const std::string_view rest = text.substr(key.size() + 1);
    if (rest[0] != '\n' && rest[0] != '\r') return {};
    return text.substr(0, key.size() + 1 + (rest.starts_with("\r\n") ? 2 : 1));
}

char delimiter_of(std::string_view text) {
    std::array<std::pair<char, std::size_t>, 3> candidates{{{';', 0}, {',', 0}, {'\t', 0}}};
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (!quoted && (c == '\n' || c == '\r')) break;
        for (auto& [delimiter, count] : candidates) {
            if (!quoted && c == delimiter) ++count;
        }
    }
    const auto* most = std::ranges::max_element(candidates, {}, &std::pair<char, std::size_t>::second);
    return most->second == 0 ? ',' : most->first;
}

std::vector<std::string> column_names(const Record& header, const std::string& file_name) {
    if (!header.fault.empty())
        throw ReadError(file_name + ", line " + std::to_string(header.line) + ": " + header.fault);
    std::vector<std::string> names;
    std::set<std::string> seen;
    for (const std::string_view field : header.fields) {
        const auto first = field.find_first_not_of(' ');
        std::string name(
            first == std::string_view::npos ? "" : field.substr(first, field.find_last_not_of(' ') - first + 1));
        if (name.empty()) name = "column_" + std::to_string(names.size() + 1);
        if (!seen.insert(name).second) {
            throw ReadError(file_name + ": two columns are named '" + name +
                            "'; give each its own name in the first line");
        }
        names.push_back(std::move(name));
    }
    return names;
}

std::string fault_of(const Record& record, std::size_t columns) {
    if (!record.fault.empty()) return record.fault + " (line " + std::to_string(record.line) + ")";
    if (!record.ends_in_line_end) {
        return "the file ends inside this row: it may have been cut; if it is complete, add a line end";
    }
    if (record.fields.size() == columns) return {};
    return std::to_string(record.fields.size()) + " fields where the header has " + std::to_string(columns) +
           " (line " + std::to_string(record.line) + ")";
}

}  // namespace

CsvTable parse_csv(std::string_view text, const std::string& file_name, const Execution& execution) {
    CsvTable table;
    const std::string_view separator = separator_line(text);
    table.delimiter = separator.empty() ? delimiter_of(text) : separator[key.size()];
    Scanner scanner(text, file_name, table.delimiter, table.unescaped);
    if (!separator.empty()) scanner.skip(separator.size());
    if (scanner.at_end()) throw ReadError(file_name + " is empty");
    table.names = column_names(scanner.next(), file_name);
    while (!scanner.at_end()) {
        if (table.rows() % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
        Record record = scanner.next();
        if (record.is_blank()) continue;
        if (std::string fault = fault_of(record, table.names.size()); !fault.empty()) {
            table.bad_rows.emplace_back(table.rows(), std::move(fault));
            record.fields.assign(table.names.size(), {});
        }
        table.cells.insert(table.cells.end(), record.fields.begin(), record.fields.end());
    }
    return table;
}

}  // namespace sheltermap::io
