#include "engine/conformance/textproto.hpp"

#include <algorithm>

namespace conformance {
namespace {

int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '+' || c == '-';
}

void append_utf8(std::string& out, std::uint32_t code) {
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
}

class Reader {
public:
    explicit Reader(std::string_view text)
        : text_(text) {}

    base::Result<Message> run() {
        Message message;
        TRY(fields(message, '\0', 0));
        return message;
    }

private:
    base::Error fault(const char* code, base::Text what) const {
        const auto before = text_.substr(0, at_);
        const auto line = 1 + std::count(before.begin(), before.end(), '\n');
        const auto column = at_ - (before.rfind('\n') + 1) + 1; // npos + 1 is 0
        const auto place = std::to_string(line) + ":" + std::to_string(column);
        auto error = base::invalid(code, {place + "：" + what.zh, place + ": " + what.en});
        error.field = place;
        return error;
    }

    base::Error unexpected(const char* zh, const char* en) const {
        return fault(
            "conformance.syntax", {std::string("这里应为") + zh, std::string("expected ") + en});
    }

    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void skip_blanks() {
        while (at_ < text_.size()) {
            const char c = peek();
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') {
                at_ += 1;
            } else if (c == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else {
                return;
            }
        }
    }

    bool take(char sign) {
        skip_blanks();
        if (at_ == text_.size() || peek() != sign) return false;
        at_ += 1;
        return true;
    }

    // Up to and with `close`; up to the end of the text when that is 0.
    base::Result<void> fields(Message& message, char close, int depth) {
        if (depth > message_depth_limit)
            return fault("conformance.limit", {"嵌套太深", "it is nested too deeply"});
        for (;;) {
            skip_blanks();
            if (at_ == text_.size()) {
                if (close == '\0') return {};
                return unexpected("右括号", "a closing bracket");
            }
            if (close != '\0' && take(close)) return {};
            TRY(one_field(message, depth));
            if (!take(',')) take(';');
        }
    }

    base::Result<void> one_field(Message& message, int depth) {
        auto name = TRY(field_name());
        const bool colon = take(':');
        skip_blanks();
        if (take('[')) return list(message, name, depth);
        const bool is_message = peek() == '{' || peek() == '<';
        if (!colon && !is_message) return unexpected("冒号", "a colon");
        return value(message, name, depth);
    }

