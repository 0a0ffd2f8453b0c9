#include "engine/rule/value.hpp"

#include "engine/rule/datum.hpp"

#include <boost/json.hpp>

#include <charconv>
#include <cmath>

namespace rule {
namespace {

base::Error wrong_type(const Attribute& attribute) {
    const auto label = type_label(attribute.type);
    return base::invalid(
        "rule.value_type",
        {attribute.label.zh + "应为" + label.zh, attribute.label.en + " must be: " + label.en});
}

base::Error wrong_choice(const Attribute& attribute, std::string_view code) {
    std::string zh;
    std::string en;
    for (std::size_t i = 0; i < attribute.choices.size() && i < 12; ++i) {
        const auto& choice = attribute.choices[i];
        zh += (i == 0 ? "" : "、") + choice.label.zh;
        en += (i == 0 ? "" : ", ") + choice.label.en;
    }
    return base::invalid(
        "rule.value_choice",
        {attribute.label.zh + "没有“" + std::string(code) + "”这一项",
         "“" + std::string(code) + "” is not a choice of " + attribute.label.en},
        {"可选：" + zh, "choose one of: " + en});
}

const Choice* choice_of(const std::vector<Choice>& choices, std::string_view code) {
    for (const auto& choice : choices) {
        if (choice.code == code) return &choice;
    }
    return nullptr;
}

const Choice* choice_said(const std::vector<Choice>& choices, std::string_view said) {
    if (const auto* by_code = choice_of(choices, said)) return by_code;
    for (const auto& choice : choices) {
        if (choice.label.zh == said || choice.label.en == said) return &choice;
    }
    return nullptr;
}

bool snake_case(std::string_view name) {
    if (name.empty() || name.front() < 'a' || name.front() > 'z') return false;
    for (const char c : name) {
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') return false;
    }
    return true;
}

std::string trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return std::string(text);
}

// Separators of lists in forms and files: ; ， 、 ； and the comma.
std::vector<std::string> parts(std::string_view text) {
    static constexpr std::string_view separators[] = {";", ",", "；", "，", "、"};
    std::vector<std::string> found;
    std::string part;
    const auto close = [&] {
        auto clean = trimmed(part);
        if (!clean.empty()) found.push_back(std::move(clean));
        part.clear();
    };
    while (!text.empty()) {
        std::size_t skip = 0;
        for (const auto separator : separators) {
            if (text.starts_with(separator)) skip = separator.size();
        }
        if (skip == 0) {
            part += text.front();
            skip = 1;
        } else {
            close();
        }
        text.remove_prefix(skip);
    }
    close();
    return found;
}

template <class T>
std::optional<T> number_in(std::string_view text) {
    T number{};
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return number;
}

std::optional<bool> truth_in(std::string_view text) {
    for (const std::string_view yes : {"是", "有", "true", "yes", "1", "Y", "y"}) {
        if (text == yes) return true;
    }
    for (const std::string_view no : {"否", "无", "false", "no", "0", "N", "n"}) {
        if (text == no) return false;
    }
    return std::nullopt;
}

// At most `decimals` digits after the point, without trailing zeros.
std::string short_decimal(double number, int decimals) {
    char buffer[400];
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed, decimals)
            .ptr;
    std::string text(buffer, end);
    if (text.find('.') != std::string::npos) {
        while (text.back() == '0')
            text.pop_back();
        if (text.back() == '.') text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

base::Text joined(const std::vector<base::Text>& texts) {
    base::Text all;
    for (const auto& text : texts) {
        all.zh += (all.zh.empty() ? "" : "、") + text.zh;
        all.en += (all.en.empty() ? "" : ", ") + text.en;
    }
    return texts.empty() ? base::Text{"无", "none"} : all;
}

} // namespace

base::Result<Duration> Duration::parse(std::string_view text) {
    const auto fault = base::invalid(
        "rule.duration",
        {"“" + std::string(text) + "”不是时长", "“" + std::string(text) + "” is not a duration"},
        {"写成 30d、12h、90m 或 45s", "write 30d, 12h, 90m or 45s"});
    if (text.empty()) return fault;
    const bool negative = text.front() == '-';
    if (negative) text.remove_prefix(1);
    if (text.empty()) return fault;
    std::int64_t seconds = 0;
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
        if (read.ec != std::errc{} || count < 0 || read.ptr == text.data() + text.size()) {
            return fault;
        }
        const char unit = *read.ptr;
        const std::int64_t size = unit == 'd'   ? 86'400
                                  : unit == 'h' ? 3'600
                                  : unit == 'm' ? 60
                                  : unit == 's' ? 1
                                                : 0;
        std::int64_t part = 0;
        if (size == 0 || __builtin_mul_overflow(count, size, &part) ||
            __builtin_add_overflow(seconds, part, &seconds)) {
            return fault;
        }
        text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()) + 1);
    }
    return Duration{negative ? -seconds : seconds};
}

