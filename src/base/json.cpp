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

const Value* member(const Value& object, std::string_view name) {
    const auto* fields = object.if_object();
    return fields == nullptr ? nullptr : fields->if_contains(name);
}

} // namespace detail

namespace {

using Kind = Form::Kind;

template <class T>
const T& as(const void* value) {
    return *static_cast<const T*>(value);
}

void write_list(std::string& out, const Form& form, const void* list) {
    const auto& item = form.item();
    const auto size = form.container->size(list);
    out += '[';
    for (std::size_t i = 0; i < size; ++i) {
        if (i != 0) out += ',';
        write(out, item, form.container->at(list, i));
    }
    out += ']';
}

void write_map(std::string& out, const Form& form, const void* map) {
    struct Walk {
        std::string& out;
        const Form& item;
        bool first = true;
    };

    Walk walk{out, form.item()};
    out += '{';
    form.container->each(map, &walk, [](void* context, std::string_view key, const void* item) {
        auto& [text, item_form, first] = *static_cast<Walk*>(context);
        if (!first) text += ',';
        first = false;
        write_text(text, key);
        text += ':';
        write(text, item_form, item);
    });
    out += '}';
}

void write_object(std::string& out, const Form& form, const void* object) {
    out += '{';
    bool first = true;
    for (const auto& member : form.members) {
        if (!first) out += ',';
        first = false;
        out += '"';
        out += member.name;
        out += "\":";
        // The place is only read.
        write(out, member.form(), member.place(const_cast<void*>(object)));
    }
    out += '}';
}

void write_integer(std::string& out, const Form& form, const void* value) {
    const auto number = load_integer(form, value);
    if (form.is_signed) {
        write_number(out, number);
    } else {
        write_number(out, static_cast<std::uint64_t>(number));
    }
}

void write_choice(std::string& out, const Form& form, const void* value) {
    const auto* choice = choice_of(form, load_integer(form, value));
    write_text(out, choice == nullptr ? "?" : choice->name);
}

void write_id(std::string& out, std::int64_t id) {
    out += '"';
    write_number(out, id);
    out += '"';
}

// One value being read: where it stands in the input, and what was wrong so far.
struct Reading {
    std::string& pointer;
    std::vector<Problem>& problems;

    void fail(const char* zh, const char* en) { problems.push_back({pointer, {zh, en}}); }
};

bool read_int(const Value& value, std::int64_t& out) {
    boost::system::error_code error;
    const auto number = value.to_number<std::int64_t>(error);
    if (error) return false;
    out = number;
    return true;
}

void read_double(const Value& value, const Form& form, void* out, Reading& reading) {
    boost::system::error_code error;
    const auto number = value.to_number<double>(error);
    // Boost.JSON reads 1e400 as infinity; that is no number of ours.
    if (error || !std::isfinite(number)) return reading.fail("应为数字", "expected a number");
    if (form.bytes == sizeof(float)) {
        *static_cast<float*>(out) = static_cast<float>(number);
    } else {
        *static_cast<double*>(out) = number;
    }
}

void read_integer(const Value& value, const Form& form, void* out, Reading& reading) {
    std::int64_t number = 0;
    if (!read_int(value, number) || !store_integer(form, out, number))
        reading.fail("应为范围内的整数", "expected an integer in range");
}

void read_money(const Value& value, Money& out, Reading& reading) {
    if (!read_int(value, out.fen) || out.fen > Money::limit_fen || out.fen < -Money::limit_fen)
        reading.fail("金额应为以分为单位的整数", "expected an amount in fen, an integer");
}

void read_rate(const Value& value, Rate& out, Reading& reading) {
    if (!read_int(value, out.ppm)) {
        reading.fail(
            "比率应为百万分之一为单位的整数", "expected a rate in parts per million, an integer");
    }
}

template <class T>
void read_parsed(const Value& value, T& out, Reading& reading) {
    std::string as_text;
    if (!detail::read_text(value, as_text)) return reading.fail("应为文本", "expected text");
    auto parsed = T::parse(as_text);
    if (!parsed) {
        reading.problems.push_back({reading.pointer, parsed.error().message});
        return;
    }
    out = *parsed;
}

void read_id(const Value& value, std::int64_t& out, Reading& reading) {
    std::string digits;
    if (!detail::read_text(value, digits))
        return reading.fail("编号应为文本", "expected an id as text");
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, out);
    if (error != std::errc{} || stop != end || out < 0) reading.fail("编号无效", "not an id");
}

void read_choice(const Value& value, const Form& form, void* out, Reading& reading) {
    std::string name;
    if (!detail::read_text(value, name)) return reading.fail("应为文本", "expected text");
    const auto* choice = choice_named(form, name);
    if (choice == nullptr) return reading.fail("不是允许的取值", "not one of the allowed values");
    ensure(store_integer(form, out, choice->value), "an enum holds its values");
}

void read_list(const Value& value, const Form& form, void* out, Reading& reading) {
    const auto* items = value.if_array();
    if (items == nullptr) return reading.fail("应为数组", "expected an array");
    const auto size = reading.pointer.size();
    form.container->clear(out);
    for (std::size_t i = 0; i < items->size(); ++i) {
        reading.pointer += '/' + std::to_string(i);
        read(
            (*items)[i],
            form.item(),
            form.container->add(out, {}),
            reading.pointer,
            reading.problems);
        reading.pointer.resize(size);
    }
}

