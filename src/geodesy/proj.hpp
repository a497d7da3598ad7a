// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <proj.h>
// After proj.h; proj_crs_demote_to_2D stands in this header only.
#include <proj_experimental.h>

#include <memory>
#include <string>

namespace sheltermap {

struct PjContextDelete {
    void operator()(PJ_CONTEXT* context) const noexcept { proj_context_destroy(context); }
};
struct PjDelete {
    void operator()(PJ* object) const noexcept { proj_destroy(object); }
};
using PjContext = std::unique_ptr<PJ_CONTEXT, PjContextDelete>;
using PjObject = std::unique_ptr<PJ, PjDelete>;

/// A PROJ context with our database, no network and no output of its own. To be used by one thread at a time.
PjContext new_proj_context();

/// PROJ's text for the last error of a context.
std::string last_error(PJ_CONTEXT* context);

/// A coordinate operation leased from a pool, because making one costs milliseconds and using one from two threads at
/// once is forbidden. Input and output are easting (longitude) first. Goes back to the pool at the end of its life.
class OperationLease {
public:
    /// `from` and `to` are what Crs::State::operand holds. Throws CrsError where only a ballpark operation is known.
    OperationLease(const std::string& from, const std::string& to);
    ~OperationLease();
    OperationLease(const OperationLease&) = delete;
    OperationLease& operator=(const OperationLease&) = delete;
    [[nodiscard]] PJ* get() const noexcept;

private:
    struct Entry;
    struct Pool;
    std::string key_;
    std::unique_ptr<Entry> entry_;
};

}  // namespace sheltermap
