// SPDX-License-Identifier: Apache-2.0
#include "io/csv/formula.hpp"

#include <algorithm>
#include <array>

namespace sheltermap::io {
namespace {

/// Signs that begin a formula, those of full width too, as Excel takes them in some languages.
constexpr std::array<std::string_view, 8> signs{"=", "+", "-", "@", "＝", "＋", "－", "＠"};

bool may_be_formula(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
    if (text.empty()) return false;
    if (text.front() == '\t' || text.front() == '\r' || text.front() == '\n') return true;
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\v\f"), text.size()));
    return std::ranges::any_of(signs, [text](std::string_view sign) { return text.starts_with(sign); });
}

}  // namespace

std::string guarded(std::string_view text) { return (may_be_formula(text) ? "'" : "") + std::string(text); }

std::string_view unguarded(std::string_view cell) {
    return cell.starts_with('\'') && may_be_formula(cell.substr(1)) ? cell.substr(1) : cell;
}

}  // namespace sheltermap::io
