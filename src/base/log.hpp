// Structured logs: one JSON object a line on standard error. An event name and fields, never a
// sentence with holes.
#pragma once

#include "base/id.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace base::log {

struct Field {
    std::string_view name;
    std::variant<std::int64_t, double, bool, std::string> value;

    template <class T>
    Field(std::string_view field_name, Id<T> id)
        : name(field_name)
        , value(std::to_string(id.value)) {}

    Field(std::string_view field_name, std::integral auto number)
        : name(field_name)
        , value(static_cast<std::int64_t>(number)) {}

    Field(std::string_view field_name, bool flag)
        : name(field_name)
        , value(flag) {}

    Field(std::string_view field_name, double number)
        : name(field_name)
        , value(number) {}

    Field(std::string_view field_name, std::string text)
        : name(field_name)
        , value(std::move(text)) {}

    Field(std::string_view field_name, const char* text)
        : name(field_name)
        , value(std::string(text)) {}

    Field(std::string_view field_name, std::string_view text)
        : name(field_name)
        , value(std::string(text)) {}
};

enum class Level { debug, info, warn, error };

void set_level(Level level);             // process-wide threshold, info at start
[[nodiscard]] bool enabled(Level level); // to spare the work of making fields nobody will see
void write(Level level, std::string_view event, std::initializer_list<Field> fields);

inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::info, event, fields);
}

inline void warn(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::warn, event, fields);
}

inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::error, event, fields);
}

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::debug, event, fields);
}

} // namespace base::log
