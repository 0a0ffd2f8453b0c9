#include "engine/paper/paper.hpp"

#include <gtest/gtest.h>

namespace paper {
namespace {

Sheet sheet(int rows) {
    Sheet made;
    made.title = "查询证明";
    made.subtitle = "CX20240715-1";
    made.foot = "清溪县企业融资服务";
    made.made_at = *base::Instant::parse("2024-07-15T10:00:00+08:00");
    made.blocks.push_back(Heading{"一、查询条件"});
    made.blocks.push_back(Fields{{{"担保人", "企业一"}, {"摘要", std::string(200, 'f')}}});
    Table table{.columns = {{"编号", 2}, {"担保财产", 5}}, .rows = {}};
    for (int i = 0; i < rows; ++i)
        table.rows.push_back(
            {std::to_string(i), "数控机床一台 machining centre " + std::to_string(i)});
    made.blocks.push_back(std::move(table));
    made.blocks.push_back(Paragraph{"本证明不替代法定登记系统的查询结果。"});
    return made;
}

std::size_t pages(const std::string& bytes) {
    std::size_t count = 0;
    for (auto at = bytes.find("/Type /Page"); at != std::string::npos;
         at = bytes.find("/Type /Page", at + 1)) {
        if (bytes[at + 11] != 's') ++count; // /Pages is their list
    }
    return count;
}

TEST(Paper, the_same_sheet_gives_the_same_bytes) {
    const auto first = pdf(sheet(3));
    ASSERT_TRUE(first) << first.error().code;
    const auto second = pdf(sheet(3));
    ASSERT_TRUE(second);
    EXPECT_TRUE(first->starts_with("%PDF-1."));
    EXPECT_EQ(*first, *second);
    EXPECT_LT(first->size(), 60'000U); // letters that are used, and no others
    EXPECT_NE(*first, *pdf(sheet(4)));
}

TEST(Paper, a_long_table_goes_on_over_pages) {
    EXPECT_EQ(pages(*pdf(sheet(3))), 1U);
    EXPECT_GT(pages(*pdf(sheet(200))), 3U);
}

TEST(Paper, broken_text_is_no_crash) {
    auto odd = sheet(0);
    odd.blocks.emplace_back(Paragraph{std::string("\xE4\xBD") + "半个字"});
    const auto made = pdf(odd);
    EXPECT_TRUE(made || made.error().code == "paper.failed");
}

} // namespace
} // namespace paper
