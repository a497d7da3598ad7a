// SPDX-License-Identifier: Apache-2.0
#include "io/raster/raster_reader.hpp"

#include "sheltermap/base/error.hpp"

#include "io/text.hpp"
#include "raster/cell_runs.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

namespace sheltermap::io {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// What values are made of the bytes of a block.
struct Meaning {
    double nodata;  // NaN: none
    double scale, offset;
};

/// Values of a row of cells.
template <class Number>
void convert(const std::byte* raw, double* values, std::size_t count, const Meaning& meaning) {
    const auto* const numbers = reinterpret_cast<const Number*>(raw);
    if constexpr (std::is_same_v<Number, float>) {  // by far the most, and worth the widest vectors
        float_values(numbers, values, count, meaning.nodata);
    } else {
        for (std::size_t i = 0; i < count; ++i) {
            const auto number = static_cast<double>(numbers[i]);
            values[i] = number == meaning.nodata ? nan : number;
        }
    }
    if (meaning.scale == 1 && meaning.offset == 0) return;
    for (std::size_t i = 0; i < count; ++i) values[i] = values[i] * meaning.scale + meaning.offset;
}

using Convert = void (*)(const std::byte*, double*, std::size_t, const Meaning&);

Convert converter(GDALDataType type, bool is_signed_byte) {
    switch (type) {
        case GDT_Byte:
            return is_signed_byte ? convert<std::int8_t> : convert<std::uint8_t>;
        case GDT_UInt16:
            return convert<std::uint16_t>;
        case GDT_Int16:
            return convert<std::int16_t>;
        case GDT_UInt32:
            return convert<std::uint32_t>;
        case GDT_Int32:
            return convert<std::int32_t>;
        case GDT_UInt64:
            return convert<std::uint64_t>;
        case GDT_Int64:
            return convert<std::int64_t>;
        case GDT_Float32:
            return convert<float>;
        case GDT_Float64:
            return convert<double>;
        default:
            throw std::logic_error("no such numbers are in a raster that was opened");
    }
}

/// What files hold where there is no value and nobody says so.
bool looks_like_none(double value) {
    constexpr std::array<double, 5> usual{-9999, -99999, -32768, -2147483648.0, -3.4028234663852886e38};
    return std::abs(value) > 1e30 || std::ranges::find(usual, value) != usual.end();
}

}  // namespace

RasterReader::RasterReader(std::shared_ptr<const RasterFile::Header> header) : header_(std::move(header)) {
    GdalCall call;
    dataset_ = open_raster(header_->path, header_->is_ascii, header_->file_name, call);
    band_ = dataset_->GetRasterBand(header_->band);  // NOLINT(*-prefer-member-initializer): it is of dataset_
    if (dataset_->GetRasterXSize() != header_->grid.columns || dataset_->GetRasterYSize() != header_->grid.rows ||
        band_ == nullptr || band_->GetRasterDataType() != header_->type) {
        throw ReadError(header_->file_name + " cannot be read: it changed since it was opened");
    }
    raw_.resize(static_cast<std::size_t>(header_->block_columns * header_->block_rows *
                                         GDALGetDataTypeSizeBytes(header_->type)));
}

bool RasterReader::is_there(const CellWindow& block) {
    if (header_->is_ascii) return true;
    const int status =
        band_->GetDataCoverageStatus(static_cast<int>(block.column), static_cast<int>(block.row),
                                     static_cast<int>(block.columns), static_cast<int>(block.rows), 0, nullptr);
    return (status & GDAL_DATA_COVERAGE_STATUS_DATA) != 0 || (status & GDAL_DATA_COVERAGE_STATUS_UNIMPLEMENTED) != 0;
}

