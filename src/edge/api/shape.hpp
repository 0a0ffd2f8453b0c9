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

// The schema of a form, or a reference to the component that holds it.
[[nodiscard]] std::string schema_of(const base::Form& form, Schemas& all);

template <class T>
std::string schema_of(Schemas& all) {
    return schema_of(base::form_of<T>(), all);
}

} // namespace api
