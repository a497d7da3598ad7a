// SPDX-License-Identifier: Apache-2.0
#include "io/files/processes.hpp"

#include <array>
#ifdef _WIN32
#include "base/path_text.hpp"
#include <windows.h>
#else
#include <cerrno>
#include <csignal>
#include <unistd.h>
#endif

namespace sheltermap::io {

#ifdef _WIN32

std::string host_name() {
    std::array<wchar_t, 256> name{};
    auto size = static_cast<DWORD>(name.size());
    if (GetComputerNameExW(ComputerNameDnsHostname, name.data(), &size) == 0) return "host";
    return path_text(name.data());
}

std::int64_t this_process() noexcept { return GetCurrentProcessId(); }

bool is_running(std::int64_t process) noexcept {
    HANDLE handle = OpenProcess(SYNCHRONIZE, FALSE, static_cast<DWORD>(process));
    if (handle == nullptr) return GetLastError() != ERROR_INVALID_PARAMETER;  // there is none; else it is another's
    const bool runs = WaitForSingleObject(handle, 0) == WAIT_TIMEOUT;
    CloseHandle(handle);
    return runs;
}

#else

std::string host_name() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) return "host";
    return name.data();
}

std::int64_t this_process() noexcept { return getpid(); }

bool is_running(std::int64_t process) noexcept { return kill(static_cast<pid_t>(process), 0) == 0 || errno != ESRCH; }

#endif

}  // namespace sheltermap::io
