// SPDX-License-Identifier: Apache-2.0
#include "io/csv/csv_syntax.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/io/reader.hpp"

#include "io/csv/csv_end.hpp"
#include "io/csv/formula.hpp"
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
    std::size_t last_line = 0;
    std::string fault;  ///< empty where the line is well-formed
    bool has_quotes = false;
    bool ends_in_line_end = true;
    /// An empty line, or one of nothing but delimiters, as spreadsheets leave them behind a table. Quotes make a row.
    [[nodiscard]] bool is_blank() const { return !has_quotes && std::ranges::all_of(fields, is_blank_field); }
    static bool is_blank_field(std::string_view field) {
        return field.find_first_not_of(" \t") == std::string_view::npos;
    }
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
        record.last_line = line_;
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
        record.has_quotes = true;
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
    for (const char c : text.substr(std::min(text.find_first_not_of("\r\n"), text.size()))) {
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
    require_few_columns(header.fields.size(), file_name);
    std::vector<std::string> names;
    std::set<std::string> seen;
    for (const std::string_view field : header.fields) {
        const auto first = field.find_first_not_of(' ');
        std::string name(
            first == std::string_view::npos ? "" : field.substr(first, field.find_last_not_of(' ') - first + 1));
        name = std::string(unguarded(name));
        if (name.empty()) name = "column_" + std::to_string(names.size() + 1);
        if (!seen.insert(name).second) {
            throw ReadError(file_name + ": two columns are named '" + name +
                            "'; give each its own name in the first line");
        }
        names.push_back(std::move(name));
    }
    return names;
}

std::size_t named_columns(const Record& header) {
    const auto last = std::find_if_not(header.fields.rbegin(), header.fields.rend(), Record::is_blank_field);
    return static_cast<std::size_t>(header.fields.rend() - last);
}

/// Of the columns without a name at the end of the header a row may leave out what is empty, or have more of them.
std::string fault_of(const Record& record, const CsvTable& table) {
    if (record.fault.empty() && record.fields.size() == table.names.size()) return {};
    const std::string where = record.last_line == record.line
                                  ? " (line " + std::to_string(record.line) + ")"
                                  : " (lines " + std::to_string(record.line) + " to " +
                                        std::to_string(record.last_line) + ", all taken for this row)";
    if (!record.fault.empty()) return record.fault + where;
    const auto beyond = std::min(record.fields.size(), table.names.size());
    const bool is_empty_beyond = std::all_of(record.fields.begin() + static_cast<std::ptrdiff_t>(beyond),
                                             record.fields.end(), Record::is_blank_field);
    if (record.fields.size() >= table.named && is_empty_beyond) return {};
    return std::to_string(record.fields.size()) + " fields where the header has " + std::to_string(table.names.size()) +
           where;
}

}  // namespace

bool CsvTable::is_void(std::size_t column) const {
    if (column < named) return false;
    for (std::size_t row = 0; row < rows(); ++row) {
        if (!cell(row, column).empty()) return false;
    }
    return true;
}

CsvTable parse_csv(std::string_view text, const std::string& file_name, const Execution& execution) {
    CsvTable table;
    const std::string_view separator = separator_line(text);
    table.delimiter = separator.empty() ? delimiter_of(text) : separator[key.size()];
    Scanner scanner(text, file_name, table.delimiter, table.unescaped);
    if (!separator.empty()) scanner.skip(separator.size());
    const auto next = [&] {
        if (scanner.at_end()) throw ReadError(file_name + " is empty");
        return scanner.next();
    };
    Record header = next();
    while (header.is_blank()) header = next();
    table.names = column_names(header, file_name);
    table.named = named_columns(header);
    std::size_t passed_over = 0;
    LastRow last;
    while (!scanner.at_end()) {
        if (table.rows() % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
        Record record = scanner.next();
        if (record.is_blank()) {
            passed_over += record.fields.size() > 1 ? 1 : 0;
            continue;
        }
        std::string fault = fault_of(record, table);
        last = {record.fields.size(), record.ends_in_line_end, !fault.empty()};
        if (!fault.empty()) {
            table.bad_rows.emplace_back(table.rows(), std::move(fault));
            record.fields.clear();
        }
        record.fields.resize(table.names.size());
        table.cells.insert(table.cells.end(), record.fields.begin(), record.fields.end());
    }
    if (passed_over > 0) {
        table.notes.push_back(std::to_string(passed_over) + (passed_over == 1 ? " line" : " lines") +
                              " of nothing but delimiters were passed over and are not counted as rows");
    }
    judge_end(table, last, text);
    return table;
}

}  // namespace sheltermap::io
