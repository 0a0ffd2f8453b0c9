// The JSON Schema (2020-12, as OpenAPI 3.1 uses it) of described structs.
#pragma once

#include "base/json.hpp"

#include <map>
#include <string>
#include <string_view>

namespace api {

// The component schemas collected while endpoints are described, by name.
using Schemas = std::map<std::string, std::string>;

// A type's name as a component: `finance::NeedView` → `finance.NeedView`; what lives in api or base
// goes without its namespace, `api::Page<loan::Loan>` → `Page.loan.Loan`.
[[nodiscard]] std::string component_name(std::string_view pretty_function);

// Puts a component that needs no other (Money, Id, Date …) into `all`; returns the reference to it.
std::string word_schema(Schemas& all, std::string_view word);
[[nodiscard]] std::string reference_to(const std::string& component);

template <class T>
std::string schema_of(Schemas& all);

namespace detail {

template <class T>
std::string type_name() {
    return component_name(__PRETTY_FUNCTION__);
}

template <class T>
std::string enum_schema(Schemas& all) {
    const auto name = type_name<T>();
    auto& schema = all[name];
    if (schema.empty()) {
        std::string values;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto entry) {
            if (!values.empty()) values += ',';
            base::json::write_text(values, entry.name);
        });
        schema = R"({"type":"string","enum":[)" + values + "]}";
    }
    return reference_to(name);
}

template <class T>
std::string object_schema(Schemas& all) {
    const auto name = type_name<T>();
    if (!all.contains(name)) {
        all[name]; // a struct that names itself finds the entry and refers to it
        std::string properties;
        std::string required;
        base::json::each_member<T>([&](auto member) {
            using Member = std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>;
            if (!properties.empty()) properties += ',';
            base::json::write_text(properties, member.name);
            properties += ':' + schema_of<Member>(all);
            if constexpr (!base::json::is_optional<Member>) {
                if (!required.empty()) required += ',';
                base::json::write_text(required, member.name);
            }
        });
        all[name] = R"({"type":"object","properties":{)" + properties + R"(},"required":[)" +
                    required + "]}";
    }
    return reference_to(name);
}

} // namespace detail

template <class T>
std::string schema_of(Schemas& all) {
    if constexpr (std::same_as<T, bool>) {
        return R"({"type":"boolean"})";
    } else if constexpr (std::floating_point<T>) {
        return R"({"type":"number"})";
    } else if constexpr (std::integral<T>) {
        return R"({"type":"integer","format":"int64"})";
    } else if constexpr (std::same_as<T, base::json::Raw>) {
        return "{}";
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return R"({"type":"string"})";
    } else if constexpr (std::same_as<T, base::Money>) {
        return word_schema(all, "Money");
    } else if constexpr (std::same_as<T, base::Rate>) {
        return word_schema(all, "Rate");
    } else if constexpr (std::same_as<T, base::Date>) {
        return word_schema(all, "Date");
    } else if constexpr (std::same_as<T, base::Instant>) {
        return word_schema(all, "Instant");
    } else if constexpr (std::same_as<T, base::Period>) {
        return word_schema(all, "Period");
    } else if constexpr (base::json::is_id<T>) {
        return word_schema(all, "Id");
    } else if constexpr (base::json::DescribedEnum<T>) {
        return detail::enum_schema<T>(all);
    } else if constexpr (base::json::is_optional<T>) {
        return R"({"anyOf":[)" + schema_of<typename T::value_type>(all) + R"(,{"type":"null"}]})";
    } else if constexpr (base::json::is_vector<T>) {
        return R"({"type":"array","items":)" + schema_of<typename T::value_type>(all) + "}";
    } else if constexpr (base::json::is_map<T>) {
        return R"({"type":"object","additionalProperties":)" +
               schema_of<typename T::mapped_type>(all) + "}";
    } else {
        static_assert(base::json::Described<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
        return detail::object_schema<T>(all);
    }
}

} // namespace api
