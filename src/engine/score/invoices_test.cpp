#include "engine/score/invoices.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace score {
namespace {

const std::string book = "企业代号,发票号码,开票日期,购方单位代号,金额,税额,价税合计,发票状态\n"
                         "E1,1,2019/1/2,B1,100,13,113,有效发票\n"
                         "E1,2,2019/1/9,B2,300,39,339,有效发票\n"
                         "E1,3,2019/3/2,B1,-100,-13,-113,有效发票\n"
                         "E1,4,2019/3/2,B1,999,13,113, 作废发票\n"
                         "E2,5,2019/3/12,B1,50,1.5,51.5,有效发票\n";

TEST(Invoices, a_firm_is_counted_from_its_invoices) {
    const auto made = invoice_features(*read_sheet(book), "sold");
    ASSERT_TRUE(made);
    const auto of = [&](const char* firm, const char* name) {
        const auto place = std::ranges::find(made->names, name) - made->names.begin();
        return made->by_firm.at(firm)[static_cast<std::size_t>(place)];
    };
    EXPECT_NEAR(of("E1", "sold_count"), std::log(4), 1e-12);
    EXPECT_NEAR(of("E1", "sold_amount"), std::log(301), 1e-12);
    EXPECT_NEAR(of("E1", "sold_voided_share"), 0.25, 1e-12);
    EXPECT_NEAR(of("E1", "sold_red_share"), 1.0 / 3, 1e-12);
    EXPECT_NEAR(of("E1", "sold_red_amount_share"), 0.25, 1e-12);
    EXPECT_NEAR(of("E1", "sold_tax_rate"), 0.13, 1e-12);
    EXPECT_NEAR(of("E1", "sold_concentration"), (1.0 + 9.0) / 16, 1e-12);
    EXPECT_EQ(of("E1", "sold_silent_days"), 10);
    EXPECT_EQ(of("E2", "sold_silent_days"), 0);
    EXPECT_NEAR(of("E2", "sold_tax_rate"), 0.03, 1e-12);
    const auto joined =
        join_features(*read_sheet("企业代号,y\nE1,1\nE9,0\n"), "企业代号", *made, *made);
    ASSERT_TRUE(joined);
    EXPECT_TRUE(joined->starts_with("企业代号,y,sold_count,"));
    EXPECT_NE(joined->find("\nE9,0,,,,"), std::string::npos);
}

TEST(Invoices, a_line_that_cannot_be_read_is_named) {
    const auto made = invoice_features(*read_sheet(book + "E3,6,soon,B1,1,1,2,有效发票\n"), "sold");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "score.invoice");
    EXPECT_EQ(made.error().field, "line 7");
}

} // namespace
} // namespace score
