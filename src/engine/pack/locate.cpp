// From a place in an expression to the place in the file that holds it.
#include "engine/pack/checker.hpp"

namespace pack {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Byte of a line and column, both from 1, columns in characters; the end when there is none.
std::size_t byte_of(std::string_view text, int line, int column) {
    std::size_t i = 0;
    for (; line > 1 && i < text.size(); ++i)
        line -= text[i] == '\n' ? 1 : 0;
    for (; column > 1 && i < text.size() && text[i] != '\n'; --column) {
        ++i;
        while (i < text.size() && continues(text[i]))
            ++i;
    }
    return i;
}

std::size_t ink_before(std::string_view text, std::size_t end) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < end && i < text.size(); ++i)
        count += is_blank(text[i]) ? 0 : 1;
    return count;
}

// Where the content of a scalar begins: past a quote, or past the header line of a block scalar.
std::size_t content_of(std::string_view text, std::size_t start) {
    if (start >= text.size()) return text.size();
    if (text[start] == '"' || text[start] == '\'') return start + 1;
    if (text[start] != '|' && text[start] != '>') return start;
    const auto end = text.find('\n', start);
    return end == std::string_view::npos ? text.size() : end + 1;
}

} // namespace

Place place_inside(
    const Loaded& loaded, const Place& scalar, std::string_view value, int line, int column) {
    const auto file = loaded.files.find(scalar.file);
    if (file == loaded.files.end() || scalar.line == 0) return scalar;
    const std::string_view text = file->second;
    const auto start = byte_of(text, scalar.line, scalar.column);
    const char quote = start < text.size() ? text[start] : ' ';
    auto left = ink_before(value, byte_of(value, line, column));
    auto i = content_of(text, start);
    for (; i < text.size(); ++i) {
        if (is_blank(text[i])) continue;
        if (left == 0) break;
        // An escaped character is two in the file and one in the value.
        const bool escape = (quote == '"' && text[i] == '\\') || (quote == '\'' && text[i] == '\'');
        if (escape) ++i;
        --left;
    }
    Place place{scalar.file, 1, 1};
    for (std::size_t k = 0; k < i; ++k) {
        if (text[k] == '\n') {
            ++place.line;
            place.column = 1;
        } else if (!continues(text[k])) {
            ++place.column;
        }
    }
    return place;
}

} // namespace pack
