// SPDX-License-Identifier: Apache-2.0
#include "base/system_file.hpp"

#include "base/mapped_file.hpp"
#include "base/path_text.hpp"
#include "base/system_fault.hpp"
#include "io/temporary_folder.hpp"
#include <array>
#include <thread>
#include <vector>

namespace sheltermap {
namespace {

class SystemFiles : public io::TemporaryFolder {};

TEST_F(SystemFiles, BytesAreWhereTheyWereWritten) {
    SystemFile file = SystemFile::created(at("a"));
    file.write("world\n", 6);
    file.write("hello ", 0);
    EXPECT_EQ(file.size(), 12);
    std::array<char, 20> back{};
    EXPECT_EQ(file.read(back.data(), 5, 6), 5);
    EXPECT_STREQ(back.data(), "world");
    file.close();
    EXPECT_EQ(content(at("a")), "hello world\n");
}

TEST_F(SystemFiles, ReadingEndsWhereTheFileDoes) {
    const SystemFile file = SystemFile::opened(written("a", "12345"));
    std::array<char, 20> back{};
    EXPECT_EQ(file.read(back.data(), back.size(), 3), 2);
    EXPECT_STREQ(back.data(), "45");
    EXPECT_EQ(file.read(back.data(), back.size(), 5), 0);
    EXPECT_EQ(file.read(back.data(), back.size(), 500), 0);
}

TEST_F(SystemFiles, SeveralThreadsReadAndWriteAtOnce) {
    constexpr std::size_t threads = 4, pieces = 200;
    const SystemFile file = SystemFile::created(at("a"));
    std::array<bool, threads> whole{};
    {
        std::vector<std::jthread> all;
        for (std::size_t t = 0; t < threads; ++t) {
            all.emplace_back([&, t] {
                const std::string mine(100, static_cast<char>('a' + t));
                std::string back(mine.size(), ' ');
                whole[t] = true;
                for (std::size_t i = 0; i < pieces; ++i) {
                    const std::uint64_t place = (i * threads + t) * mine.size();
                    file.write(mine, place);
                    if (file.read(back.data(), back.size(), place) != back.size() || back != mine) whole[t] = false;
                }
            });
        }
    }
    EXPECT_EQ(whole, (std::array<bool, threads>{true, true, true, true}));
    EXPECT_EQ(file.size(), threads * pieces * 100);
}

TEST_F(SystemFiles, NoneIsMadeInThePlaceOfAnother) {
    written("a", "old");
    EXPECT_THROW((void)SystemFile::created(at("a")), SystemFault);
    EXPECT_EQ(created_stream(at("a")), nullptr);
    EXPECT_EQ(content(at("a")), "old");
}

TEST_F(SystemFiles, AStreamWritesBytesAsTheyAre) {
    std::FILE* stream = created_stream(at("a"));
    ASSERT_NE(stream, nullptr);
    EXPECT_EQ(std::fwrite("a\n\x1A\r\n", 1, 5, stream), 5);
    EXPECT_EQ(std::fclose(stream), 0);
    EXPECT_EQ(content(at("a")), "a\n\x1A\r\n");
}

TEST_F(SystemFiles, WhatIsNotThereIsAFault) {
    EXPECT_THROW((void)SystemFile::opened(at("nothing")), SystemFault);
    EXPECT_THROW(MappedFile{at("nothing")}, SystemFault);
    EXPECT_EQ(created_stream(at("no folder") / "a"), nullptr);
}

TEST_F(SystemFiles, OneThatIsReadMayBeReplacedAndStaysWhatItWas) {
    const SystemFile file = SystemFile::opened(written("a", "old"));
    std::filesystem::rename(at("a"), at("b"));
    written("a", "new");
    std::array<char, 4> back{};
    EXPECT_EQ(file.read(back.data(), 3, 0), 3);
    EXPECT_STREQ(back.data(), "old");
}

TEST_F(SystemFiles, AMappedFileHasItsBytesAndAnEmptyOneNone) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += std::to_string(i);
    const MappedFile mapped(written("a", text));
    EXPECT_EQ(std::string_view(mapped.bytes(), mapped.size()), text);
    const MappedFile empty(written("b", ""));
    EXPECT_EQ(empty.size(), 0);
    EXPECT_EQ(empty.bytes(), nullptr);
}

TEST_F(SystemFiles, NamesOfAnyAlphabetComeAndGoAsUtf8) {
    const std::string name = "Rīga улица 街.txt";
    const auto path = at("") / path_named(name);
    SystemFile::created(path).close();
    EXPECT_EQ(path_text(path.filename()), name);
    EXPECT_EQ(path_text(std::filesystem::directory_iterator(at(""))->path().filename()), name);
    EXPECT_EQ(SystemFile::opened(path).size(), 0);
    EXPECT_EQ(MappedFile(path).size(), 0);
}

}  // namespace
}  // namespace sheltermap