    base::Result<std::string> field_name() {
        skip_blanks();
        const auto from = at_;
        if (peek() == '[') {
            const auto close = text_.find(']', at_);
            if (close == std::string_view::npos || close - from > 1'000)
                return unexpected("右方括号", "a closing square bracket");
            at_ = close + 1;
            std::string name(text_.substr(from, at_ - from));
            std::erase_if(
                name, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
            return name;
        }
        while (word_character(peek()))
            at_ += 1;
        if (at_ == from) return unexpected("字段名", "the name of a field");
        return std::string(text_.substr(from, at_ - from));
    }

    base::Result<void> list(Message& message, const std::string& name, int depth) {
        if (take(']')) return {};
        do {
            TRY(value(message, name, depth));
        } while (take(','));
        if (!take(']')) return unexpected("右方括号", "a closing square bracket");
        return {};
    }

    base::Result<void> value(Message& message, const std::string& name, int depth) {
        skip_blanks();
        if (++count_ > field_limit)
            return fault("conformance.limit", {"字段太多", "there are too many fields"});
        Field field;
        field.name = name;
        field.line = line_here();
        if (peek() == '{' || peek() == '<') {
            const char close = peek() == '{' ? '}' : '>';
            at_ += 1;
            field.form = Form::message;
            TRY(fields(field.message, close, depth + 1));
        } else if (peek() == '"' || peek() == '\'') {
            field.form = Form::text;
            while (peek() == '"' || peek() == '\'') {
                TRY(quoted(field.text));
                skip_blanks();
            }
        } else {
            field.text = TRY(word());
        }
        message.fields.push_back(std::move(field));
        return {};
    }

    // Lines are counted on from the last field, not from the beginning each time.
    int line_here() {
        line_ += static_cast<int>(std::count(
            text_.begin() + static_cast<std::ptrdiff_t>(counted_),
            text_.begin() + static_cast<std::ptrdiff_t>(at_),
            '\n'));
        counted_ = at_;
        return line_;
    }

    base::Result<std::string> word() {
        std::string word;
        if (take('-')) word = "-";
        skip_blanks();
        const auto from = at_;
        while (word_character(peek()))
            at_ += 1;
        if (at_ == from) return unexpected("值", "a value");
        return word + std::string(text_.substr(from, at_ - from));
    }

    base::Result<void> quoted(std::string& out) {
        const char quote = peek();
        at_ += 1;
        for (;;) {
            if (at_ == text_.size() || peek() == '\n')
                return unexpected("引号", "a closing quotation mark");
            const char c = peek();
            at_ += 1;
            if (c == quote) return {};
            if (c != '\\') {
                out += c;
                continue;
            }
            TRY(escape(out));
        }
    }

    base::Result<void> escape(std::string& out) {
        static constexpr std::string_view letters = "abfnrtv\\\"'?";
        static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\\"'?";
        const char c = peek();
        const auto simple = c == '\0' ? std::string_view::npos : letters.find(c);
        if (simple != std::string_view::npos) {
            out += meanings[simple];
            at_ += 1;
            return {};
        }
        if (c >= '0' && c <= '7') return octal(out);
        if (c == 'x' || c == 'X') {
            at_ += 1;
            const auto code = TRY(figures(1, 2));
            out += static_cast<char>(code);
            return {};
        }
        if (c != 'u' && c != 'U') return unexpected("转义符", "an escape");
        at_ += 1;
        const std::size_t width = c == 'u' ? 4 : 8;
        auto code = TRY(figures(width, width));
        // A high surrogate takes the low one that follows it.
        if (code >= 0xD800 && code < 0xDC00 && peek() == '\\' && peek(1) == 'u') {
            at_ += 2;
            const auto low = TRY(figures(4, 4));
            if (low < 0xDC00 || low > 0xDFFF) return unexpected("低位代理", "a low surrogate");
            code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
        }
        if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
            return unexpected("字符编码", "the code of a character");
        append_utf8(out, code);
        return {};
    }

    base::Result<void> octal(std::string& out) {
        std::uint32_t code = 0;
        for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; ++i) {
            code = code * 8 + static_cast<std::uint32_t>(peek() - '0');
            at_ += 1;
        }
        if (code > 0xFF) return unexpected("一个字节", "one byte");
        out += static_cast<char>(code);
        return {};
    }

    base::Result<std::uint32_t> figures(std::size_t least, std::size_t most) {
        std::uint32_t code = 0;
        std::size_t count = 0;
        while (count < most && hexadecimal(peek()) >= 0) {
            code = code << 4U | static_cast<std::uint32_t>(hexadecimal(peek()));
            at_ += 1;
            count += 1;
        }
        if (count < least) return unexpected("十六进制数字", "hexadecimal figures");
        return code;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t count_ = 0;
    std::size_t counted_ = 0;
    int line_ = 1;
};

} // namespace

const Field* Message::find(std::string_view name) const {
    for (const auto& field : fields) {
        if (field.name == name) return &field;
    }
    return nullptr;
}

const Message* Message::message(std::string_view name) const {
    const auto* field = find(name);
    return field != nullptr && field->form == Form::message ? &field->message : nullptr;
}

std::string Message::text(std::string_view name) const {
    const auto* field = find(name);
    return field == nullptr ? std::string() : field->text;
}

bool Message::flag(std::string_view name) const {
    const auto said = text(name);
    return said == "true" || said == "True" || said == "t" || said == "1";
}

base::Result<Message> read_textproto(std::string_view text) {
    if (text.size() > file_limit_bytes)
        return base::invalid(
            "conformance.limit", {"文件超过 16 MiB", "the file is larger than 16 MiB"});
    return Reader(text).run();
}

} // namespace conformance
