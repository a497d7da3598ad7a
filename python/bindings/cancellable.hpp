// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/parallel.hpp"

#include <pybind11/pybind11.h>

#include <chrono>
#include <exception>
#include <future>
#include <optional>
#include <thread>

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

/// Runs plain C++ with the GIL released and gives Ctrl-C a chance to stop it; the work must not touch Python objects.
///
///     auto found = run_cancellable([&](const Execution& execution) { return index.find(places, options, execution);
///     });
///
/// With `keep_result` the work, once stopped, still has something to return, and that is all that Ctrl-C does.
template <class Work>
auto run_cancellable(Work work, bool keep_result = false) {
    std::stop_source source;
    const Execution execution{.threads = thread_count(), .stop = source.get_token()};
    std::promise<decltype(work(execution))> promise;
    auto result = promise.get_future();
    const pybind11::gil_scoped_release unlocked;
    const std::jthread worker([&] {
        try {
            promise.set_value(work(execution));
        } catch (...) {
            promise.set_exception(std::current_exception());
        }
    });
    while (result.wait_for(signal_tick) == std::future_status::timeout) {
        const pybind11::gil_scoped_acquire locked;
        if (PyErr_CheckSignals() != 0) {
            pybind11::error_already_set interrupted;
            source.request_stop();
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

}  // namespace sheltermap::python
