// docs/openapi.json and docs/permissions.md say what the endpoints are.
#include "edge/api/county_test.hpp"
#include "engine/pack/load.hpp"

#include <fstream>
#include <iterator>

namespace api {
namespace {

std::string read_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Leaves what should be there beside the build, so that it can be looked at and copied.
void expect_current(const std::string& name, const std::string& wanted) {
    const std::filesystem::path fresh = SOURCE_DIR "/build/docs";
    std::filesystem::create_directories(fresh);
    std::ofstream(fresh / name, std::ios::binary) << wanted;
    EXPECT_TRUE(read_text(std::filesystem::path(SOURCE_DIR "/docs") / name) == wanted)
        << "docs/" << name << " is out of date: run `./dev docs`, or copy build/docs/" << name;
}

const Endpoints& declared() {
    static Services services;
    static const Endpoints all = [] {
        Endpoints list;
        declare_all(list, services);
        return list;
    }();
    return all;
}

TEST(Documents, openapi_is_current_and_refers_only_to_what_it_has) {
    const auto text = openapi(declared());
    const auto parsed = base::json::parse(text);
    ASSERT_TRUE(parsed) << parsed.error().message.en;
    const auto* components = base::json::detail::member(*parsed, "components");
    ASSERT_NE(components, nullptr);
    const auto* schemas = base::json::detail::member(*components, "schemas");
    constexpr std::string_view mark = "\"$ref\":\"#/components/schemas/";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const auto begin = at + mark.size();
        const auto name = text.substr(begin, text.find('"', begin) - begin);
        EXPECT_NE(base::json::detail::member(*schemas, name), nullptr) << name;
        EXPECT_EQ(
            name.find_first_not_of(
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"),
            std::string::npos)
            << name;
    }
    expect_current("openapi.json", text);
}

TEST(Documents, permissions_are_current) {
    const auto loaded = pack::load(SOURCE_DIR "/packs/jiashan");
    ASSERT_FALSE(loaded.pack.roles.empty());
    expect_current("permissions.md", permissions(declared(), loaded.pack.roles));
}

} // namespace
} // namespace api
