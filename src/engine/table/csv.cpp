#include "engine/table/csv.hpp"

#include "engine/table/rows.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <utility>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace table {

using base::Error;
using base::Result;

namespace {

// The masks of 64 bytes: where a separator, a line end or a quote stands, and whether any byte is
// outside ASCII.
struct Block {
    std::uint64_t marks = 0;
    bool ascii = true;
};

Block scan(const char* bytes, char separator) {
    Block block;
#if defined(__SSE2__)
    const auto separators = _mm_set1_epi8(separator);
    const auto quotes = _mm_set1_epi8('"');
    const auto feeds = _mm_set1_epi8('\n');
    const auto returns = _mm_set1_epi8('\r');
    unsigned high = 0;
    for (unsigned i = 0; i < 4; ++i) {
        const auto part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i * 16));
        const auto line_ends =
            _mm_or_si128(_mm_cmpeq_epi8(part, feeds), _mm_cmpeq_epi8(part, returns));
        const auto others =
            _mm_or_si128(_mm_cmpeq_epi8(part, separators), _mm_cmpeq_epi8(part, quotes));
        const auto found =
            static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(line_ends, others)));
        block.marks |= std::uint64_t{found} << (i * 16);
        high |= static_cast<unsigned>(_mm_movemask_epi8(part));
    }
    block.ascii = high == 0;
#else
    for (unsigned i = 0; i < 64; ++i) {
        const char c = bytes[i];
        const bool mark = c == separator || c == '"' || c == '\n' || c == '\r';
        block.marks |= std::uint64_t{mark} << i;
        block.ascii = block.ascii && static_cast<unsigned char>(c) < 0x80;
    }
#endif
    return block;
}

constexpr std::size_t row_bytes_most = 16U << 20U;
constexpr std::size_t padding = 64; // scan() may look this far past the last byte

class CsvReader final : public RowSource {
public:
    explicit CsvReader(ReadBytes read)
        : read_(std::move(read))
        , buffer_(256U * 1024 + padding) {}

    Result<void> open();

    [[nodiscard]] const std::vector<std::string>& header() const override { return header_; }

    Result<bool> next(Row& row) override;

private:
    struct Cell {
        std::size_t from = 0;
        std::size_t until = 0;
        bool quoted = false; // the slice still holds its quotes
    };

    enum class Take { row, incomplete };

    Result<void> fill();
    Result<bool> take_row();
    Take parse_row();
    void end_cell(std::size_t from, std::size_t until, bool quoted);
    std::size_t mark_from(std::size_t position);
    std::size_t closing_quote(std::size_t position);
    void settle_cells();
    [[nodiscard]] Result<void> check_limits() const;
    Result<void> check_unfinished();
    [[nodiscard]] Result<void> check_encoding();
    void fit_to_header(Row& row);

    ReadBytes read_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0; // first byte of the row being read
    std::size_t end_ = 0;   // one past the last byte there is
    bool drained_ = false;
    char separator_ = ',';

    // The row just parsed, by positions in the buffer.
    std::vector<Cell> slices_;
    std::vector<std::string_view> cells_;
    std::size_t after_ = 0; // where the next row begins
    std::int64_t line_ends_ = 0;
    bool ascii_ = true;
    bool open_quote_ = false;
    bool too_many_ = false;

    Block block_;
    std::size_t block_at_ = std::string_view::npos;

    std::vector<std::string> header_;
    std::int64_t line_ = 1;
    std::int64_t number_ = 0;
};

Error not_utf8(std::int64_t line, std::size_t column) {
    const auto row_text = std::to_string(line);
    const auto column_text = std::to_string(column + 1);
    auto error = base::invalid(
        "table.not_utf8",
        {"第 " + row_text + " 行第 " + column_text +
             " 列不是 UTF-8 编码，文件可能是 GBK（ANSI）编码。",
         "Line " + row_text + ", column " + column_text +
             " is not UTF-8; the file may be in GBK (ANSI) encoding."},
        {"在 Excel 中另存为“CSV UTF-8（逗号分隔）”，或直接上传 xlsx 文件。",
         "In Excel save as “CSV UTF-8 (comma delimited)”, or upload the xlsx file itself."});
    return std::move(error).at("line " + row_text);
}

