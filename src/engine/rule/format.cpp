// text.format([…]): %s %d %f %e %b %o %x %X, with a precision for %f and %e.
#include "engine/rule/functions.hpp"

#include <charconv>

namespace rule {

using namespace cells;

namespace {

constexpr int precision_limit = 100;

class Formatter {
public:
    Formatter(Scratch& scratch, const Cell& values)
        : scratch_(scratch)
        , values_(values) {}

    // The text, or the fault that keeps it from being written.
    Cell run(std::string_view pattern) {
        for (std::size_t i = 0; i < pattern.size() && !fault_; ++i) {
            if (pattern[i] != '%') {
                made_ += pattern[i];
                continue;
            }
            i += 1;
            if (i < pattern.size() && pattern[i] == '%') {
                made_ += '%';
                continue;
            }
            const auto precision = precision_in(pattern, i);
            if (i >= pattern.size() || fault_) return fault(Fault::bad_conversion);
            clause(pattern[i], precision);
        }
        if (fault_) return fault(*fault_);
        if (made_.size() > text_limit_bytes) return fault(Fault::out_of_range);
        return scratch_.text(std::move(made_));
    }

private:
    std::optional<int> precision_in(std::string_view pattern, std::size_t& i) {
        if (i >= pattern.size() || pattern[i] != '.') return std::nullopt;
        i += 1;
        int precision = 0;
        const auto from = i;
        while (i < pattern.size() && pattern[i] >= '0' && pattern[i] <= '9' &&
               precision <= precision_limit)
            precision = precision * 10 + (pattern[i++] - '0');
        if (i == from || precision > precision_limit) fault_ = Fault::bad_conversion;
        return precision;
    }

    void clause(char letter, std::optional<int> precision) {
        if (next_ >= length(values_)) {
            fault_ = Fault::no_such_key;
            return;
        }
        const auto value = item(values_, next_++);
        if (letter == 's') return any(value, 0);
        if (letter == 'd') return whole_number(value);
        if (letter == 'f') return decimals(value, std::chars_format::fixed, precision.value_or(6));
        if (letter == 'e')
            return decimals(value, std::chars_format::scientific, precision.value_or(6));
        if (letter == 'b') return in_base(value, 2, false);
        if (letter == 'o') return in_base(value, 8, false);
        if (letter == 'x' || letter == 'X') return in_base(value, 16, letter == 'X');
        fault_ = Fault::bad_conversion;
    }

    bool stop() {
        if (made_.size() > text_limit_bytes) fault_ = Fault::out_of_range;
        if (!scratch_.step()) fault_ = Fault::too_many_steps;
        return fault_.has_value();
    }

    void any(const Cell& value, int depth) {
        if (stop()) return;
        if (depth > depth_limit) {
            fault_ = Fault::too_many_steps;
        } else if (is_list(value)) {
            made_ += '[';
            for (std::size_t i = 0; i < length(value) && !fault_; ++i) {
                if (i > 0) made_ += ", ";
                any(item(value, i), depth + 1);
            }
            made_ += ']';
        } else if (is_map(value)) {
            entries(value, depth);
        } else if (value.tag == Tag::optional) {
            fault_ = Fault::no_overload;
        } else {
            made_ += plain_string(value).value_or("");
        }
    }

    // Sorted by what the keys look like, so that the text does not depend on the order of writing.
    void entries(const Cell& map, int depth) {
        std::vector<std::pair<std::string, std::size_t>> order;
        for (std::size_t i = 0; i < length(map); ++i)
            order.emplace_back(plain_string(item(map, i)).value_or(""), i);
        std::sort(order.begin(), order.end());
        made_ += '{';
        for (std::size_t i = 0; i < order.size() && !fault_; ++i) {
            made_ += (i > 0 ? ", " : "") + order[i].first + ": ";
            any(value_at(map, order[i].second), depth + 1);
        }
        made_ += '}';
    }

    void whole_number(const Cell& value) {
        const bool odd = value.tag == Tag::number && !std::isfinite(value.number);
        if (!is_whole(value.tag) && !odd) {
            fault_ = Fault::no_overload;
            return;
        }
        made_ += *plain_string(value);
    }

    void decimals(const Cell& value, std::chars_format style, int precision) {
        if (!is_number(value.tag)) {
            fault_ = Fault::no_overload;
            return;
        }
        const double number = value.tag == Tag::number ? value.number
                              : value.tag == Tag::integer
                                  ? static_cast<double>(value.integer)
                                  : static_cast<double>(value.unsigned_value());
        if (!std::isfinite(number)) {
            made_ += number_text(number);
            return;
        }
        char buffer[512];
        const auto end =
            std::to_chars(buffer, buffer + sizeof buffer, number, style, precision).ptr;
        made_.append(buffer, end);
    }

    void in_base(const Cell& value, int base, bool upper) {
        if (value.tag == Tag::boolean && base == 2) {
            made_ += value.integer != 0 ? '1' : '0';
            return;
        }
        if ((value.tag == Tag::text || value.tag == Tag::bytes) && base == 16)
            return hexadecimal(value.text(), upper);
        if (!is_whole(value.tag)) {
            fault_ = Fault::no_overload;
            return;
        }
        char buffer[72];
        const auto end =
            value.tag == Tag::integer
                ? std::to_chars(buffer, buffer + sizeof buffer, value.integer, base).ptr
                : std::to_chars(buffer, buffer + sizeof buffer, value.unsigned_value(), base).ptr;
        for (const char* c = buffer; c != end; ++c)
            made_ += upper && *c >= 'a' ? static_cast<char>(*c - 'a' + 'A') : *c;
    }

    void hexadecimal(std::string_view bytes, bool upper) {
        const std::string_view figures = upper ? "0123456789ABCDEF" : "0123456789abcdef";
        for (const char c : bytes) {
            made_ += figures[static_cast<unsigned char>(c) >> 4U];
            made_ += figures[static_cast<unsigned char>(c) & 0xFU];
        }
    }

    Scratch& scratch_;
    const Cell& values_;
    std::size_t next_ = 0;
    std::string made_;
    std::optional<Fault> fault_;
};

} // namespace

Cell formatted(const Calling& calling, const Cell& pattern, const Cell& values) {
    if (pattern.tag != Tag::text || !is_list(values)) return fault(Fault::no_overload);
    return Formatter(calling.scratch, values).run(pattern.text());
}

} // namespace rule
