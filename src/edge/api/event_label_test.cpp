#include "edge/api/event_label.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

namespace api {
namespace {

TEST(EventLabel, every_declared_kind_of_event_has_a_label_in_both_languages) {
    const std::regex declaration(R"re(string_view\s+kind\s*=\s*"([a-z_]+\.[a-z_]+)")re");
    std::size_t found = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(SOURCE_DIR "/src/domain")) {
        const auto name = entry.path().string();
        if (!name.ends_with(".hpp") || name.ends_with("_test.hpp")) continue;
        std::ifstream in(entry.path());
        const std::string text{
            std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        for (std::sregex_iterator at(text.begin(), text.end(), declaration), end; at != end; ++at) {
            const auto kind = (*at)[1].str();
            const auto label = event_label(kind);
            EXPECT_NE(label.zh, kind) << "no label in event_label.cpp";
            EXPECT_NE(label.en, kind);
            ++found;
        }
    }
    EXPECT_GT(found, 20U);
}

} // namespace
} // namespace api