std::string Duration::text() const {
    if (nanos != 0) return plain_text(*this);
    if (seconds % 86'400 == 0) return std::to_string(seconds / 86'400) + "d";
    if (seconds % 3'600 == 0) return std::to_string(seconds / 3'600) + "h";
    if (seconds % 60 == 0) return std::to_string(seconds / 60) + "m";
    return std::to_string(seconds) + "s";
}

base::Text type_label(Type type) {
    switch (type) {
    case Type::boolean: return {"是或否", "yes or no"};
    case Type::integer: return {"整数", "a whole number"};
    case Type::number: return {"数", "a number"};
    case Type::text: return {"文本", "text"};
    case Type::choice: return {"选项", "a choice"};
    case Type::date: return {"日期", "a date"};
    case Type::duration: return {"时长", "a duration"};
    case Type::money: return {"金额", "an amount of money"};
    case Type::rate: return {"百分比", "a percentage"};
    case Type::text_list: return {"文本列表", "a list of texts"};
    case Type::integer_list: return {"整数列表", "a list of whole numbers"};
    }
    base::bug("type out of range");
}

base::Result<Schema> Schema::make(std::vector<Attribute> attributes) {
    auto inside = std::make_unique<Inside>();
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        const auto& attribute = attributes[i];
        const auto fault = [&](const char* member, base::Text message) {
            return base::invalid("rule.attribute_invalid", std::move(message))
                .at("/" + std::to_string(i) + "/" + member);
        };
        if (!snake_case(attribute.name)) {
            return fault(
                "name",
                {"属性名“" + attribute.name + "”应由小写字母、数字和下划线组成，以字母开头",
                 "attribute name “" + attribute.name +
                     "” must be lower-case letters, digits and _, beginning with a letter"});
        }
        if (attribute.label.zh.empty() || attribute.label.zh.find('`') != std::string::npos) {
            return fault(
                "label",
                {"属性的中文名不能为空，也不能含反引号",
                 "the Chinese label must not be empty or hold a backquote"});
        }
        if (attribute.type == Type::choice && attribute.choices.empty()) {
            return fault("choices", {"选项型属性没有选项", "a choice attribute needs choices"});
        }
        const bool name_free = inside->places.try_emplace(attribute.name, i).second;
        if (!name_free)
            return fault(
                "name",
                {"属性名“" + attribute.name + "”重复",
                 "attribute name “" + attribute.name + "” is taken"});
        const auto label = inside->places.try_emplace(attribute.label.zh, i);
        if (!label.second && label.first->second != i) {
            return fault(
                "label",
                {"属性中文名“" + attribute.label.zh + "”重复",
                 "attribute label “" + attribute.label.zh + "” is taken"});
        }
    }
    inside->attributes = std::move(attributes);
    return Schema(std::move(inside));
}

Schema Schema::plain(Plain plain) {
    auto inside = std::make_unique<Inside>();
    for (const auto& variable : plain.variables) {
        Attribute attribute;
        attribute.name = variable.name;
        attribute.label = {variable.name, variable.name};
        inside->places.try_emplace(variable.name, inside->attributes.size());
        inside->attributes.push_back(std::move(attribute));
    }
    inside->plain = std::move(plain);
    return Schema(std::move(inside));
}

