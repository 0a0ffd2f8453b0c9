// Words of an expression.
#pragma once

#include "engine/rule/tree.hpp"

namespace rule {

enum class TokenKind { end, name, integer, literal, punctuation };

struct Token {
    TokenKind kind = TokenKind::end;
    std::size_t from = 0;
    std::size_t to = 0;
    std::string text;            // a name without backquotes, or the punctuation
    bool quoted = false;         // a name in backquotes is never a keyword
    Value value;                 // of a literal
    std::uint64_t magnitude = 0; // of an integer; the parser gives it its sign
};

struct Words {
    std::vector<Token> tokens; // the last one is `end`
    std::optional<Complaint> complaint;
};

// `units`: whether 300万元, 3% and 30天 are literals. In plain CEL they are not.
[[nodiscard]] Words split_words(std::string_view source, bool units);

} // namespace rule
