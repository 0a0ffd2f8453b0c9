#include "edge/api/shape.hpp"

#include <array>

namespace api {
namespace {

struct Word {
    std::string_view name;
    std::string_view schema;
};

// The words every answer is made of, with their units.
constexpr auto words = std::to_array<Word>({
    {"Money",
     R"({"type":"integer","format":"int64","description":"An amount in fen (分), a hundredth of a yuan."})"},
    {"Rate",
     R"({"type":"integer","format":"int64","description":"A share in parts per million: 1 % is 10000."})"},
    {"Id",
     R"({"type":"string","pattern":"^[0-9]+$","description":"An identifier: a decimal number as text."})"},
    {"Date", R"({"type":"string","format":"date","description":"A day, YYYY-MM-DD."})"},
    {"Instant",
     R"({"type":"string","format":"date-time","description":"A moment in UTC, RFC 3339."})"},
    {"Period",
     R"({"type":"string","description":"A month, quarter, half or year: 2023-07, 2023Q3, 2023H2, 2023."})"},
});

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

std::string choice_schema(const base::Form& form, Schemas& all) {
    const auto name = component_name(form.type);
    auto& schema = all[name];
    if (schema.empty()) {
        std::string values;
        for (const auto& choice : form.choices) {
            if (!values.empty()) values += ',';
            base::json::write_text(values, choice.name);
        }
        schema = R"({"type":"string","enum":[)" + values + "]}";
    }
    return reference_to(name);
}

std::string object_schema(const base::Form& form, Schemas& all) {
    const auto name = component_name(form.type);
    if (!all.contains(name)) {
        all[name]; // a struct that names itself finds the entry and refers to it
        std::string properties;
        std::string required;
        for (const auto& member : form.members) {
            const auto& part = member.form();
            if (!properties.empty()) properties += ',';
            base::json::write_text(properties, member.name);
            properties += ':' + schema_of(part, all);
            if (part.kind != base::Form::Kind::optional) {
                if (!required.empty()) required += ',';
                base::json::write_text(required, member.name);
            }
        }
        all[name] = R"({"type":"object","properties":{)" + properties + R"(},"required":[)" +
                    required + "]}";
    }
    return reference_to(name);
}

} // namespace

std::string component_name(std::string_view pretty_function) {
    const auto begin = pretty_function.find("T = ") + 4;
    const auto end = pretty_function.find_first_of(";]", begin);
    std::string name(pretty_function.substr(begin, end - begin));
    replace_all(name, "{anonymous}::", "");
    replace_all(name, "(anonymous namespace)::", "");
    replace_all(name, "api::", "");
    replace_all(name, "base::", "");
    replace_all(name, "::", ".");
    replace_all(name, "<", ".");
    replace_all(name, ", ", ".");
    replace_all(name, ">", "");
    replace_all(name, " ", "");
    return name;
}

std::string reference_to(const std::string& component) {
    return R"({"$ref":"#/components/schemas/)" + component + "\"}";
}

std::string word_schema(Schemas& all, std::string_view word) {
    for (const auto& [name, schema] : words) {
        if (name == word) all[std::string(name)] = schema;
    }
    return reference_to(std::string(word));
}

// tidy-allow(long-function): one line a kind of value.
std::string schema_of(const base::Form& form, Schemas& all) {
    using Kind = base::Form::Kind;
    switch (form.kind) {
    case Kind::truth: return R"({"type":"boolean"})";
    case Kind::number: return R"({"type":"number"})";
    case Kind::integer: return R"({"type":"integer","format":"int64"})";
    case Kind::raw: return "{}";
    case Kind::text:
    case Kind::view: return R"({"type":"string"})";
    case Kind::money: return word_schema(all, "Money");
    case Kind::rate: return word_schema(all, "Rate");
    case Kind::date: return word_schema(all, "Date");
    case Kind::instant: return word_schema(all, "Instant");
    case Kind::period: return word_schema(all, "Period");
    case Kind::id: return word_schema(all, "Id");
    case Kind::choice: return choice_schema(form, all);
    case Kind::optional:
        return R"({"anyOf":[)" + schema_of(form.item(), all) + R"(,{"type":"null"}]})";
    case Kind::list: return R"({"type":"array","items":)" + schema_of(form.item(), all) + "}";
    case Kind::map:
        return R"({"type":"object","additionalProperties":)" + schema_of(form.item(), all) + "}";
    case Kind::object: return object_schema(form, all);
    case Kind::blob: break;
    }
    base::bug("bytes have no schema");
}

} // namespace api