const Plain* plain_of(const Schema& schema) {
    return schema.inside_->plain ? &*schema.inside_->plain : nullptr;
}

std::optional<std::size_t> Schema::find(std::string_view name_or_label) const {
    const auto found = inside_->places.find(name_or_label);
    if (found == inside_->places.end()) return std::nullopt;
    return found->second;
}

base::Raw to_json(const Value& value) {
    return {std::visit(
        []<class T>(const T& held) -> std::string {
            if constexpr (std::same_as<T, std::monostate>) {
                return "null";
            } else if constexpr (std::same_as<T, Duration>) {
                return base::json::text(held.text());
            } else if constexpr (std::same_as<T, double>) {
                const auto text = number_text(held);
                return std::isfinite(held) ? base::json::text(held) : base::json::text(text);
            } else if constexpr (std::same_as<T, Other>) {
                return json_of(held.datum());
            } else {
                return base::json::text(held);
            }
        },
        value)};
}

base::Result<void> fits(const Attribute& attribute, const Value& value) {
    const auto right = [&](bool ok) -> base::Result<void> {
        if (!ok) return wrong_type(attribute);
        return {};
    };
    const auto among = [&](const std::string& code) {
        return attribute.choices.empty() || choice_of(attribute.choices, code) != nullptr;
    };
    if (!known(value)) return {};
    switch (attribute.type) {
    case Type::boolean: return right(std::holds_alternative<bool>(value));
    case Type::integer: return right(std::holds_alternative<std::int64_t>(value));
    case Type::number: {
        const auto* number = std::get_if<double>(&value);
        return right(number != nullptr && std::isfinite(*number));
    }
    case Type::text:
    case Type::choice: {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr || text->size() > text_limit_bytes) return wrong_type(attribute);
        if (!among(*text)) return wrong_choice(attribute, *text);
        return {};
    }
    case Type::date: {
        const auto* date = std::get_if<base::Date>(&value);
        return right(
            date != nullptr && *date >= base::Date{-719'162} &&
            *date <= base::Date{2'932'896}); // years 1 to 9999
    }
    case Type::duration: {
        const auto* duration = std::get_if<Duration>(&value);
        return right(duration != nullptr && duration->nanos == 0);
    }
    case Type::money: {
        const auto* money = std::get_if<base::Money>(&value);
        return right(
            money != nullptr && money->fen <= base::Money::limit_fen &&
            money->fen >= -base::Money::limit_fen);
    }
    case Type::rate: return right(std::holds_alternative<base::Rate>(value));
    case Type::text_list: {
        const auto* list = std::get_if<std::vector<std::string>>(&value);
        if (list == nullptr || list->size() > list_limit) return wrong_type(attribute);
        for (const auto& text : *list) {
            if (text.size() > text_limit_bytes) return wrong_type(attribute);
            if (!among(text)) return wrong_choice(attribute, text);
        }
        return {};
    }
    case Type::integer_list: {
        const auto* list = std::get_if<std::vector<std::int64_t>>(&value);
        return right(list != nullptr && list->size() <= list_limit);
    }
    }
    base::bug("type out of range");
}

