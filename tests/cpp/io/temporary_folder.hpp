// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace sheltermap::io {

/// A folder that is there for one test.
class TemporaryFolder : public testing::Test {
protected:
    TemporaryFolder() {
        std::random_device random;
        do folder_ = std::filesystem::temp_directory_path() / ("sheltermap-" + std::to_string(random()));
        while (!std::filesystem::create_directory(folder_));
    }
    ~TemporaryFolder() override { std::filesystem::remove_all(folder_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::filesystem::path at(std::string_view name) const { return folder_ / name; }
    std::filesystem::path written(std::string_view name, std::string_view text) const {
        std::ofstream(at(name), std::ios::binary) << text;
        return at(name);
    }
    [[nodiscard]] static std::string content(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    [[nodiscard]] std::ptrdiff_t files() const {
        return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
    }

private:
    std::filesystem::path folder_;
};

}  // namespace sheltermap::io
