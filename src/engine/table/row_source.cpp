#include "engine/table/row_source.hpp"

#include "engine/table/rows.hpp"

#include <algorithm>
#include <cstring>

namespace table {
namespace {

// How many bytes the character at the front takes; 0 when it is not UTF-8.
std::size_t character_bytes(std::string_view bytes) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const auto lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead < 0xC2   ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || bytes.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return 0;
    }
    const auto second = byte(1);
    if (lead == 0xE0 && second < 0xA0) return 0; // overlong
    if (lead == 0xED && second > 0x9F) return 0; // surrogates
    if (lead == 0xF0 && second < 0x90) return 0; // overlong
    if (lead == 0xF4 && second > 0x8F) return 0; // past U+10FFFF
    return length;
}

std::string folded(std::string_view name) {
    std::string out;
    for (const char c : trimmed(name)) {
        if (c == ' ') continue;
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

} // namespace

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        std::uint64_t eight = 0;
        if (bytes.size() >= sizeof eight) {
            std::memcpy(&eight, bytes.data(), sizeof eight);
            if ((eight & 0x8080808080808080U) == 0) {
                bytes.remove_prefix(sizeof eight);
                continue;
            }
        }
        const auto length = character_bytes(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    constexpr std::string_view ideographic = "\u3000";
    while (true) {
        if (!text.empty() && blanks.find(text.front()) != std::string_view::npos) {
            text.remove_prefix(1);
        } else if (!text.empty() && blanks.find(text.back()) != std::string_view::npos) {
            text.remove_suffix(1);
        } else if (text.starts_with(ideographic)) {
            text.remove_prefix(ideographic.size());
        } else if (text.ends_with(ideographic)) {
            text.remove_suffix(ideographic.size());
        } else {
            return text;
        }
    }
}

std::vector<std::string> header_names(std::span<const std::string_view> cells) {
    std::vector<std::string> names;
    for (const auto cell : cells)
        names.emplace_back(trimmed(cell));
    while (names.size() > 1 && names.back().empty())
        names.pop_back();
    return names;
}

Fault row_short(std::size_t had, std::size_t wanted) {
    const auto some = std::to_string(had);
    const auto all = std::to_string(wanted);
    return {
        "table.row_short",
        had,
        {"本行只有 " + some + " 列，表头有 " + all + " 列。",
         "This row has " + some + " cells, the header has " + all + "."},
        {"补齐缺少的列，空值也要保留分隔符。",
         "Add the missing cells; an empty one keeps its separator."}};
}

Fault row_long(std::size_t column, std::size_t wanted) {
    const auto place = std::to_string(column + 1);
    const auto all = std::to_string(wanted);
    return {
        "table.row_long",
        column,
        {"第 " + place + " 列有内容，但表头只有 " + all + " 列。",
         "Cell " + place + " has content, but the header has " + all + " columns."},
        {"含逗号的内容要加引号；或为该列补上列名。",
         "Quote content that holds a comma, or name the column in the header."}};
}

std::optional<std::size_t> column(
    const RowSource& source, std::initializer_list<std::string_view> names) {
    const auto& header = source.header();
    for (const auto name : names) {
        const auto wanted = folded(name);
        const auto found = std::ranges::find_if(
            header, [&](const std::string& each) { return folded(each) == wanted; });
        if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
    }
    return std::nullopt;
}

} // namespace table