void read_map(const Value& value, const Form& form, void* out, Reading& reading) {
    const auto* fields = value.if_object();
    if (fields == nullptr) return reading.fail("应为对象", "expected an object");
    const auto size = reading.pointer.size();
    for (const auto& field : *fields) {
        const std::string_view key(field.key().data(), field.key().size());
        reading.pointer += '/';
        reading.pointer += key;
        read(
            field.value(),
            form.item(),
            form.container->add(out, key),
            reading.pointer,
            reading.problems);
        reading.pointer.resize(size);
    }
}

void read_object(const Value& value, const Form& form, void* out, Reading& reading) {
    if (!value.is_object()) return reading.fail("应为对象", "expected an object");
    const auto size = reading.pointer.size();
    for (const auto& member : form.members) {
        const auto& wanted = member.form();
        reading.pointer += '/';
        reading.pointer += member.name;
        if (const auto* found = detail::member(value, member.name)) {
            read(*found, wanted, member.place(out), reading.pointer, reading.problems);
        } else if (wanted.kind != Kind::optional) {
            reading.fail("必填", "required");
        }
        reading.pointer.resize(size);
    }
}

} // namespace

// tidy-allow(long-function): one line a kind of value.
void write(std::string& out, const Form& form, const void* value) {
    switch (form.kind) {
    case Kind::truth: out += as<bool>(value) ? "true" : "false"; break;
    case Kind::integer: write_integer(out, form, value); break;
    case Kind::number:
        write_double(out, form.bytes == sizeof(float) ? as<float>(value) : as<double>(value));
        break;
    case Kind::text: write_text(out, as<std::string>(value)); break;
    case Kind::view: write_text(out, as<std::string_view>(value)); break;
    case Kind::money: write_number(out, as<Money>(value).fen); break;
    case Kind::rate: write_number(out, as<Rate>(value).ppm); break;
    case Kind::date: write_text(out, as<Date>(value).text()); break;
    case Kind::instant: write_text(out, as<Instant>(value).text()); break;
    case Kind::period: write_text(out, as<Period>(value).text()); break;
    case Kind::id: write_id(out, as<std::int64_t>(value)); break; // an Id's only member
    case Kind::choice: write_choice(out, form, value); break;
    case Kind::raw: out += as<Raw>(value).text; break;
    case Kind::blob: ensure(false, "bytes have no JSON"); break;
    case Kind::optional:
        if (form.container->size(value) == 0) {
            out += "null";
        } else {
            write(out, form.item(), form.container->at(value, 0));
        }
        break;
    case Kind::list: write_list(out, form, value); break;
    case Kind::map: write_map(out, form, value); break;
    case Kind::object: write_object(out, form, value); break;
    }
}

std::string text(const Form& form, const void* value) {
    std::string out;
    write(out, form, value);
    return out;
}

// tidy-allow(long-function): one line a kind of value, the mirror of write.
void read(
    const Value& value,
    const Form& form,
    void* out,
    std::string& pointer,
    std::vector<Problem>& problems) {
    Reading reading{pointer, problems};
    switch (form.kind) {
    case Kind::truth:
        if (!value.is_bool()) return reading.fail("应为 true 或 false", "expected true or false");
        *static_cast<bool*>(out) = value.get_bool();
        break;
    case Kind::integer: read_integer(value, form, out, reading); break;
    case Kind::number: read_double(value, form, out, reading); break;
    case Kind::text:
        if (!detail::read_text(value, *static_cast<std::string*>(out)))
            reading.fail("应为文本", "expected text");
        break;
    case Kind::money: read_money(value, *static_cast<Money*>(out), reading); break;
    case Kind::rate: read_rate(value, *static_cast<Rate*>(out), reading); break;
    case Kind::date: read_parsed(value, *static_cast<Date*>(out), reading); break;
    case Kind::instant: read_parsed(value, *static_cast<Instant*>(out), reading); break;
    case Kind::period: read_parsed(value, *static_cast<Period*>(out), reading); break;
    case Kind::id: read_id(value, *static_cast<std::int64_t*>(out), reading); break;
    case Kind::choice: read_choice(value, form, out, reading); break;
    case Kind::raw: static_cast<Raw*>(out)->text = boost::json::serialize(value); break;
    case Kind::view:
    case Kind::blob: ensure(false, "neither views nor bytes are read from JSON"); break;
    case Kind::optional:
        if (value.is_null()) {
            form.container->clear(out);
        } else {
            read(value, form.item(), form.container->add(out, {}), pointer, problems);
        }
        break;
    case Kind::list: read_list(value, form, out, reading); break;
    case Kind::map: read_map(value, form, out, reading); break;
    case Kind::object: read_object(value, form, out, reading); break;
    }
}

Result<> read(const Value& value, const Form& form, void* out) {
    std::string pointer;
    std::vector<Problem> problems;
    read(value, form, out, pointer, problems);
    if (!problems.empty()) return shape_error(problems);
    return {};
}

Result<> from_text(std::string_view json_text, const Form& form, void* out) {
    return read(TRY(parse(json_text)), form, out);
}

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
