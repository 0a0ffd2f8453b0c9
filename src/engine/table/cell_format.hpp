// How Excel's stored numbers are read as text: which formats are dates, and what a serial number
// means.
#pragma once

#include <string>
#include <string_view>

namespace table {

enum class NumberKind { number, date, time };

// By a built-in format's number (ECMA-376 part 1, 18.8.30, with the East Asian ones).
[[nodiscard]] NumberKind kind_of_format(int format_id);
// By a format's code, such as yyyy"年"m"月"d"日"; elapsed times ([h]:mm) stay numbers.
[[nodiscard]] NumberKind kind_of_format(std::string_view code);

// Up to 15 significant digits, never with an exponent between 1e-6 and 1e21; the text itself when
// it is no number.
[[nodiscard]] std::string number_text(std::string_view stored);
// Serial days since 1899-12-30 (or 1904-01-01), as a day, a day with a time, or a time alone. A
// number outside years 1900…9999 stays a number. Serial 60, the 29 February 1900 that never was,
// reads as 1900-03-01.
[[nodiscard]] std::string serial_text(std::string_view stored, NumberKind kind, bool since_1904);

// ECMA-376 part 1, 22.4.2.4: _x000D_ in a string stands for that character.
[[nodiscard]] std::string unescaped(std::string_view text);

} // namespace table
