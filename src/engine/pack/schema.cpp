#include "engine/pack/schema.hpp"

#include "engine/pack/load.hpp"
#include "engine/pack/omissions.hpp"

namespace pack {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>; // name → JSON

std::string in_quotes(std::string_view text) {
    std::string out;
    base::json::write_text(out, text);
    return out;
}

std::string indented(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c;
        if (c == '\n') out += "  ";
    }
    return out;
}

std::string object(const Fields& fields) {
    std::string out = "{";
    for (std::size_t i = 0; i < fields.size(); ++i)
        out += (i == 0 ? "\n  " : ",\n  ") + in_quotes(fields[i].first) + ": " +
               indented(fields[i].second);
    return out + (fields.empty() ? "}" : "\n}");
}

std::string array(const std::vector<std::string>& items) {
    std::string out = "[";
    for (std::size_t i = 0; i < items.size(); ++i)
        out += (i == 0 ? "" : ", ") + items[i];
    return out + "]";
}

std::string any_of(const std::vector<std::string>& choices) {
    return object({{"anyOf", array(choices)}});
}

std::string pattern(const char* text) {
    return object({{"type", R"(["string", "integer"])"}, {"pattern", in_quotes(text)}});
}

template <class T>
std::string schema_of();

template <class T>
Fields member_fields() {
    Fields fields;
    base::each_member<T>([&](auto member) {
        using Member = std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>;
        fields.emplace_back(member.name, schema_of<Member>());
    });
    return fields;
}

template <class T>
std::vector<std::string> required_members() {
    std::vector<std::string> names;
    base::each_member<T>([&](auto member) {
        using Member = std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>;
        const bool must = !yaml::has_natural_default<Member> && !yaml::omissible<T>(member.name);
        if (must) names.push_back(in_quotes(member.name));
    });
    return names;
}

template <class T>
std::string schema_of() {
    if constexpr (std::same_as<T, bool>) {
        return object({{"type", in_quotes("boolean")}});
    } else if constexpr (std::integral<T>) {
        return object({{"type", in_quotes("integer")}});
    } else if constexpr (std::same_as<T, std::string>) {
        return object({{"type", R"(["string", "number"])"}});
    } else if constexpr (std::same_as<T, base::Money>) {
        return pattern("^(0|-?[0-9][0-9,]*(\\.[0-9]+)? ?(元|万元|亿元))$");
    } else if constexpr (std::same_as<T, base::Rate>) {
        return pattern("^(0|-?[0-9]+(\\.[0-9]{1,4})? ?%)$");
    } else if constexpr (std::same_as<T, base::Date>) {
        return object(
            {{"type", in_quotes("string")},
             {"pattern", in_quotes("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")}});
    } else if constexpr (base::DescribedEnum<T>) {
        std::vector<std::string> names;
        for (const auto& name : yaml::choice_names<T>())
            names.push_back(in_quotes(name));
        return object({{"enum", array(names)}});
    } else if constexpr (base::is_optional<T>) {
        return any_of({schema_of<typename T::value_type>(), object({{"type", in_quotes("null")}})});
    } else if constexpr (base::is_vector<T>) {
        return object(
            {{"type", in_quotes("array")}, {"items", schema_of<typename T::value_type>()}});
    } else if constexpr (base::is_map<T>) {
        return object(
            {{"type", in_quotes("object")},
             {"additionalProperties", schema_of<typename T::mapped_type>()}});
    } else {
        return object(
            {{"type", in_quotes("object")},
             {"properties", object(member_fields<T>())},
             {"required", array(required_members<T>())},
             {"additionalProperties", "false"}});
    }
}

std::string document(const std::string& title, const Fields& body) {
    Fields fields{
        {"$schema", in_quotes("https://json-schema.org/draft/2020-12/schema")},
        {"title", in_quotes(title)}};
    fields.insert(fields.end(), body.begin(), body.end());
    return object(fields) + "\n";
}

// A section alone, or a map that has it among others; products and cases also one a file.
template <class T>
std::string section_schema(const std::string& name) {
    const auto section = schema_of<T>();
    std::vector<std::string> ways{
        section,
        object(
            {{"type", in_quotes("object")},
             {"properties", object({{name, section}})},
             {"required", array({in_quotes(name)})}})};
    if constexpr (base::is_vector<T>) {
        if (name == "products" || name == "cases")
            ways.push_back(schema_of<typename T::value_type>());
    }
    return document("Rongqiao pack: " + name, {{"anyOf", array(ways)}});
}

} // namespace

std::map<std::string, std::string> json_schemas() {
    std::map<std::string, std::string> schemas;
    base::each_member<Pack>([&](auto member) {
        using Section = std::remove_cvref_t<decltype(std::declval<Pack>().*member.pointer)>;
        const std::string name = member.name;
        if (name == "header") {
            schemas["pack.json"] = document(
                "Rongqiao pack: pack.yaml",
                {{"type", in_quotes("object")},
                 {"properties", object(member_fields<Header>())},
                 {"required", array(required_members<Header>())}});
        } else {
            schemas[name + ".json"] = section_schema<Section>(name);
        }
    });
    base::each_member<Tables>([&](auto member) {
        using Table = std::remove_cvref_t<decltype(std::declval<Tables>().*member.pointer)>;
        const std::string name = member.name;
        if constexpr (base::is_vector<Table>) {
            schemas["calendar_year.json"] = document(
                "Rongqiao pack: calendar/YYYY.yaml",
                {{"allOf", array({schema_of<typename Table::value_type>()})}});
        } else {
            const auto file = name == "week" ? std::string("calendar_week") : name;
            schemas[file + ".json"] =
                document("Rongqiao pack: " + file, {{"allOf", array({schema_of<Table>()})}});
        }
    });
    return schemas;
}

} // namespace pack
