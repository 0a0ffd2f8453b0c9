#include "engine/score/sheet.hpp"

#include "engine/score/number.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace score {
namespace {

using base::Result;

struct Line {
    std::vector<std::string_view> cells;
    std::size_t number = 0;
};

// Cuts a text into lines of cells. Cells without quotes inside stay views into the text.
class Cutter {
public:
    Cutter(std::string_view text, char separator, std::deque<std::string>& rewritten)
        : text_(text)
        , separator_(separator)
        , rewritten_(rewritten) {}

    // False at the end. Lines without content are passed over.
    bool next(Line& line) {
        while (at_ < text_.size()) {
            line.cells.clear();
            line.number = line_;
            take(line);
            const bool blank =
                std::ranges::all_of(line.cells, [](std::string_view cell) { return cell.empty(); });
            if (!blank || (line.cells.size() > 1 && separator_ != ' ')) return true;
        }
        return false;
    }

    [[nodiscard]] std::size_t open_quote() const { return open_quote_; } // its line, or 0

private:
    [[nodiscard]] bool ended() const {
        return at_ >= text_.size() || text_[at_] == '\n' || text_[at_] == '\r';
    }

    void skip_blanks() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || (text_[at_] == '\t' && separator_ != '\t')))
            ++at_;
    }

    void take(Line& line) {
        while (true) {
            skip_blanks();
            if (separator_ == ' ' && ended()) break;
            line.cells.push_back(take_cell());
            if (ended()) break;
            ++at_; // the separator
        }
        if (at_ < text_.size()) {
            if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
            ++at_;
            ++line_;
        }
    }

    std::string_view take_cell() {
        if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
            if (const auto cell = quoted()) return *cell;
        }
        const auto from = at_;
        const auto cuts = [this](char letter) {
            return letter == '\n' || letter == '\r' || letter == separator_ ||
                   (separator_ == ' ' && letter == '\t');
        };
        while (at_ < text_.size() && !cuts(text_[at_]))
            ++at_;
        return stripped(text_.substr(from, at_ - from));
    }

    // A cell in quotes, when what follows its closing quote is a separator or the line's end; else
    // the quote is a letter like others. An apostrophe never spans lines.
    std::optional<std::string_view> quoted() {
        const char quote = text_[at_];
        auto end = at_ + 1;
        bool doubled = false;
        std::size_t feeds = 0;
        while (end < text_.size()) {
            if (text_[end] == quote) {
                if (end + 1 >= text_.size() || text_[end + 1] != quote) break;
                doubled = true;
                ++end;
            }
            if (text_[end] == '\n') ++feeds;
            ++end;
        }
        if (end >= text_.size() || (quote == '\'' && feeds > 0)) {
            if (quote == '"') open_quote_ = open_quote_ == 0 ? line_ : open_quote_;
            return std::nullopt;
        }
        auto after = end + 1;
        while (after < text_.size() && text_[after] == ' ' && separator_ != ' ')
            ++after;
        const bool closed = after >= text_.size() || text_[after] == separator_ ||
                            text_[after] == '\n' || text_[after] == '\r';
        if (!closed) return std::nullopt;
        auto inner = text_.substr(at_ + 1, end - at_ - 1);
        if (doubled) inner = undoubled(inner, quote);
        at_ = after;
        line_ += feeds;
        return stripped(inner);
    }

    std::string_view undoubled(std::string_view inner, char quote) {
        auto& made = rewritten_.emplace_back();
        for (std::size_t i = 0; i < inner.size(); ++i) {
            made += inner[i];
            if (inner[i] == quote) ++i;
        }
        return made;
    }

    std::string_view text_;
    char separator_;
    std::deque<std::string>& rewritten_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t open_quote_ = 0;
};

