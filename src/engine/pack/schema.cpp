#include "engine/pack/schema.hpp"

#include "engine/pack/load.hpp"
#include "engine/pack/schema_of.hpp"

namespace pack {

namespace {

// A section alone, or a map that has it among others; products and cases also one a file.
template <class T>
std::string section_schema(const std::string& name) {
    using namespace schemas;
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
    using namespace schemas;
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