Result<void> CsvReader::fill() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    block_at_ = std::string_view::npos;
    if (buffer_.size() - padding - end_ < buffer_.size() / 4) buffer_.resize(buffer_.size() * 2);
    const auto got = TRY(read_(std::span(buffer_).subspan(end_, buffer_.size() - padding - end_)));
    end_ += got;
    drained_ = got == 0;
    std::memset(buffer_.data() + end_, 0, padding);
    return {};
}

// The next separator, quote or line end at or after a position; end_ when there is none.
std::size_t CsvReader::mark_from(std::size_t position) {
    while (position < end_) {
        const auto base = position / 64 * 64;
        if (block_at_ != base) {
            block_ = scan(buffer_.data() + base, separator_);
            block_at_ = base;
        }
        ascii_ = ascii_ && block_.ascii;
        const auto marks = block_.marks >> (position - base);
        if (marks != 0) {
            return std::min(end_, position + static_cast<std::size_t>(__builtin_ctzll(marks)));
        }
        position = base + 64;
    }
    return end_;
}

// The position after the quote that closes the one before `position`; npos when the bytes run out
// first.
std::size_t CsvReader::closing_quote(std::size_t position) {
    while (true) {
        const auto* found =
            static_cast<const char*>(std::memchr(buffer_.data() + position, '"', end_ - position));
        if (found == nullptr) return std::string_view::npos;
        position = static_cast<std::size_t>(found - buffer_.data()) + 1;
        if (position == end_ && !drained_) return std::string_view::npos; // it may be doubled yet
        if (position == end_ || buffer_[position] != '"') return position;
        position += 1;
    }
}

void CsvReader::end_cell(std::size_t from, std::size_t until, bool quoted) {
    if (slices_.size() == columns_most) {
        too_many_ = true;
        return;
    }
    slices_.push_back({from, until, quoted});
}

CsvReader::Take CsvReader::parse_row() {
    slices_.clear();
    ascii_ = true;
    open_quote_ = false;
    too_many_ = false;
    auto from = begin_;
    auto position = begin_;
    bool quoted = false;
    while (true) {
        position = mark_from(position);
        if (position == end_) {
            if (!drained_) return Take::incomplete;
            end_cell(from, end_, quoted);
            after_ = end_;
            return Take::row;
        }
        const char mark = buffer_[position];
        if (mark == '"') {
            if (position != from) { // a quote within plain text stands for itself
                position += 1;
                continue;
            }
            quoted = true;
            ascii_ = false; // what is skipped below was not scanned, so its encoding is checked
            position = closing_quote(position + 1);
            if (position != std::string_view::npos) continue;
            if (!drained_) return Take::incomplete;
            open_quote_ = true;
            end_cell(from, end_, quoted);
            after_ = end_;
            return Take::row;
        }
        if (mark == '\r' && position + 1 == end_ && !drained_) return Take::incomplete;
        end_cell(from, position, quoted);
        quoted = false;
        from = position + 1;
        if (mark == separator_) {
            position = from;
            continue;
        }
        after_ = from + (mark == '\r' && from < end_ && buffer_[from] == '\n' ? 1 : 0);
        return Take::row;
    }
}

Result<void> CsvReader::check_limits() const {
    const auto where = "line " + std::to_string(line_);
    if (too_many_) {
        auto error = base::invalid(
            "table.too_many_columns",
            {"第 " + std::to_string(line_) + " 行超过 " + std::to_string(columns_most) + " 列。",
             "Line " + std::to_string(line_) + " has more than " + std::to_string(columns_most) +
                 " columns."},
            {"核对分隔符；拆分文件。", "Check the separator; split the file."});
        return std::move(error).at(where);
    }
    for (std::size_t i = 0; i < slices_.size(); ++i) {
        if (slices_[i].until - slices_[i].from <= cell_bytes_most) continue;
        auto error = base::invalid(
            "table.cell_too_long",
            {"第 " + std::to_string(line_) + " 行第 " + std::to_string(i + 1) +
                 " 列超过 1 MiB，可能缺少结束引号。",
             "Line " + std::to_string(line_) + ", column " + std::to_string(i + 1) +
                 " is longer than 1 MiB; a closing quote may be missing."},
            {"检查该处引号是否成对。", "See whether the quotes there come in pairs."});
        return std::move(error).at(where);
    }
    return {};
}

