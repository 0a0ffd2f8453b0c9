#include "engine/rule/token.hpp"

#include <charconv>
#include <cmath>

namespace rule {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

bool ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

int hex_digit(char c) {
    if (digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The code point at the head of `text` and its length in bytes; length 0 when it is not UTF-8.
struct Point {
    std::uint32_t code = 0;
    std::size_t bytes = 0;
};

Point point_at(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80) return {byte(0), 1};
    const std::size_t bytes = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
    if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < bytes) return {};
    std::uint32_t code = byte(0) & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return {};
        code = code << 6U | (byte(i) & 0x3FU);
    }
    const bool too_long = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
    if (too_long || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return {};
    return {code, bytes};
}

bool append_point(std::string& out, std::uint32_t code) {
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | code >> 6U);
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | code >> 12U);
        put(0x80U | (code >> 6U & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | code >> 18U);
        put(0x80U | (code >> 12U & 0x3FU));
        put(0x80U | (code >> 6U & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
    return true;
}

// Letters beyond ASCII that may stand in a name: ideographs and letters, not punctuation or
// symbols.
bool wide_letter(std::uint32_t code) {
    if (code >= 0x4E00 && code <= 0x9FFF) return true;
    if (code >= 0x3400 && code <= 0x4DBF) return true;
    if (code >= 0x20000 && code <= 0x323AF) return true;
    if (code == 0x3007) return true; // 〇
    return code >= 0xC0 && code <= 0x24F && code != 0xD7 && code != 0xF7;
}

// What an input method for Chinese types where a programme wants ASCII.
struct Fullwidth {
    std::string_view typed;
    std::string_view meant;
};

constexpr Fullwidth fullwidth[] = {{"（", "("}, {"）", ")"}, {"，", ","}, {"：", ":"}, {"？", "?"},
                                   {"！", "!"}, {"＞", ">"}, {"＜", "<"}, {"＝", "="}, {"≥", ">="},
                                   {"≤", "<="}, {"≠", "!="}, {"“", "\""}, {"”", "\""}, {"‘", "'"},
                                   {"’", "'"},  {"％", "%"}, {"【", "["}, {"】", "]"}, {"＋", "+"},
                                   {"－", "-"}, {"×", "*"},  {"÷", "/"},  {"。", "."}};

class Splitter {
public:
    Splitter(std::string_view source, bool units)
        : source_(source)
        , units_(units) {}

    Words run() {
        while (!words_.complaint) {
            skip_blanks();
            if (at_ == source_.size()) break;
            next();
        }
        words_.tokens.push_back(
            {.kind = TokenKind::end,
             .from = source_.size(),
             .to = source_.size(),
             .text = {},
             .value = {}});
        return std::move(words_);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
    }

    [[nodiscard]] std::string_view rest() const { return source_.substr(at_); }

    void complain(std::size_t from, std::size_t to, base::Text message, base::Text cure = {}) {
        if (words_.complaint) return;
        words_.complaint = Complaint{"rule.syntax", from, to, std::move(message), std::move(cure)};
    }

    Token& push(TokenKind kind, std::size_t from) {
        auto& token = words_.tokens.emplace_back();
        token.kind = kind;
        token.from = from;
        token.to = at_;
        return token;
    }

    void skip_blanks() {
        for (;;) {
            const char c = peek();
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
                at_ += 1;
            } else if (rest().starts_with("　")) {
                at_ += std::string_view("　").size();
            } else if (rest().starts_with("//")) {
                while (at_ < source_.size() && peek() != '\n')
                    at_ += 1;
            } else {
                return;
            }
        }
    }

    void next() {
        const char c = peek();
        if (digit(c) || (c == '.' && digit(peek(1)))) return number();
        if (prefixed_text()) return;
        if (c == '`') return quoted_name();
        if (ascii_letter(c) || wide_letter_here()) return name();
        punctuation();
    }

    // "…", r"…", b"…", br"…", with either quote and either case.
    bool prefixed_text() {
        std::size_t ahead = 0;
        const auto letter = [&](char lower) {
            const bool there = peek(ahead) == lower || peek(ahead) == lower - 'a' + 'A';
            ahead += there ? 1 : 0;
            return there;
        };
        const bool bytes = letter('b');
        const bool raw = letter('r');
        if (peek(ahead) != '"' && peek(ahead) != '\'') return false;
        const auto from = at_;
        at_ += ahead;
        text_literal(from, {.raw = raw, .bytes = bytes});
        return true;
    }

    [[nodiscard]] bool wide_letter_here() const {
        if (at_ == source_.size() || static_cast<unsigned char>(peek()) < 0x80) return false;
        const auto point = point_at(rest());
        return point.bytes != 0 && wide_letter(point.code);
    }

    // Letters and digits from here on.
    void pass_name() {
        while (at_ < source_.size()) {
            if (ascii_letter(peek()) || digit(peek())) {
                at_ += 1;
            } else if (wide_letter_here()) {
                at_ += point_at(rest()).bytes;
            } else {
                return;
            }
        }
    }

    void name() {
        const auto from = at_;
        pass_name();
        const auto text = source_.substr(from, at_ - from);
        const bool truth = text == "true";
        if (truth || text == "false") {
            push(TokenKind::literal, from).value = truth;
            return;
        }
        if (text == "null") {
            push(TokenKind::literal, from).value = Other(Datum{});
            return;
        }
        push(TokenKind::name, from).text = text;
    }

    void quoted_name() {
        const auto from = at_;
        const auto close = source_.find('`', at_ + 1);
        if (close == std::string_view::npos || close == at_ + 1) {
            at_ = source_.size();
            return complain(from, from + 1, {"反引号没有配对", "the backquote is not closed"});
        }
        at_ = close + 1;
        auto& token = push(TokenKind::name, from);
        token.text = source_.substr(from + 1, close - from - 1);
        token.quoted = true;
    }

    void punctuation() {
        const auto from = at_;
        for (const std::string_view two : {"&&", "||", "==", "!=", "<=", ">="}) {
            if (rest().starts_with(two)) {
                at_ += 2;
                push(TokenKind::punctuation, from).text = two;
                return;
            }
        }
        if (std::string_view("()[]{},.?:!<>+-*/%").find(peek()) != std::string_view::npos &&
            peek() != '\0') {
            at_ += 1;
            push(TokenKind::punctuation, from).text = source_.substr(from, 1);
            return;
        }
        strange();
    }

    void strange() {
        const auto from = at_;
        for (const auto& [typed, meant] : fullwidth) {
            if (!rest().starts_with(typed)) continue;
            const auto sign = std::string(meant);
            return complain(
                from,
                from + typed.size(),
                {"不能用“" + std::string(typed) + "”",
                 "“" + std::string(typed) + "” cannot be used here"},
                {"改用半角的 " + sign, "use the ASCII sign " + sign});
        }
        const auto one = point_at(rest());
        if (one.bytes == 0) {
            return complain(from, from + 1, {"不是有效的 UTF-8 文字", "this is not valid UTF-8"});
        }
        const auto sign = std::string(rest().substr(0, one.bytes));
        base::Text cure;
        if (sign == "=") cure = {"比较相等写成 ==", "write == to compare"};
        if (sign == "&") cure = {"“并且”写成 &&", "write && for “and”"};
        if (sign == "|") cure = {"“或者”写成 ||", "write || for “or”"};
        complain(
            from,
            from + one.bytes,
            {"不认识的符号 " + sign, "unexpected sign " + sign},
            std::move(cure));
    }

    void number() {
        const auto from = at_;
        if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) return hexadecimal();
        while (digit(peek()))
            at_ += 1;
        bool whole = true;
        if (peek() == '.' && digit(peek(1))) {
            whole = false;
            at_ += 1;
            while (digit(peek()))
                at_ += 1;
        }
        const bool signed_exponent = (peek(1) == '+' || peek(1) == '-') && digit(peek(2));
        if ((peek() == 'e' || peek() == 'E') && (digit(peek(1)) || signed_exponent)) {
            whole = false;
            at_ += signed_exponent ? 2 : 1;
            while (digit(peek()))
                at_ += 1;
        }
        const auto digits = source_.substr(from, at_ - from);
        if (units_ && percent_sign_here()) return percent(from, digits);
        if (units_ && unit(from, digits, whole)) return;
        if (whole && unsigned_suffix()) {
            std::uint64_t magnitude = 0;
            const auto read =
                std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
            if (read.ec != std::errc{})
                return complain(from, at_, {"整数太大", "the whole number is too large"});
            return push_unsigned(from, magnitude);
        }
        plain_number(from, digits, whole);
    }

    void hexadecimal() {
        const auto from = at_;
        at_ += 2;
        const auto start = at_;
        while (hex_digit(peek()) >= 0)
            at_ += 1;
        std::uint64_t magnitude = 0;
        const auto read =
            std::from_chars(source_.data() + start, source_.data() + at_, magnitude, 16);
        const bool suffix = unsigned_suffix();
        if (read.ec != std::errc{} || ends_in_name(from)) {
            return complain(from, at_, {"十六进制数写错了或太大", "bad hexadecimal number"});
        }
        if (suffix) return push_unsigned(from, magnitude);
        push(TokenKind::integer, from).magnitude = magnitude;
    }

    // The u of 5u, passed over.
    bool unsigned_suffix() {
        if (peek() != 'u' && peek() != 'U') return false;
        if (ascii_letter(peek(1)) || digit(peek(1))) return false;
        at_ += 1;
        return true;
    }

    void push_unsigned(std::size_t from, std::uint64_t magnitude) {
        Datum datum;
        datum.kind = Kind::unsigned_integer;
        datum.integer = static_cast<std::int64_t>(magnitude);
        push(TokenKind::literal, from).value = Other(std::move(datum));
    }

    void plain_number(std::size_t from, std::string_view digits, bool whole) {
        if (ends_in_name(from)) return;
        if (whole) {
            std::uint64_t magnitude = 0;
            const auto read =
                std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
            if (read.ec != std::errc{} || magnitude > std::uint64_t{1} << 63U) {
                return complain(from, at_, {"整数太大", "the whole number is too large"});
            }
            push(TokenKind::integer, from).magnitude = magnitude;
            return;
        }
        double value = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (read.ec != std::errc{} || !std::isfinite(value)) {
            return complain(from, at_, {"这个数超出范围", "the number is out of range"});
        }
        push(TokenKind::literal, from).value = value;
    }

    // A number that runs into letters: 12个月销售额, 300万, 5u.
    bool ends_in_name(std::size_t from) {
        if (!ascii_letter(peek()) && !wide_letter_here()) return false;
        const auto start = at_;
        pass_name();
        const auto word = std::string(source_.substr(start, at_ - start));
        const auto all = std::string(source_.substr(from, at_ - from));
        const auto digits = std::string(source_.substr(from, start - from));
        base::Text cure = {
            "以数字开头的名称请加反引号：`" + all + "`",
            "put names that begin with a digit in backquotes: `" + all + "`"};
        if (word == "万" || word == "亿")
            cure = {"金额写成 " + all + "元", "write the amount as " + all + "元"};
        if (word == "d") cure = {"写成 " + digits + "天", "write " + digits + "天"};
        complain(
            from,
            at_,
            {"数字后面不能接“" + word + "”", "“" + word + "” cannot follow a number"},
            std::move(cure));
        return true;
    }

    // Whether "%" here is a percent sign: it touches the number, and what follows cannot be an
    // operand.
    [[nodiscard]] bool percent_sign_here() const {
        if (peek() != '%') return false;
        auto i = at_ + 1;
        while (i < source_.size() && (source_[i] == ' ' || source_[i] == '\t' ||
                                      source_[i] == '\n' || source_[i] == '\r'))
            i += 1;
        if (i == source_.size()) return true;
        const char c = source_[i];
        if (c == '-') return i > at_ + 1;
        if (c == '!') return i + 1 < source_.size() && source_[i + 1] == '=';
        if (c == '.') return i + 1 == source_.size() || !digit(source_[i + 1]);
        if (c == '/') return true;
        const auto after = source_.substr(i);
        const bool word_in = after.starts_with("in") &&
                             (after.size() == 2 || (!ascii_letter(after[2]) && !digit(after[2])));
        if (word_in) return true;
        if (digit(c) || ascii_letter(c) || c == '(' || c == '[' || c == '"' || c == '\'' ||
            c == '`')
            return false;
        return static_cast<unsigned char>(c) < 0x80;
    }

    void percent(std::size_t from, std::string_view digits) {
        at_ += 1;
        const auto rate = base::Rate::parse_percent(digits);
        if (!rate)
            return complain(
                from,
                at_,
                rate.error().message,
                {"百分数最多四位小数", "at most four decimals in a percentage"});
        push(TokenKind::literal, from).value = *rate;
    }

    // 300万元, 300 万元, 30天.
    bool unit(std::size_t from, std::string_view digits, bool whole) {
        const auto start = at_;
        while (peek() == ' ')
            at_ += 1;
        const auto word_from = at_;
        pass_name();
        const auto word = source_.substr(word_from, at_ - word_from);
        if (word == "元" || word == "万元" || word == "亿元") {
            const auto amount = base::Money::parse(std::string(digits) + std::string(word));
            if (!amount) {
                complain(from, at_, amount.error().message, amount.error().cure);
            } else {
                push(TokenKind::literal, from).value = *amount;
            }
            return true;
        }
        if (word == "天") {
            std::int64_t count = 0;
            const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), count);
            if (!whole || read.ec != std::errc{} || count > 10'000'000) {
                complain(
                    from, at_, {"天数应为不太大的整数", "days are a whole number, not too large"});
            } else {
                push(TokenKind::literal, from).value = Duration::of_days(count);
            }
            return true;
        }
        at_ = start;
        return false;
    }

    struct Style {
        bool raw = false;
        bool bytes = false;
    };

    // The opening quote is at at_; `from` is where the literal began.
    void text_literal(std::size_t from, Style style) {
        const char quote = peek();
        const std::string three(3, quote);
        const bool triple = rest().starts_with(three);
        at_ += triple ? 3 : 1;
        std::string text;
        for (;;) {
            const bool over =
                at_ >= source_.size() || (!triple && (peek() == '\n' || peek() == '\r'));
            if (over)
                return complain(
                    from, from + 1, {"引号没有配对", "the quotation mark is not closed"});
            if (triple ? rest().starts_with(three) : peek() == quote) break;
            if (peek() == '\\' && !style.raw) {
                if (!escape(text, style.bytes))
                    return complain(
                        at_,
                        at_ + 2,
                        {"不认识的转义", "unknown escape"},
                        {"反斜线写成 \\\\", "write \\\\ for a backslash"});
                continue;
            }
            const auto point = point_at(rest());
            if (point.bytes == 0)
                return complain(at_, at_ + 1, {"不是有效的 UTF-8 文字", "this is not valid UTF-8"});
            text += rest().substr(0, point.bytes);
            at_ += point.bytes;
        }
        at_ += triple ? 3 : 1;
        if (text.size() > text_limit_bytes)
            return complain(from, at_, {"文本太长", "the text is too long"});
        auto& token = push(TokenKind::literal, from);
        if (!style.bytes) {
            token.value = std::move(text);
            return;
        }
        Datum datum;
        datum.kind = Kind::bytes;
        datum.text = std::move(text);
        token.value = Other(std::move(datum));
    }

    bool escape(std::string& out, bool bytes) {
        static constexpr std::string_view letters = "abfnrtv\\\"'`?";
        static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\\"'`?";
        const char c = peek(1);
        const auto simple = c == '\0' ? std::string_view::npos : letters.find(c);
        if (simple != std::string_view::npos) {
            out += meanings[simple];
            at_ += 2;
            return true;
        }
        const bool octal = c >= '0' && c <= '3';
        const std::size_t count = octal                  ? 3
                                  : c == 'x' || c == 'X' ? 2
                                  : c == 'u' && !bytes   ? 4
                                  : c == 'U' && !bytes   ? 8
                                                         : 0;
        const std::size_t start = octal ? 1 : 2;
        if (count == 0) return false;
        std::uint32_t code = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const int value = hex_digit(peek(start + i));
            if (value < 0 || (octal && value > 7)) return false;
            code = code * (octal ? 8 : 16) + static_cast<std::uint32_t>(value);
        }
        at_ += start + count;
        if (bytes) {
            out += static_cast<char>(code);
            return true;
        }
        return append_point(out, code);
    }

    std::string_view source_;
    bool units_;
    std::size_t at_ = 0;
    Words words_;
};

} // namespace

Words split_words(std::string_view source, bool units) { return Splitter(source, units).run(); }

} // namespace rule
