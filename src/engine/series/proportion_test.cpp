#include "engine/series/proportion.hpp"

#include <gtest/gtest.h>

namespace series {
namespace {

// R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine
// 17 (1998), table I, the score method without continuity correction.
TEST(Proportion, wilsons_interval_is_that_of_the_published_table) {
    struct Row {
        std::int64_t hits;
        std::int64_t of;
        std::int64_t low_ppm;
        std::int64_t high_ppm;
    };

    for (const auto& [hits, of, low, high] :
         {Row{81, 263, 255'300, 366'200},
          Row{15, 148, 62'400, 160'500},
          Row{0, 20, 0, 161'100},
          Row{1, 29, 6'100, 171'800}}) {
        const auto found = proportion(hits, of);
        ASSERT_TRUE(found);
        EXPECT_NEAR(static_cast<double>(found->low.ppm), static_cast<double>(low), 51) << hits;
        EXPECT_NEAR(static_cast<double>(found->high.ppm), static_cast<double>(high), 51) << hits;
        EXPECT_LE(found->low, found->share);
        EXPECT_LE(found->share, found->high);
    }
    EXPECT_FALSE(proportion(0, 0));
}

} // namespace
} // namespace series
