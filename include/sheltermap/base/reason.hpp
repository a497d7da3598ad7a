// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sheltermap {

/// What becomes of a person. `lost`: covered before streets closed or water rose, and no more.
enum class Status : std::uint8_t { covered, lost, uncovered, unknown };
inline constexpr std::array<std::string_view, 4> status_names{"covered", "lost", "uncovered", "unknown"};
inline constexpr std::size_t status_count = status_names.size();

// NOLINTBEGIN(cppcoreguidelines-macro-usage): only a macro makes an enumerator and its name of one word.
// Every reason there is, for C++ and for Python, and the status it stands for where an analysis says no other: one line
// each. The first are those of a reach, up to Reason::last_of_reach; their codes stay.
#define SHELTERMAP_REASONS(REASON)                                                                         \
    REASON(reached, covered)                                                                               \
    REASON(too_far, uncovered)            /* facilities exist, none within the limit */                    \
    REASON(no_facility, uncovered)        /* no facility has a position */                                 \
    REASON(missing_geometry, unknown)     /* the demand row itself has no position: nothing can be said */ \
    REASON(not_snapped, uncovered)        /* no street lies near enough */                                 \
    REASON(no_path, uncovered)            /* no way leads there along the streets, however long */         \
    REASON(not_in_table, unknown)         /* the table of costs that was given says nothing of the row */  \
    REASON(closed_by_flood, lost)         /* the facility stands in the water */                           \
    REASON(unsuitable, lost)              /* the facility must not be used in such a case */               \
    REASON(suitability_unknown, lost)     /* nobody knows whether it may */                                \
    REASON(street_closed, lost)           /* where one gets on the streets */                              \
    REASON(way_closed, lost)              /* no way to the facility is left */                             \
    REASON(detour_too_far, lost)          /* the way that is left is beyond the limit */                   \
    REASON(no_shelter_outside, uncovered) /* every shelter lies in the zones that are to be left */        \
    REASON(wrong_category, uncovered)     /* the facility near enough is of another kind */                \
    REASON(not_compliant, uncovered)      /* it does not fulfil what is asked of it */                     \
    REASON(full, uncovered)               /* every facility near enough has its places taken */            \
    REASON(closed, uncovered)             /* it does not open as is asked */                               \
    REASON(out_of_use, uncovered)         /* it is said to be out of use */                                \
    REASON(unknown_compliance, uncovered) /* nobody knows whether it does what is asked of it */           \
    REASON(row_refused, unknown)          /* the row was refused when it was read, not for its place */

/// Why somebody is not covered, or that he is.
///
///     const bool is_lost = status_of(Reason::street_closed) == Status::lost;
enum class Reason : std::uint8_t {
#define SHELTERMAP_REASON(name, status) name,
    SHELTERMAP_REASONS(SHELTERMAP_REASON)
#undef SHELTERMAP_REASON
        last_of_reach = not_in_table  ///< those up to here are all that a Reach tells
};

struct ReasonEntry {
    std::string_view name;
    Status status;
};

/// Name and status, in the order of the enum.
inline constexpr std::array reason_table{
#define SHELTERMAP_REASON(name, status) ReasonEntry{#name, Status::status},
    SHELTERMAP_REASONS(SHELTERMAP_REASON)
#undef SHELTERMAP_REASON
};
#undef SHELTERMAP_REASONS
// NOLINTEND(cppcoreguidelines-macro-usage)
inline constexpr std::size_t reason_count = reason_table.size();

[[nodiscard]] constexpr std::string_view name_of(Reason reason) noexcept {
    return reason_table[static_cast<std::size_t>(reason)].name;
}
[[nodiscard]] constexpr Status status_of(Reason reason) noexcept {
    return reason_table[static_cast<std::size_t>(reason)].status;
}

}  // namespace sheltermap
