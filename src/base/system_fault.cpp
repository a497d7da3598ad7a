// SPDX-License-Identifier: Apache-2.0
#include "base/system_fault.hpp"

#ifdef _WIN32
#include "base/path_text.hpp"
#include <array>
#include <string_view>
#include <windows.h>
#else
#include <cerrno>
#include <system_error>
#endif

namespace sheltermap {

#ifdef _WIN32

SystemFault SystemFault::last() {
    const DWORD code = GetLastError();
    std::array<wchar_t, 512> buffer{};
    const DWORD size = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr, code, 0,
                                      buffer.data(), static_cast<DWORD>(buffer.size()), nullptr);
    std::wstring_view text(buffer.data(), size);
    text = text.substr(0, text.find_last_not_of(L"\r\n. ") + 1);
    return SystemFault(text.empty() ? "error " + std::to_string(code) + " of Windows" : path_text(text));
}

#else

SystemFault SystemFault::last() { return SystemFault(std::generic_category().message(errno)); }

#endif

}  // namespace sheltermap
