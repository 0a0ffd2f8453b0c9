// The text format of protocol buffers, read without their definitions.
//
//   message = { field }
//   field   = name [ ":" ] value [ "," | ";" ]        the colon may be missing before a message or
//   list name    = identifier | number | "[" any text "]"  the latter names extensions and what Any
//   holds value   = scalar | "{" message "}" | "<" message ">" | "[" [ value { "," value } ] "]"
//   scalar  = { string } | [ "-" ] number | [ "-" ] identifier
// Strings stand in ' or " and those beside one another are joined. Comments run from # to the
// line's end.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

inline constexpr std::size_t file_limit_bytes = 16 * 1'024 * 1'024;
inline constexpr int message_depth_limit = 64;
inline constexpr std::size_t field_limit = 1'000'000; // of a whole file

struct Field;

struct Message {
    std::vector<Field> fields;

    // The first of that name, or null.
    [[nodiscard]] const Field* find(std::string_view name) const;
    [[nodiscard]] const Message* message(std::string_view name) const; // the first that is one
    [[nodiscard]] std::string text(std::string_view name) const;       // empty when there is none
    [[nodiscard]] bool flag(std::string_view name) const; // whether it is there and true
};

enum class Form { text, word, message };

struct Field {
    std::string name; // with its brackets, where it has some
    Form form = Form::word;
    std::string text; // a string's bytes, or a word or number as written
    Message message;
    int line = 1;
};

// `conformance.syntax` with `field` "line:column", `conformance.limit`.
[[nodiscard]] base::Result<Message> read_textproto(std::string_view text);

} // namespace conformance
