// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include "base/mapped_file.hpp"
#include "base/path_text.hpp"
#include "base/real_number.hpp"
#include "base/system_fault.hpp"
#include "base/system_file.hpp"
#include "graph_columns.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <limits>
#include <system_error>
#include <type_traits>
#include <utility>

// A graph file: Head, then the text of the info and the columns one after another, each at a multiple of 8 bytes.
// Numbers are as the machine has them (little-endian on all that are built for); Head::byte_order tells.

namespace sheltermap {
namespace {

constexpr std::array<char, 8> file_magic{'S', 'H', 'M', 'S', 'T', 'R', 'T', '\n'};
constexpr std::uint32_t file_version = 1;
constexpr std::uint32_t this_byte_order = 0x01020304;

struct FileHeader {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t byte_order;
    std::uint64_t file_size;
    std::uint64_t checksum;  ///< of the whole file, this field taken as 0
    std::uint64_t info_size;
    std::array<std::uint64_t, column_count> counts;
};

constexpr std::uint64_t padded(std::uint64_t size) { return (size + 7) / 8 * 8; }

/// Every changed word changes the sum: each step is one-to-one in the word and in what came before.
/// The step is that of FNV-1a with 64 bits, taken over words instead of bytes.
class Checksum {
public:
    void add(const void* bytes, std::size_t size) {  // size is a multiple of 8 but at the end of a column
        const auto* from = static_cast<const char*>(bytes);
        for (std::size_t i = 0; i < size; i += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, from + i, std::min<std::size_t>(8, size - i));
            value_ = (value_ ^ word) * 0x100000001B3U;
            value_ ^= value_ >> 32U;  // or the upper bits of a word would never reach the lower ones
        }
    }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

private:
    std::uint64_t value_ = 0xCBF29CE484222325U;
};

/// What is counted, by the key it has in the file; what an older file does not tell is 0.
constexpr std::array<std::pair<std::string_view, std::uint64_t GraphInfo::*>, 8> counts{{
    {"ways_used", &GraphInfo::ways_used},
    {"points_missing", &GraphInfo::points_missing},
    {"ways_outdated", &GraphInfo::ways_outdated},
    {"areas_crossed", &GraphInfo::areas_crossed},
    {"areas_gone_round", &GraphInfo::areas_gone_round},
    {"areas_left_out", &GraphInfo::areas_left_out},
    {"ends_joined", &GraphInfo::ends_joined},
    {"crossings_joined", &GraphInfo::crossings_joined},
}};

std::string to_text(const GraphInfo& info) {
    std::array<char, 64> number{};
    const auto exact = [&](double value) {
        return std::string(number.data(), std::to_chars(number.data(), number.data() + number.size(), value).ptr);
    };
    std::string source = info.source;
    std::replace_if(source.begin(), source.end(), [](char c) { return c == '\n'; }, ' ');
    std::string text = "\nprofile=" + info.profile + "\nsource=" + source + "\nwalking_m_s=" + exact(info.walking_m_s) +
                       "\nclosing_depth_m=" + exact(info.closing_depth_m);
    for (const auto& [key, count] : counts) text += "\n" + std::string(key) + "=" + std::to_string(info.*count);
    return text + "\n";
}

std::string_view value_of(std::string_view text, std::string_view key) {
    const std::size_t at = text.find("\n" + std::string(key) + "=");
    if (at == std::string_view::npos) return {};
    const std::size_t begin = at + key.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
}

template <class Number>
Number number_of(std::string_view text, std::string_view key) {
    Number value{};
    const std::string_view digits = value_of(text, key);
    const char* const end = digits.data() + digits.size();
    if constexpr (std::is_integral_v<Number>) {
        std::from_chars(digits.data(), end, value);
    } else {
        read_real(digits.data(), end, value);
    }
    return value;
}

GraphInfo to_info(std::string_view text) {
    GraphInfo info{.profile = std::string(value_of(text, "profile")),
                   .source = std::string(value_of(text, "source")),
                   .walking_m_s = number_of<double>(text, "walking_m_s"),
                   .closing_depth_m = number_of<double>(text, "closing_depth_m")};
    for (const auto& [key, count] : counts) info.*count = number_of<std::uint64_t>(text, key);
    return info;
}

/// A file under construction; closed and complained about in one place.
class GraphFileWriter {
public:
    explicit GraphFileWriter(const std::filesystem::path& path) : path_(path), file_(created_stream(path)) {
        if (file_ == nullptr) fail();
    }
    ~GraphFileWriter() {
        if (file_ != nullptr) std::fclose(file_);
    }
    GraphFileWriter(const GraphFileWriter&) = delete;
    GraphFileWriter& operator=(const GraphFileWriter&) = delete;