Result<void> CsvReader::check_encoding() {
    if (ascii_) return {};
    for (std::size_t i = 0; i < slices_.size(); ++i) {
        const auto& [from, until, quoted] = slices_[i];
        if (!is_utf8({buffer_.data() + from, until - from})) return not_utf8(line_, i);
    }
    return {};
}

// Turns slices into cells, taking quotes off in place; only now, since an incomplete row is parsed
// again.
void CsvReader::settle_cells() {
    cells_.clear();
    line_ends_ =
        after_ > begin_ && (buffer_[after_ - 1] == '\n' || buffer_[after_ - 1] == '\r') ? 1 : 0;
    for (const auto& [from, until, quoted] : slices_) {
        char* bytes = buffer_.data() + from;
        if (!quoted) {
            cells_.emplace_back(bytes, until - from);
            continue;
        }
        std::size_t kept = 0;
        bool inside = true;
        for (std::size_t i = 1; i < until - from; ++i) {
            const bool line_end = bytes[i] == '\n' || (bytes[i] == '\r' && bytes[i + 1] != '\n');
            line_ends_ += line_end ? 1 : 0;
            if (inside && bytes[i] == '"') {
                if (i + 1 == until - from || bytes[i + 1] != '"') {
                    inside = false;
                    continue;
                }
                i += 1;
            }
            bytes[kept++] = bytes[i];
        }
        cells_.emplace_back(bytes, kept);
    }
}

// Of a row that has not ended yet everything after its last cell is one cell: enough to see a quote
// that runs away before it fills the memory.
Result<void> CsvReader::check_unfinished() {
    const auto from = slices_.empty() ? begin_ : slices_.back().until;
    if (end_ - from > cell_bytes_most + 2) end_cell(from, end_, false);
    TRY(check_limits());
    if (end_ - begin_ <= row_bytes_most) return {};
    auto error = base::invalid(
        "table.row_too_long",
        {"第 " + std::to_string(line_) + " 行超过 16 MiB。",
         "Line " + std::to_string(line_) + " is longer than 16 MiB."},
        {"检查换行和引号。", "Check the line ends and quotes."});
    return std::move(error).at("line " + std::to_string(line_));
}

// Reads one row into cells_; false at the end. Grows the buffer until the row is whole.
Result<bool> CsvReader::take_row() {
    while (true) {
        if (begin_ == end_ && drained_) return false;
        if (begin_ < end_ && parse_row() == Take::row) break;
        if (end_ - begin_ > cell_bytes_most) TRY(check_unfinished());
        TRY(fill());
    }
    TRY(check_limits());
    TRY(check_encoding());
    settle_cells();
    return true;
}

Result<void> CsvReader::open() {
    TRY(fill());
    while (!drained_ && end_ < 4)
        TRY(fill());
    std::string_view start(buffer_.data(), end_);
    if (start.starts_with("PK\x03\x04") || start.starts_with("\xD0\xCF\x11\xE0")) {
        return base::invalid(
            "table.not_csv",
            {"这是 Excel 文件，不是 CSV。", "This is an Excel file, not CSV."},
            {"以 xlsx 方式导入；旧版 xls 请先另存为 xlsx。",
             "Import it as xlsx; save an old xls as xlsx first."});
    }
    if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) return not_utf8(1, 0);
    if (start.starts_with("\xEF\xBB\xBF")) begin_ = 3;
    start.remove_prefix(begin_);
    start = start.substr(0, start.find_first_of("\r\n", start.find_first_not_of("\r\n")));
    std::ptrdiff_t most = 0;
    for (const char candidate : {',', '\t', ';'}) {
        const auto count = std::ranges::count(start, candidate);
        if (count > most) separator_ = candidate;
        most = std::max(most, count);
    }
    Row row;
    const bool found = TRY(next(row));
    number_ = 0;
    if (found && open_quote_) {
        return base::invalid(row.fault->code, row.fault->message, row.fault->cure);
    }
    if (found) return {};
    return base::invalid(
        "table.empty",
        {"文件没有内容。", "The file is empty."},
        {"第一行应为列名，其后每行一条记录。",
         "The first line names the columns; each further line is a record."});
}

