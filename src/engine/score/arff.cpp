#include "engine/score/sheet.hpp"

#include <algorithm>
#include <charconv>

namespace score {
namespace {

using base::Result;

base::Error arff_error(std::size_t line, base::Text message) {
    return sheet_error(
        "score.arff",
        line,
        std::move(message),
        {"请按 ARFF 格式改正该行。", "Put the line right; ARFF is described with Weka."});
}

bool word_is(std::string_view line, std::string_view word) {
    if (line.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const char c = line[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != word[i]) return false;
    }
    return line.size() == word.size() || line[word.size()] == ' ' || line[word.size()] == '\t';
}

// A name or a cell, in quotes or up to a comma, a blank (when `at_blank`) or a brace.
std::optional<std::string_view> take_token(
    std::string_view& line, bool at_blank, std::deque<std::string>& rewritten) {
    line = stripped(line);
    if (!line.empty() && (line.front() == '\'' || line.front() == '"')) {
        const char quote = line.front();
        std::string inner;
        for (std::size_t i = 1; i < line.size(); ++i) {
            if (line[i] == '\\' && i + 1 < line.size()) {
                inner += line[++i];
            } else if (line[i] == quote) {
                line = stripped(line.substr(i + 1));
                return rewritten.emplace_back(std::move(inner));
            } else {
                inner += line[i];
            }
        }
        return std::nullopt;
    }
    std::size_t end = 0;
    while (end < line.size() && line[end] != ',' && line[end] != '{' && line[end] != '}' &&
           !(at_blank && (line[end] == ' ' || line[end] == '\t')))
        ++end;
    const auto token = stripped(line.substr(0, end));
    line = stripped(line.substr(end));
    return token;
}

struct Reader {
    Sheet sheet;
    std::vector<std::string_view> first_levels; // what a sparse row leaves out stands for
    bool data = false;

    Result<void> attribute(std::string_view rest, std::size_t number);
    Result<void> dense(std::string_view line, std::size_t number);
    Result<void> sparse(std::string_view line, std::size_t number);
    Result<void> line(std::string_view line, std::size_t number);
};

Result<void> Reader::attribute(std::string_view rest, std::size_t number) {
    const auto name = take_token(rest, true, sheet.rewritten);
    if (!name || name->empty() || rest.empty())
        return arff_error(number, {"属性缺名称或类型。", "An attribute lacks its name or type."});
    if (sheet.names.size() >= sheet_columns_most)
        return arff_error(number, {"属性超过两万个。", "There are more than 20,000 attributes."});
    sheet.names.emplace_back(*name);
    std::string_view first = "0";
    if (rest.front() == '{') {
        rest.remove_prefix(1);
        const auto level = take_token(rest, false, sheet.rewritten);
        first = level.value_or(std::string_view());
    }
    first_levels.push_back(first);
    return {};
}

Result<void> Reader::dense(std::string_view line, std::size_t number) {
    std::vector<std::string_view> cells;
    const bool commas = line.find(',') != std::string_view::npos;
    while (true) {
        const auto cell = take_token(line, !commas, sheet.rewritten);
        if (!cell) return arff_error(number, {"引号没有结束。", "A quotation mark is not closed."});
        cells.push_back(*cell);
        if (line.empty()) break;
        if (line.front() == ',')
            line.remove_prefix(1);
        else if (commas || line.front() == '{' || line.front() == '}')
            break; // a row's weight in braces, which is not used
    }
    if (cells.size() != sheet.names.size()) {
        sheet.uneven.push_back(number);
        return {};
    }
    for (std::size_t place = 0; place < cells.size(); ++place)
        sheet.cells[place].push_back(is_missing(cells[place]) ? std::string_view() : cells[place]);
    sheet.lines.push_back(number);
    return {};
}

Result<void> Reader::sparse(std::string_view line, std::size_t number) {
    std::vector<std::string_view> cells = first_levels;
    line.remove_prefix(1);
    while (!(line = stripped(line)).empty() && line.front() != '}') {
        const auto index = take_token(line, true, sheet.rewritten);
        std::size_t place = 0;
        const auto* end = index ? index->data() + index->size() : nullptr;
        if (!index || std::from_chars(index->data(), end, place).ptr != end ||
            place >= cells.size() || index->empty())
            return arff_error(number, {"稀疏行的列号无效。", "A sparse row names no attribute."});
        const auto cell = take_token(line, false, sheet.rewritten);
        if (!cell) return arff_error(number, {"引号没有结束。", "A quotation mark is not closed."});
        cells[place] = *cell;
        if (!line.empty() && line.front() == ',')
            line.remove_prefix(1);
        else if (line.empty() || line.front() != '}')
            return arff_error(number, {"稀疏行没有结束。", "A sparse row is not closed."});
    }
    for (std::size_t place = 0; place < cells.size(); ++place)
        sheet.cells[place].push_back(is_missing(cells[place]) ? std::string_view() : cells[place]);
    sheet.lines.push_back(number);
    return {};
}

Result<void> Reader::line(std::string_view line, std::size_t number) {
    if (data) return line.front() == '{' ? sparse(line, number) : dense(line, number);
    if (word_is(line, "@attribute")) return attribute(stripped(line.substr(10)), number);
    if (word_is(line, "@relation")) return {};
    if (!word_is(line, "@data"))
        return arff_error(number, {"不是 ARFF 的声明。", "This is no declaration of ARFF."});
    if (sheet.names.empty())
        return arff_error(number, {"没有任何属性。", "There are no attributes."});
    data = true;
    sheet.cells.resize(sheet.names.size());
    return {};
}

} // namespace

Result<Sheet> read_arff(std::string text) {
    Reader reader;
    reader.sheet.text = std::make_unique<std::string>(std::move(text));
    const std::string_view all = *reader.sheet.text;
    std::size_t number = 0;
    for (std::size_t at = 0; at < all.size();) {
        const auto end = std::min(all.find('\n', at), all.size());
        const auto line = stripped(all.substr(at, end - at));
        ++number;
        at = end + 1;
        if (line.empty() || line.front() == '%') continue;
        TRY(reader.line(line, number));
    }
    auto& sheet = reader.sheet;
    if (sheet.rows() == 0)
        return arff_error(number, {"没有数据行。", "There are no rows after @data."});
    if (sheet.uneven.size() * 100 > sheet.rows())
        return sheet_error(
            "score.table_uneven",
            sheet.uneven.front(),
            {"超过百分之一的行与属性数不同。",
             "More than one row in a hundred has another number of cells than attributes."},
            {"请检查引号和逗号。", "Check the quotation marks and commas."});
    return std::move(reader.sheet);
}

} // namespace score
