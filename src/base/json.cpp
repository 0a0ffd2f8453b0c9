#include "base/json.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>

#include <cmath>

namespace base::json {

void write_text(std::string& out, std::string_view text) {
    out += '"';
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        out.append(text, done, i - done);
        done = i + 1;
        switch (byte) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default: {
            static constexpr char digits[] = "0123456789abcdef";
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
        }
    }
    out.append(text, done, text.size() - done);
    out += '"';
}

void write_double(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    write_number(out, number);
}

namespace detail {

bool read_text(const Value& value, std::string& out) {
    const auto* found = value.if_string();
    if (found == nullptr) return false;
    out.assign(found->data(), found->size());
    return true;
}

bool read_int(const Value& value, std::int64_t& out) {
    boost::system::error_code error;
    const auto number = value.to_number<std::int64_t>(error);
    if (error) return false;
    out = number;
    return true;
}

bool read_double(const Value& value, double& out) {
    boost::system::error_code error;
    const auto number = value.to_number<double>(error);
    // Boost.JSON reads 1e400 as infinity; that is no number of ours.
    if (error || !std::isfinite(number)) return false;
    out = number;
    return true;
}

const Value* member(const Value& object, std::string_view name) {
    const auto* fields = object.if_object();
    return fields == nullptr ? nullptr : fields->if_contains(name);
}

bool is_object(const Value& value) { return value.is_object(); }

const Value* item(const Value& array, std::size_t index) {
    const auto* items = array.if_array();
    return items == nullptr ? nullptr : items->if_contains(index);
}

std::size_t length(const Value& array) {
    const auto* items = array.if_array();
    return items == nullptr ? 0 : items->size();
}

bool each_entry(const Value& object, const std::function<void(std::string_view, const Value&)>& f) {
    const auto* fields = object.if_object();
    if (fields == nullptr) return false;
    for (const auto& field : *fields)
        f({field.key().data(), field.key().size()}, field.value());
    return true;
}

std::string dump(const Value& value) { return boost::json::serialize(value); }

} // namespace detail

Result<Value> parse(std::string_view text) {
    boost::system::error_code error;
    boost::json::stream_parser parser;
    const auto used = parser.write_some(text.data(), text.size(), error);
    if (!error) parser.finish(error);
    if (error || text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
        return invalid(
                   "json.syntax",
                   {"不是有效的 JSON（第 " + std::to_string(used) + " 字节处）。",
                    "Not valid JSON (at byte " + std::to_string(used) + ")."},
                   {"请检查括号、引号和逗号。", "Check brackets, quotes and commas."})
            .at("byte " + std::to_string(used));
    }
    return parser.release();
}

Error shape_error(const std::vector<Problem>& problems) {
    constexpr std::size_t shown_most = 20;
    Text message;
    for (std::size_t i = 0; i < problems.size() && i < shown_most; ++i) {
        const auto& [pointer, what] = problems[i];
        const auto place = pointer.empty() ? std::string("/") : pointer;
        message.zh += (i == 0 ? "" : "；") + place + "：" + what.zh;
        message.en += (i == 0 ? "" : "; ") + place + ": " + what.en;
    }
    auto error = invalid(
        "json.shape",
        std::move(message),
        {"请按接口说明修改所列字段。", "Correct the fields named, as the API describes them."});
    return std::move(error).at(problems.empty() ? std::string() : problems.front().pointer);
}

} // namespace base::json