void RasterReader::read(const CellWindow& block, std::span<const ColumnRange> wanted, double* values,
                        std::size_t stride) {
    GdalCall call;
    set_raster_options(call);
    const auto columns = static_cast<std::size_t>(block.columns), rows = static_cast<std::size_t>(block.rows);
    if (!is_there(block)) {
        for (std::size_t row = 0; row < rows; ++row) std::fill_n(values + row * stride, columns, nan);
        return;
    }
    const auto across = static_cast<int>(block.column / header_->block_columns);
    const auto down = static_cast<int>(block.row / header_->block_rows);
    const CPLErr failed = band_->ReadBlock(across, down, raw_.data());
    const std::string said = call.take();
    if (failed != CE_None || !said.empty()) {
        throw ReadError(header_->file_name + " is cut or damaged: the cells from row " + std::to_string(block.row + 1) +
                        ", column " + std::to_string(block.column + 1) + " on cannot be read" +
                        (said.empty() ? "" : ": " + said) + "; get the file again");
    }
    const Convert convert_row = converter(header_->type, header_->is_signed_byte);
    const Meaning meaning{header_->nodata.value_or(nan), header_->scale, header_->offset};
    const auto row_bytes = static_cast<std::size_t>(header_->block_columns * GDALGetDataTypeSizeBytes(header_->type));
    const auto number_bytes = row_bytes / static_cast<std::size_t>(header_->block_columns);
    for (std::size_t row = 0; row < rows; ++row) {
        if (wanted[row].first >= wanted[row].end) continue;
        const auto first = static_cast<std::size_t>(wanted[row].first - block.column);
        convert_row(raw_.data() + row * row_bytes + first * number_bytes, values + row * stride + first,
                    static_cast<std::size_t>(wanted[row].end - wanted[row].first), meaning);
    }
    if (header_->has_mask) hide_masked(block, values, stride, call);
    require_values(block, wanted, values, stride);
}

void RasterReader::hide_masked(const CellWindow& block, double* values, std::size_t stride, GdalCall& call) {
    std::vector<std::uint8_t> mask(static_cast<std::size_t>(block.columns * block.rows));
    const CPLErr failed = band_->GetMaskBand()->RasterIO(
        GF_Read, static_cast<int>(block.column), static_cast<int>(block.row), static_cast<int>(block.columns),
        static_cast<int>(block.rows), mask.data(), static_cast<int>(block.columns), static_cast<int>(block.rows),
        GDT_Byte, 0, 0, nullptr);
    const std::string said = call.take();
    if (failed != CE_None || !said.empty())
        throw ReadError(header_->file_name + " is cut or damaged: its mask cannot be read: " + said);
    const auto columns = static_cast<std::size_t>(block.columns);
    for (std::size_t i = 0; i < mask.size(); ++i) {
        if (mask[i] == 0) values[i / columns * stride + i % columns] = nan;
    }
}

/// Throws ReadError for a value that cannot be, or that nobody said is one.
void RasterReader::require_values(const CellWindow& block, std::span<const ColumnRange> wanted, const double* values,
                                  std::size_t stride) const {
    const double lowest = header_->lowest.value_or(-std::numeric_limits<double>::infinity());
    const bool may_look = header_->may_look_like_none;
    constexpr double least_that_looks_so = -9999, greatest = 1e30;
    if (!header_->lowest && !may_look) return;
    for (std::int64_t row = 0; row < block.rows; ++row) {
        const ColumnRange& range = wanted[static_cast<std::size_t>(row)];
        if (range.first >= range.end) continue;
        const double* const first = values + static_cast<std::size_t>(row) * stride;
        const std::int64_t begin = range.first - block.column, end = range.end - block.column;
        const auto [least, most] = run_extremes(first + begin, static_cast<std::size_t>(end - begin));
        if (!(least < lowest) && !(may_look && (least <= least_that_looks_so || most > greatest))) continue;
        for (std::int64_t i = begin; i < end; ++i) {
            const bool looks_so = may_look && looks_like_none(first[i]);
            if (!looks_so && !(first[i] < lowest)) continue;
            const std::string cell = "row " + std::to_string(block.row + row + 1) + ", column " +
                                     std::to_string(block.column + i + 1) + " holds " + number_text(first[i]);
            if (looks_so) {
                throw ReadError(header_->file_name + " does not say which value stands for none, and " + cell +
                                "; pass nodata=" + number_text(first[i]) +
                                ", or nodata=float('nan') where that is a value");
            }
            throw ReadError(header_->file_name + ": " + cell + ", and nothing it may hold is below " +
                            number_text(lowest) +
                            "; if it stands for no value, pass nodata=, else say by holds= what the cells are");
        }
    }
}

}  // namespace sheltermap::io
