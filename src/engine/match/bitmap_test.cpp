#include "base/random.hpp"
#include "engine/match/bitmap.hpp"

#include <gtest/gtest.h>

#include <bit>

namespace match {
namespace {

// Ids whose neighbours lie as far apart as `spreads` says, each for a few hundred of them.
std::vector<std::int64_t> ids_of(
    base::Random& random, std::size_t count, std::span<const std::int64_t> spreads) {
    std::vector<std::int64_t> ids;
    std::int64_t spread = 1;
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 700 == 0) spread = spreads[random.below(spreads.size())];
        const auto before = ids.empty() ? 0 : ids.back();
        ids.push_back(spread == 0 ? static_cast<std::int64_t>(random.next()) : before + spread);
    }
    return ids;
}

TEST(IdsTest, however_far_apart_those_of_the_bits_set_are_written_in_their_order) {
    base::Random random(7);
    const std::vector<std::vector<std::int64_t>> tables{
        {1}, {3}, {-1}, {4}, {5}, {1000}, {2000}, {1 << 20}, {0}, {1, -1, 9, 3000, 0}};
    for (const auto& spreads : tables) {
        for (const std::size_t count : {1U, 63U, 64U, 65U, 1023U, 1025U, 5000U}) {
            const auto ids = ids_of(random, count, spreads);
            const Ids kept(ids);
            for (const std::size_t one_in : {1U, 2U, 30U, 500U}) {
                std::vector<Word> bitmap((count + word_bits - 1) / word_bits);
                std::vector<std::int64_t> expected{-5};
                for (std::size_t i = 0; i < count; ++i) {
                    if (random.below(one_in) != 0) continue;
                    bitmap[i / word_bits] |= std::rotl(Word{1}, static_cast<int>(i % word_bits));
                    expected.push_back(ids[i]);
                }
                std::vector<std::int64_t> written{-5};
                kept.append(bitmap.data(), bitmap.size(), written);
                ASSERT_EQ(written, expected) << "first spread " << spreads[0] << ", " << count;
            }
        }
    }
}

} // namespace
} // namespace match
