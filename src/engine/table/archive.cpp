#include "engine/table/archive.hpp"

#include "engine/table/xlsx.hpp"

#include <minizip/unzip.h>

#include <cstdio>
#include <cstring>

namespace table {

using base::Error;
using base::Result;

Error xlsx_broken(std::string detail) {
    auto error = base::invalid(
        "table.xlsx_broken",
        {"Excel 文件已损坏，无法读取。", "The Excel file is damaged and cannot be read."},
        {"用 Excel 打开后重新保存为 xlsx，再上传。",
         "Open it in Excel, save it again as xlsx, then upload."});
    error.detail = std::move(detail);
    return error;
}

Error xlsx_unsafe(base::Text what) {
    return base::invalid(
        "table.xlsx_unsafe",
        {"Excel 文件不安全：" + what.zh, "The Excel file is not safe: " + what.en},
        {"只保留需要的工作表，另存为新的 xlsx 文件后上传。",
         "Keep only the sheet that is needed, save it as a new xlsx file, then upload."});
}

namespace {

// minizip's view of bytes in memory.
struct Memory {
    std::string bytes;
    std::uint64_t at = 0;
};

Memory& memory(voidpf stream) { return *static_cast<Memory*>(stream); }

voidpf memory_open(voidpf opaque, const void*, int) { return opaque; }

uLong memory_read(voidpf, voidpf stream, void* buffer, uLong size) {
    auto& source = memory(stream);
    const auto count = std::min<std::uint64_t>(size, source.bytes.size() - source.at);
    std::memcpy(buffer, source.bytes.data() + source.at, count);
    source.at += count;
    return static_cast<uLong>(count);
}

uLong memory_write(voidpf, voidpf, const void*, uLong) { return 0; }

ZPOS64_T memory_tell(voidpf, voidpf stream) { return memory(stream).at; }

long memory_seek(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
    auto& source = memory(stream);
    const std::uint64_t from = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                               : origin == ZLIB_FILEFUNC_SEEK_CUR ? source.at
                                                                  : source.bytes.size();
    const auto wanted = from + offset;
    if (wanted > source.bytes.size()) return -1;
    source.at = wanted;
    return 0;
}

int memory_close(voidpf, voidpf) { return 0; }

int memory_error(voidpf, voidpf) { return 0; }

Error not_a_zip(std::string_view start) {
    // Encrypted workbooks and the xls of before 2007 are both compound documents.
    if (start.starts_with("\xD0\xCF\x11\xE0")) {
        return base::invalid(
            "table.xlsx_encrypted",
            {"文件有密码保护，或是旧版 xls。", "The file has a password or is an old xls."},
            {"去掉密码，另存为 xlsx 后上传。",
             "Remove the password, save it as xlsx, then upload."});
    }
    return base::invalid(
        "table.not_xlsx",
        {"这不是 Excel（xlsx）文件。", "This is not an Excel (xlsx) file."},
        {"CSV 文件请以 CSV 方式导入。", "Import a CSV file as CSV."});
}

} // namespace

struct Archive::State {
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    ~State() {
        if (zip != nullptr) unzClose(zip);
    }

    Memory source;
    unzFile zip = nullptr;
    std::uint64_t unpacked_bytes = 0;
};

Archive::Archive(std::unique_ptr<State> state)
    : state_(std::move(state)) {}

Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::open_file(const std::string& path) {
    auto* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
        auto error = base::not_found(
            "table.file",
            {"文件无法打开或读取。", "The file cannot be opened or read."},
            {"核对路径和权限。", "Check the path and the permissions."});
        return std::move(error).at(path);
    }
    char start[4] = {};
    const auto got = std::fread(start, 1, sizeof start, file);
    std::fclose(file);
    auto state = std::make_unique<State>();
    state->zip = unzOpen64(path.c_str());
    if (state->zip == nullptr) {
        const std::string_view begins(start, got);
        return begins.starts_with("PK") ? xlsx_broken("zip directory") : not_a_zip(begins);
    }
    return Archive(std::move(state));
}

Result<Archive> Archive::open_bytes(std::string bytes) {
    auto state = std::make_unique<State>();
    state->source.bytes = std::move(bytes);
    zlib_filefunc64_def functions = {
        .zopen64_file = memory_open,
        .zread_file = memory_read,
        .zwrite_file = memory_write,
        .ztell64_file = memory_tell,
        .zseek64_file = memory_seek,
        .zclose_file = memory_close,
        .zerror_file = memory_error,
        .opaque = &state->source};
    state->zip = unzOpen2_64("", &functions);
    if (state->zip == nullptr) {
        const std::string_view begins(state->source.bytes);
        return begins.starts_with("PK") ? xlsx_broken("zip directory") : not_a_zip(begins);
    }
    return Archive(std::move(state));
}

bool Archive::enter(const std::string& name) {
    constexpr int without_letter_case = 2;
    return unzLocateFile(state_->zip, name.c_str(), without_letter_case) == UNZ_OK &&
           unzOpenCurrentFile(state_->zip) == UNZ_OK;
}

Result<std::size_t> Archive::read(std::span<char> buffer) {
    const auto got =
        unzReadCurrentFile(state_->zip, buffer.data(), static_cast<unsigned>(buffer.size()));
    if (got < 0) return xlsx_broken("inflate " + std::to_string(got));
    // Closing compares the checksum of what was unpacked.
    if (got == 0 && unzCloseCurrentFile(state_->zip) == UNZ_CRCERROR)
        return xlsx_broken("checksum");
    state_->unpacked_bytes += static_cast<std::uint64_t>(got);
    if (state_->unpacked_bytes > unpacked_bytes_most) {
        return xlsx_unsafe({"解压后超过 1 GiB。", "it unpacks to more than 1 GiB."});
    }
    return static_cast<std::size_t>(got);
}

} // namespace table
