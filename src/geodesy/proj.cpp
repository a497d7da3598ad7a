// SPDX-License-Identifier: Apache-2.0
#include "proj.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/proj_data.hpp"

#include "base/path_text.hpp"
#include <array>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace sheltermap {

struct OperationLease::Entry {
    PjContext context;
    PjObject operation;
};

namespace {

PjObject make_operation(PJ_CONTEXT* context, const std::string& from, const std::string& to) {
    const PjObject source(proj_create(context, from.c_str()));
    const PjObject target(proj_create(context, to.c_str()));
    if (!source || !target) throw CrsError("PROJ cannot read the definition: " + last_error(context));
    // A ballpark operation ignores the datum and may be a hundred metres off without saying so.
    const std::array<const char*, 2> options{"ALLOW_BALLPARK=NO", nullptr};
    const PjObject raw(proj_create_crs_to_crs_from_pj(context, source.get(), target.get(), nullptr, options.data()));
    PjObject ordered(raw ? proj_normalize_for_visualization(context, raw.get()) : nullptr);
    if (!ordered) {
        throw CrsError(std::string("no transformation between ") + proj_get_name(source.get()) + " and " +
                       proj_get_name(target.get()) + " is known that takes the datum into account");
    }
    return ordered;
}

}  // namespace

PjContext new_proj_context() {
    PjContext context(proj_context_create());
    const std::string folder = path_text(proj_data());
    const std::array<const char*, 1> paths{folder.c_str()};
    proj_context_set_search_paths(context.get(), 1, paths.data());
    proj_context_set_enable_network(context.get(), 0);
    proj_log_level(context.get(), PJ_LOG_NONE);
    return context;
}

std::string last_error(PJ_CONTEXT* context) {
    const int code = proj_context_errno(context);
    const char* text = code == 0 ? nullptr : proj_context_errno_string(context, code);
    return text == nullptr ? "unknown to PROJ" : text;
}

/// Idle operations by source and target. Lives as long as the process: threads may still return leases at its end.
struct OperationLease::Pool {
    std::mutex mutex;
    std::map<std::string, std::vector<std::unique_ptr<Entry>>> idle;
    static Pool& instance() {
        static auto* const pool = new Pool;  // NOLINT(*-non-const-global-variables): its mutex guards it
        return *pool;
    }
};

OperationLease::OperationLease(const std::string& from, const std::string& to) : key_(from + '\n' + to) {
    Pool& pool = Pool::instance();
    {
        const std::scoped_lock lock(pool.mutex);
        auto& idle = pool.idle[key_];
        if (!idle.empty()) {
            entry_ = std::move(idle.back());
            idle.pop_back();
            return;
        }
    }
    entry_ = std::make_unique<Entry>();
    entry_->context = new_proj_context();
    entry_->operation = make_operation(entry_->context.get(), from, to);
}

OperationLease::~OperationLease() {
    Pool& pool = Pool::instance();
    const std::scoped_lock lock(pool.mutex);
    pool.idle[key_].push_back(std::move(entry_));
}

PJ* OperationLease::get() const noexcept { return entry_->operation.get(); }

}  // namespace sheltermap