void CsvReader::fit_to_header(Row& row) {
    const auto wanted = header_.size();
    const auto had = cells_.size();
    const auto surplus = std::find_if(
        cells_.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, had)),
        cells_.end(),
        [](std::string_view cell) { return !cell.empty(); });
    if (surplus != cells_.end()) {
        row.fault = row_long(static_cast<std::size_t>(surplus - cells_.begin()), wanted);
    } else if (had < wanted) {
        row.fault = row_short(had, wanted);
    }
    cells_.resize(wanted);
}

Result<bool> CsvReader::next(Row& row) {
    while (true) {
        const bool found = TRY(take_row());
        if (!found) return false;
        row.line = line_;
        line_ += line_ends_;
        begin_ = after_;
        if (std::ranges::any_of(cells_, [](auto cell) { return !cell.empty(); })) break;
    }
    row.fault.reset();
    if (header_.empty()) {
        header_ = header_names(cells_);
    } else {
        fit_to_header(row);
    }
    if (open_quote_) {
        row.fault = Fault{
            "table.quote_open",
            slices_.size() - 1,
            {"引号没有结束，直到文件末尾都被当作一个单元格。",
             "A quote is not closed, so all to the end of the file was one cell."},
            {"补上结束引号，或去掉多余的引号。", "Close the quote, or remove it."}};
    }
    row.number = ++number_;
    row.cells = cells_;
    return true;
}

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

Error file_error(const std::string& path) {
    auto error = base::not_found(
        "table.file",
        {"文件无法打开或读取。", "The file cannot be opened or read."},
        {"核对路径和权限。", "Check the path and the permissions."});
    return std::move(error).at(path);
}

bool needs_apostrophe(std::string_view cell) {
    if (cell.empty() || std::string_view("=+-@\t\r").find(cell.front()) == std::string_view::npos)
        return false;
    const auto rest = cell.substr(1);
    const bool number = !rest.empty() && (cell.front() == '-' || cell.front() == '+') &&
                        rest.find_first_not_of("0123456789.") == std::string_view::npos;
    return !number;
}

} // namespace

Result<std::unique_ptr<RowSource>> open_csv(ReadBytes read) {
    auto reader = std::make_unique<CsvReader>(std::move(read));
    TRY(reader->open());
    return std::unique_ptr<RowSource>(std::move(reader));
}

Result<std::unique_ptr<RowSource>> open_csv_file(const std::string& path) {
    std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (file == nullptr) return file_error(path);
    return open_csv([file = std::move(file), path](std::span<char> buffer) -> Result<std::size_t> {
        const auto got = std::fread(buffer.data(), 1, buffer.size(), file.get());
        if (got == 0 && std::ferror(file.get()) != 0) return file_error(path);
        return got;
    });
}

Result<std::unique_ptr<RowSource>> open_csv_text(std::string text) {
    return open_csv(
        [held = std::move(text),
         done = std::size_t{0}](std::span<char> buffer) mutable -> Result<std::size_t> {
            const auto count = std::min(buffer.size(), held.size() - done);
            std::memcpy(buffer.data(), held.data() + done, count);
            done += count;
            return count;
        });
}

void write_csv_row(std::string& out, std::span<const std::string_view> cells) {
    bool first = true;
    for (const auto cell : cells) {
        if (!std::exchange(first, false)) out += ',';
        const bool apostrophe = needs_apostrophe(cell);
        if (!apostrophe && cell.find_first_of(",\"\r\n") == std::string_view::npos) {
            out += cell;
            continue;
        }
        out += '"';
        if (apostrophe) out += '\'';
        for (const char c : cell) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    out += "\r\n";
}

} // namespace table
