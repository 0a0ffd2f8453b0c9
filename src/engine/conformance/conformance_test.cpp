// The given cases of cel-spec, all of them; and how they are read.
#include "engine/conformance/run.hpp"
#include "engine/conformance/textproto.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace conformance {
namespace {

TEST(Conformance, every_given_case_inside_the_subset_passes) {
    const char* shared = std::getenv("RONGQIAO_SHARED");
    const std::filesystem::path root = shared != nullptr
                                           ? std::filesystem::path(shared)
                                           : std::filesystem::path(SOURCE_DIR) / ".." / "shared";
    const auto folder = root / "data/vec-cel-spec/tests/simple/testdata";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "cel-spec vectors are not at " << folder;
    Counts all;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".textproto") continue;
        std::ifstream file(entry.path());
        std::ostringstream text;
        text << file.rdbuf();
        const auto report = run_text(text.str());
        ASSERT_TRUE(report) << entry.path() << report.error().message.en;
        for (const auto& miss : report->misses) {
            if (miss.verdict == Verdict::outside) continue;
            ADD_FAILURE() << entry.path().filename() << ":" << miss.line << " " << miss.section
                          << "/" << miss.name << ": " << miss.expression << "\nwanted "
                          << miss.wanted << "\ngot " << miss.got;
        }
        all += report->counts;
    }
    std::printf(
        "%lld passed, %lld failed, %lld out of subset\n",
        static_cast<long long>(all.passed),
        static_cast<long long>(all.failed),
        static_cast<long long>(all.outside));
    EXPECT_GT(all.passed, 500);
}

} // namespace
} // namespace conformance