// Which separator cuts the first lines most evenly; of equal ones the rarer in ordinary text.
char separator_of(std::string_view text) {
    char best = ',';
    double best_share = 0;
    for (const char candidate : {'\t', ';', '|', ',', ' '}) {
        std::deque<std::string> scratch;
        Cutter cutter(text.substr(0, 200'000), candidate, scratch);
        std::map<std::size_t, int> widths;
        Line line;
        int lines = 0;
        while (lines < 200 && cutter.next(line)) {
            ++widths[line.cells.size()];
            ++lines;
        }
        int most = 0;
        for (const auto& [width, count] : widths)
            if (width > 1) most = std::max(most, count);
        const double share = lines == 0 ? 0.0 : static_cast<double>(most) / lines;
        if (share > best_share + 0.02) {
            best_share = share;
            best = candidate;
        }
    }
    return best;
}

// Names are texts; a first line with a number in it is a row, unless it has the wanted name.
bool is_header(const Line& line, std::string_view wanted) {
    if (!wanted.empty() && std::ranges::find(line.cells, wanted) != line.cells.end()) return true;
    std::set<std::string_view> seen;
    std::size_t filled = 0;
    for (const auto cell : line.cells) {
        if (cell.empty()) continue;
        if (parse_number(cell)) return false;
        ++filled;
        seen.insert(cell);
    }
    // Letters for categories repeat; names hardly do.
    return seen.size() * 2 >= filled;
}

void name_columns(Sheet& sheet, const Line& first) {
    std::map<std::string, int> used;
    for (std::size_t place = 0; place < first.cells.size(); ++place) {
        std::string name = sheet.header ? std::string(first.cells[place]) : std::string();
        if (name.empty()) name = "c" + std::to_string(place + 1);
        const int before = used[name]++;
        if (before > 0) name += "_" + std::to_string(before + 1);
        sheet.names.push_back(std::move(name));
    }
}

void add_line(Sheet& sheet, const Line& line) {
    const auto width = sheet.names.size();
    auto size = line.cells.size();
    while (size > width && line.cells[size - 1].empty())
        --size; // separators at the end
    if (size != width) {
        sheet.uneven.push_back(line.number);
        return;
    }
    for (std::size_t place = 0; place < width; ++place) {
        const auto cell = line.cells[place];
        sheet.cells[place].push_back(is_missing(cell) ? std::string_view() : cell);
    }
    sheet.lines.push_back(line.number);
}

// Bytes that are not UTF-8 become U+FFFD: a table in another encoding keeps its numbers.
void replace_foreign(std::string& text) {
    std::string made;
    std::size_t kept = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t size = lead < 0x80                       ? 1
                                 : lead >> 5U == 6 && lead > 0xc1  ? 2
                                 : lead >> 4U == 14                ? 3
                                 : lead >> 3U == 30 && lead < 0xf5 ? 4
                                                                   : 0;
        bool whole = size > 0 && at + size <= text.size();
        for (std::size_t i = 1; whole && i < size; ++i)
            whole = (static_cast<unsigned char>(text[at + i]) & 0xc0U) == 0x80;
        if (whole) {
            at += size;
            continue;
        }
        made.append(text, kept, at - kept);
        made += "\xef\xbf\xbd";
        kept = ++at;
    }
    if (made.empty()) return;
    made.append(text, kept);
    text = std::move(made);
}

bool is_arff(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = stripped(text.substr(at, end - at));
        if (!line.empty() && line.front() != '%') {
            std::string word(line.substr(0, 9));
            std::ranges::transform(word, word.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            });
            return word == "@relation" || word == "@attribut";
        }
        at = end + 1;
    }
    return false;
}

Result<Sheet> read_cut(std::string bytes, std::string_view wanted) {
    Sheet sheet;
    sheet.text = std::make_unique<std::string>(std::move(bytes));
    sheet.separator = separator_of(*sheet.text);
    Cutter cutter(*sheet.text, sheet.separator, sheet.rewritten);
    Line line;
    if (!cutter.next(line))
        return sheet_error(
            "score.table_empty",
            1,
            {"文件里没有数据。", "The file has no rows."},
            {"请检查文件是否导出完整。", "Check that the export is complete."});
    if (line.cells.size() > sheet_columns_most)
        return sheet_error(
            "score.columns_many",
            line.number,
            {"列数超过两万。", "There are more than 20,000 columns."},
            {"请只保留要用的列。", "Keep the columns that are of use."});
    sheet.header = is_header(line, wanted);
    name_columns(sheet, line);
    sheet.cells.resize(sheet.names.size());
    if (!sheet.header) add_line(sheet, line);
    while (cutter.next(line))
        add_line(sheet, line);
    if (sheet.uneven.size() * 100 > sheet.rows()) {
        if (cutter.open_quote() > 0)
            return sheet_error(
                "score.quote_open",
                cutter.open_quote(),
                {"引号没有结束。", "A quotation mark is not closed."},
                {"请补上结束的引号。", "Close it, or double a quotation mark inside a cell."});
        return sheet_error(
            "score.table_uneven",
            sheet.uneven.front(),
            {"超过百分之一的行与表头列数不同。",
             "More than one line in a hundred has another number of cells than the first."},
            {"请检查分隔符和引号。", "Check the separator and the quotation marks."});
    }
    return sheet;
}

} // namespace

std::string_view stripped(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

bool is_missing(std::string_view cell) {
    if (cell.empty()) return true;
    if (cell.size() > 6) return false;
    std::string lower(cell);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    for (const auto* marker :
         {"na", "n/a", "nan", "null", "none", "?", ".", "#n/a", "<na>", "-nan", "(null)", "\\n"})
        if (lower == marker) return true;
    return false;
}

base::Error sheet_error(const char* code, std::size_t line, base::Text message, base::Text cure) {
    return base::invalid(code, std::move(message), std::move(cure))
        .at("line " + std::to_string(line));
}

Result<Sheet> read_sheet(std::string text, std::string_view wanted) {
    if (text.starts_with("PK\x03\x04") || text.starts_with("\x1f\x8b") ||
        text.starts_with("\x28\xb5\x2f\xfd") || text.find('\0') < 4096)
        return sheet_error(
            "score.table_binary",
            1,
            {"这是压缩包或工作簿，不是文本表格。", "This is an archive or a workbook, not a text."},
            {"请先解压，或另存为 CSV。", "Unpack it, or save it as CSV."});
    if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
    replace_foreign(text);
    if (is_arff(text)) return read_arff(std::move(text));
    if (text.starts_with("sep=")) { // what Excel writes to say its separator
        const auto end = std::min(text.find('\n'), text.size() - 1);
        std::fill_n(text.begin(), end, ' ');
    }
    return read_cut(std::move(text), wanted);
}

} // namespace score
