// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/parallel.hpp"

#include <pybind11/pybind11.h>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

namespace sheltermap::python {

/// How often Python is asked whether Ctrl-C was pressed.
inline constexpr std::chrono::milliseconds signal_tick{50};

/// Number of threads for computations, 0 for all; set by sheltermap.set_threads.
unsigned& thread_count();

/// Runs plain C++ with the GIL released that is done before anybody thinks of Ctrl-C: one look at each row.
template <class Work>
auto unlocked(Work work) {
    const pybind11::gil_scoped_release release;
    return work();
}

/// Lets work on a thread of ours have something done by the thread that called it, which Python knows: what Python's
/// packages keep for each thread would be gone whenever ours lets go of the GIL.
class Asked {
public:
    /// On the thread of the work: has it done with the GIL held; throws what it throws, and Cancelled after refuse().
    void operator()(const std::function<void()>& what) {
        std::unique_lock lock(mutex_);
        if (is_refused_) throw Cancelled();
        what_ = &what;
        changed_.notify_all();
        changed_.wait(lock, [&] { return what_ == nullptr; });
        if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    }
    /// On the thread that called, without the GIL: does what is asked for until the end, or for a while.
    bool answer_until_end(std::chrono::milliseconds most) {
        const auto end = std::chrono::steady_clock::now() + most;
        std::unique_lock lock(mutex_);
        while (changed_.wait_until(lock, end, [&] { return what_ != nullptr || is_ended_; })) {
            if (is_ended_) return true;
            try {
                const pybind11::gil_scoped_acquire locked;
                (*what_)();
            } catch (...) {
                failure_ = std::current_exception();
            }
            what_ = nullptr;
            changed_.notify_all();
        }
        return false;
    }
    void refuse() {
        const std::scoped_lock lock(mutex_);
        is_refused_ = true;
    }
    void end() {
        const std::scoped_lock lock(mutex_);
        is_ended_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    const std::function<void()>* what_ = nullptr;
    std::exception_ptr failure_;
    bool is_refused_ = false, is_ended_ = false;
};

/// As `run_cancellable`, of work that has to ask Python for something on its way.
template <class Work>
auto run_asking(Work work, bool keep_result = false) {
    std::stop_source source;
    const Execution execution{.threads = thread_count(), .stop = source.get_token()};
    Asked asked;
    std::promise<decltype(work(execution, asked))> promise;
    auto result = promise.get_future();
    const pybind11::gil_scoped_release unlocked;
    const std::jthread worker([&] {
        try {
            promise.set_value(work(execution, asked));
        } catch (...) {
            promise.set_exception(std::current_exception());
        }
        asked.end();
    });
    while (!asked.answer_until_end(signal_tick)) {
        const pybind11::gil_scoped_acquire locked;
        if (PyErr_CheckSignals() != 0) {
            pybind11::error_already_set interrupted;
            source.request_stop();
            asked.refuse();
            {
                const pybind11::gil_scoped_release waiting;
                result.wait();
            }
            if (keep_result && interrupted.matches(PyExc_KeyboardInterrupt)) break;
            throw interrupted;
        }
    }
    return result.get();
}

/// Runs plain C++ with the GIL released and gives Ctrl-C a chance to stop it; the work must not touch Python objects.
///
///     auto found = run_cancellable([&](const Execution& execution) { return index.find(places, options, execution);
///     });
///
/// With `keep_result` the work, once stopped, still has something to return, and that is all that Ctrl-C does.
template <class Work>
auto run_cancellable(Work work, bool keep_result = false) {
    return run_asking([&](const Execution& execution, Asked&) { return work(execution); }, keep_result);
}

}  // namespace sheltermap::python