    void write(const void* bytes, std::size_t size) {
        if (size > 0 && std::fwrite(bytes, 1, size, file_) != size) fail();
        constexpr std::array<char, 8> zeros{};
        if (padded(size) != size && std::fwrite(zeros.data(), 1, padded(size) - size, file_) == 0) fail();
    }
    void close() {
        if (std::fclose(std::exchange(file_, nullptr)) != 0) fail();
    }

private:
    [[noreturn]] void fail() const {
        throw WriteError("cannot write the network to " + path_text(path_) + ": " +
                         std::generic_category().message(errno));
    }
    std::filesystem::path path_;
    std::FILE* file_;
};

std::shared_ptr<const MappedFile> mapped_or_error(const std::filesystem::path& path) try {
    return std::make_shared<const MappedFile>(path);
} catch (const SystemFault& fault) {
    throw ReadError("cannot read the network " + path_text(path) + ": " + fault.what());
}

template <class T>
bool all_below(std::span<const T> ids, std::size_t end) {
    return std::all_of(ids.begin(), ids.end(), [&](T id) { return id < end; });
}

template <class T>
bool are_offsets(std::span<const T> offsets, std::size_t rows, std::size_t end) {
    return offsets.size() == rows + 1 && offsets.front() == 0 && offsets.back() == end &&
           std::is_sorted(offsets.begin(), offsets.end());
}

/// Whether no id leads outside the columns, so that even a file made with ill intent can do no harm.
bool is_sound(const GraphColumns<ReadColumn>& c) {
    const std::size_t nodes = c.node_at.size();
    const std::size_t edges = c.length_m.size();
    const bool lengths = c.edge_from.size() == edges && c.edge_to.size() == edges && c.forward_m_s.size() == edges &&
                         c.backward_m_s.size() == edges && c.flags.size() == edges && c.layer.size() == edges &&
                         c.name.size() == edges && c.way_id.size() == edges && c.component.size() == nodes &&
                         c.arcs.size() == 2 * edges && !c.name_begin.empty();
    if (!lengths || !are_offsets(c.arc_begin, nodes, c.arcs.size()) ||
        !are_offsets(c.vertex_begin, edges, c.vertices.size()) ||
        !are_offsets(c.name_begin, c.name_begin.size() - 1, c.name_text.size())) {
        return false;
    }
    for (std::size_t e = 0; e < edges; ++e) {
        if (c.vertex_begin[e + 1] - c.vertex_begin[e] < 2 || !(c.length_m[e] >= 0)) return false;
    }
    const auto usable = [&](const Arc& arc) { return arc.target < nodes && arc.edge() < edges; };
    return all_below(c.edge_from, nodes) && all_below(c.edge_to, nodes) && all_below(c.name, c.name_begin.size() - 1) &&
           all_below(c.component, c.component_m.size()) && std::all_of(c.arcs.begin(), c.arcs.end(), usable);
}

}  // namespace

void Graph::save(const std::filesystem::path& path) const {
    const std::string text = to_text(*info_);
    FileHeader head{.magic = file_magic,
                    .version = file_version,
                    .byte_order = this_byte_order,
                    .file_size = sizeof(FileHeader) + padded(text.size()),
                    .checksum = 0,
                    .info_size = text.size(),
                    .counts = {}};
    std::size_t column = 0;
    for_each_column(columns_, columns_, [&](const auto& values, const auto&) {
        head.counts[column++] = values.size();
        head.file_size += padded(values.size_bytes());
    });
    Checksum sum;
    sum.add(&head, sizeof(head));
    sum.add(text.data(), text.size());
    for_each_column(columns_, columns_,
                    [&](const auto& values, const auto&) { sum.add(values.data(), values.size_bytes()); });
    head.checksum = sum.value();
    GraphFileWriter file(path);
    file.write(&head, sizeof(head));
    file.write(text.data(), text.size());
    for_each_column(columns_, columns_,
                    [&](const auto& values, const auto&) { file.write(values.data(), values.size_bytes()); });
    file.close();
}

Graph Graph::load(const std::filesystem::path& path) {
    static_assert(sizeof(FileHeader) % 8 == 0 && std::is_trivially_copyable_v<FileHeader>);
    const auto fault = [&](const std::string& what) { return ReadError(path_text(path) + " " + what); };
    const auto file = mapped_or_error(path);
    FileHeader head{};
    if (file->size() < sizeof(head)) throw fault("is no saved network");
    std::memcpy(&head, file->bytes(), sizeof(head));
    if (head.magic != file_magic) throw fault("is no saved network");
    if (head.version != file_version || head.byte_order != this_byte_order) {
        throw fault("was saved by another version of sheltermap or on another kind of machine; make it anew");
    }
    const auto damaged = [&] { return fault("is damaged; make it anew from its source"); };
    if (head.file_size != file->size()) throw damaged();
    Checksum sum;
    const std::uint64_t expected = std::exchange(head.checksum, 0);
    sum.add(&head, sizeof(head));
    sum.add(file->bytes() + sizeof(head), file->size() - sizeof(head));
    if (sum.value() != expected) throw damaged();

    std::uint64_t at = sizeof(head);
    const auto take = [&](std::uint64_t count, std::size_t size) {
        if (count > (file->size() - at) / size || padded(count * size) > file->size() - at) throw damaged();
        return file->bytes() + std::exchange(at, at + padded(count * size));
    };
    const char* const text = take(head.info_size, 1);
    GraphColumns<ReadColumn> columns;
    std::size_t column = 0;
    for_each_column(columns, columns, [&](auto& values, auto&) {
        using Value = std::remove_reference_t<decltype(values[0])>;
        const std::uint64_t count = head.counts[column++];
        values = {reinterpret_cast<Value*>(take(count, sizeof(Value))), count};
    });
    if (at != file->size() || !is_sound(columns)) throw damaged();
    return {file, columns, to_info({text, head.info_size})};
}

}  // namespace sheltermap
