// Described structs as JSON Schemas; of use to this module's schemas and to those of files that lie
// beside a policy and are read by who uses them.
#pragma once

#include "engine/pack/omissions.hpp"

namespace pack::schemas {

using Fields = std::vector<std::pair<std::string, std::string>>; // name → JSON

inline std::string in_quotes(std::string_view text) {
    std::string out;
    base::json::write_text(out, text);
    return out;
}

inline std::string indented(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c;
        if (c == '\n') out += "  ";
    }
    return out;
}

inline std::string object(const Fields& fields) {
    std::string out = "{";
    for (std::size_t i = 0; i < fields.size(); ++i)
        out += (i == 0 ? "\n  " : ",\n  ") + in_quotes(fields[i].first) + ": " +
               indented(fields[i].second);
    return out + (fields.empty() ? "}" : "\n}");
}

inline std::string array(const std::vector<std::string>& items) {
    std::string out = "[";
    for (std::size_t i = 0; i < items.size(); ++i)
        out += (i == 0 ? "" : ", ") + items[i];
    return out + "]";
}

inline std::string any_of(const std::vector<std::string>& choices) {
    return object({{"anyOf", array(choices)}});
}

inline std::string pattern(const char* text) {
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

inline std::string document(const std::string& title, const Fields& body) {
    Fields fields{
        {"$schema", in_quotes("https://json-schema.org/draft/2020-12/schema")},
        {"title", in_quotes(title)}};
    fields.insert(fields.end(), body.begin(), body.end());
    return object(fields) + "\n";
}

// A file that is one struct.
template <class T>
std::string whole(const std::string& title) {
    return document(title, {{"allOf", array({schema_of<T>()})}});
}

} // namespace pack::schemas