namespace {

std::optional<std::int64_t> whole_number(const boost::json::value& json) {
    if (const auto* number = json.if_int64()) return *number;
    return std::nullopt;
}

// The value in JSON, of whatever alternative the type asks; unknown when the JSON has another form.
Value unchecked(Type type, const boost::json::value& json) {
    const auto as_text = [&] {
        return json.is_string() ? std::string_view(json.get_string()) : std::string_view();
    };
    const auto number = whole_number(json);
    switch (type) {
    case Type::boolean: return json.is_bool() ? Value(json.get_bool()) : Value();
    case Type::integer: return number ? Value(*number) : Value();
    case Type::number:
        if (json.is_double()) return json.get_double();
        return number ? Value(static_cast<double>(*number)) : Value();
    case Type::text:
    case Type::choice: return json.is_string() ? Value(std::string(as_text())) : Value();
    case Type::date: {
        const auto date = base::Date::parse(as_text());
        return date ? Value(*date) : Value();
    }
    case Type::duration: {
        const auto duration = Duration::parse(as_text());
        return duration ? Value(*duration) : Value();
    }
    case Type::money: return number ? Value(base::Money{*number}) : Value();
    case Type::rate: return number ? Value(base::Rate{*number}) : Value();
    case Type::text_list: {
        if (!json.is_array()) return {};
        std::vector<std::string> list;
        for (const auto& item : json.get_array()) {
            if (!item.is_string()) return {};
            list.emplace_back(item.get_string());
        }
        return list;
    }
    case Type::integer_list: {
        if (!json.is_array()) return {};
        std::vector<std::int64_t> list;
        for (const auto& item : json.get_array()) {
            const auto held = whole_number(item);
            if (!held) return {};
            list.push_back(*held);
        }
        return list;
    }
    }
    base::bug("type out of range");
}

} // namespace

base::Result<Value> from_json(const Attribute& attribute, const base::json::Value& json) {
    if (json.is_null()) return Value();
    auto value = unchecked(attribute.type, json);
    if (!known(value)) return wrong_type(attribute);
    TRY(fits(attribute, value));
    return value;
}

namespace {

base::Result<Value> choice_from(const Attribute& attribute, const std::string& said) {
    if (attribute.choices.empty()) return Value(said);
    const auto* choice = choice_said(attribute.choices, said);
    if (choice == nullptr) return wrong_choice(attribute, said);
    return Value(choice->code);
}

base::Result<Value> list_from(const Attribute& attribute, std::string_view text) {
    if (attribute.type == Type::integer_list) {
        std::vector<std::int64_t> list;
        for (const auto& part : parts(text)) {
            const auto number = number_in<std::int64_t>(part);
            if (!number) return wrong_type(attribute);
            list.push_back(*number);
        }
        return Value(std::move(list));
    }
    std::vector<std::string> list;
    for (const auto& part : parts(text)) {
        auto value = TRY(choice_from(attribute, part));
        list.push_back(std::get<std::string>(std::move(value)));
    }
    return Value(std::move(list));
}

base::Result<Value> scalar_from(const Attribute& attribute, const std::string& text) {
    const auto or_wrong = [&](auto parsed) -> base::Result<Value> {
        if (!parsed) return wrong_type(attribute);
        return Value(*parsed);
    };
    switch (attribute.type) {
    case Type::boolean: return or_wrong(truth_in(text));
    case Type::integer: return or_wrong(number_in<std::int64_t>(text));
    case Type::number: return or_wrong(number_in<double>(text));
    case Type::text:
    case Type::choice: return choice_from(attribute, text);
    case Type::date: return or_wrong(base::Date::parse(text));
    case Type::duration: return or_wrong(Duration::parse(text));
    case Type::money: return or_wrong(base::Money::parse(text));
    case Type::rate: return or_wrong(base::Rate::parse_percent(text));
    case Type::text_list:
    case Type::integer_list: return list_from(attribute, text);
    }
    base::bug("type out of range");
}

} // namespace

base::Result<Value> from_text(const Attribute& attribute, std::string_view text) {
    const auto clean = trimmed(text);
    if (clean.empty()) return Value();
    auto value = TRY(scalar_from(attribute, clean));
    TRY(fits(attribute, value));
    return value;
}

base::Text display(base::Money amount) {
    // 4 decimals of 亿元 and 2 of 万元 are what a form shows; display_exact() is there for the last
    // 分.
    const double yuan = static_cast<double>(amount.fen) / 100.0;
    const double size = std::abs(yuan);
    base::Text text;
    text.zh = size >= 1e8   ? short_decimal(yuan / 1e8, 4) + "亿元"
              : size >= 1e4 ? short_decimal(yuan / 1e4, 2) + "万元"
                            : short_decimal(yuan, 2) + "元";
    text.en = size >= 1e6 ? "CNY " + short_decimal(yuan / 1e6, 4) + " million"
                          : "CNY " + short_decimal(yuan, 2);
    return text;
}

base::Text display(base::Rate rate) {
    const auto text = short_decimal(static_cast<double>(rate.ppm) / 1e4, 4) + "%";
    return {text, text};
}

base::Text display(Duration duration) {
    const auto many = [](std::int64_t count, const char* zh, const char* en) -> base::Text {
        const auto number = std::to_string(count);
        return {number + zh, number + " " + en + (count == 1 ? "" : "s")};
    };
    if (duration.nanos != 0) return {plain_text(duration), plain_text(duration)};
    if (duration.seconds % 86'400 == 0) return many(duration.seconds / 86'400, "天", "day");
    if (duration.seconds % 3'600 == 0) return many(duration.seconds / 3'600, "小时", "hour");
    if (duration.seconds % 60 == 0) return many(duration.seconds / 60, "分钟", "minute");
    return many(duration.seconds, "秒", "second");
}

namespace {

base::Text with_unit(const std::string& number, const Attribute& attribute) {
    return {
        number + attribute.unit.zh,
        attribute.unit.en.empty() ? number : number + " " + attribute.unit.en};
}

base::Text shown(const std::string& code, const Attribute& attribute) {
    const auto* choice = choice_of(attribute.choices, code);
    return choice == nullptr ? base::Text{code, code} : choice->label;
}

struct Shown {
    const Attribute& attribute;

    base::Text operator()(std::monostate) const { return {"缺失", "missing"}; }

    base::Text operator()(bool yes) const {
        return yes ? base::Text{"是", "yes"} : base::Text{"否", "no"};
    }

    base::Text operator()(std::int64_t number) const {
        return with_unit(std::to_string(number), attribute);
    }

    base::Text operator()(double number) const {
        return with_unit(short_decimal(number, 4), attribute);
    }

    base::Text operator()(const std::string& text) const { return shown(text, attribute); }

    base::Text operator()(base::Date date) const { return {date.text(), date.text()}; }

    base::Text operator()(base::Money amount) const { return display(amount); }

    base::Text operator()(base::Rate rate) const { return display(rate); }

    base::Text operator()(Duration duration) const { return display(duration); }

    base::Text operator()(const Other& other) const {
        const auto json = json_of(other.datum());
        return {json, json};
    }

    base::Text operator()(const std::vector<std::string>& list) const {
        std::vector<base::Text> texts;
        for (const auto& code : list)
            texts.push_back(shown(code, attribute));
        return joined(texts);
    }

    base::Text operator()(const std::vector<std::int64_t>& list) const {
        std::vector<base::Text> texts;
        for (const auto number : list)
            texts.push_back((*this)(number));
        return joined(texts);
    }
};

} // namespace

base::Text display(const Value& value, const Attribute& attribute) {
    return std::visit(Shown{attribute}, value);
}

base::Result<Row> Row::of(const Schema& schema, const std::map<std::string, Value>& values) {
    Row row(schema);
    for (const auto& [name, value] : values)
        TRY(row.set(name, value));
    return row;
}

base::Result<void> Row::set(std::string_view name, Value value) {
    const auto found = schema_->places.find(name);
    if (found == schema_->places.end()) {
        return base::invalid(
            "rule.unknown_attribute",
            {"没有名为“" + std::string(name) + "”的属性",
             "there is no attribute “" + std::string(name) + "”"});
    }
    if (!schema_->plain) TRY(fits(schema_->attributes[found->second], value));
    values_[found->second] = std::move(value);
    return {};
}

void Row::put(std::size_t place, Value value) {
    base::ensure(
        schema_->plain || fits(schema_->attributes[place], value).has_value(),
        "a row's value fits its attribute");
    values_[place] = std::move(value);
}

const Value& Row::get(std::string_view name) const {
    const auto found = schema_->places.find(name);
    base::ensure(found != schema_->places.end(), "the schema has the attribute");
    return values_[found->second];
}

} // namespace rule
