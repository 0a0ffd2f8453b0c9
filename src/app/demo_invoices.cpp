// Two years of VAT invoices of the demo's own firms, written as the file a tax office would send
// and imported like any other.
#include "app/demo_world.hpp"

#include <fstream>

namespace app::demo {
namespace {

constexpr std::size_t invoiced_firms = 4;
constexpr int months = 24;
constexpr int sold_a_month = 7;
constexpr int bought_a_month = 4;

struct Row {
    std::string code;
    std::string number;
    Date date;
    std::string partner;
    std::int64_t net_fen = 0;
    std::string state;
};

void write_row(std::ostream& out, const Row& row) {
    const Money net{row.net_fen};
    // 13 % is the rate on goods since 2019-04-01 (财政部 税务总局 海关总署公告2019年第39号).
    const auto tax = net.share(Rate::percent(13), base::Rounding::half_up);
    out << row.code << ',' << row.number << ',' << row.date.text() << ',' << row.partner << ','
        << net.yuan_text() << ',' << tax.yuan_text() << ',' << (net + tax).yuan_text() << ','
        << row.state << '\n';
}

void write_book(std::ostream& out, const World& world, bool sold) {
    out << "统一社会信用代码,发票号码,开票日期," << (sold ? "购方单位代号" : "销方单位代号")
        << ",金额,税额,价税合计,发票状态\n";
    const auto last = world.policy().zone().date(world.end);
    for (std::size_t at = 0; at < std::min(invoiced_firms, world.firms.size()); ++at) {
        const auto& firm = world.firms[at];
        Random random(world.wish.seed, (sold ? "sold " : "bought ") + firm.credit_code);
        const auto each = sold ? sold_a_month : bought_a_month;
        for (int n = 0; n < months * each; ++n) {
            Row row;
            row.code = firm.credit_code;
            row.number = std::to_string(10'000'000 + static_cast<int>(at) * 100'000 + n);
            const auto month = last.plus_months(-months + n / each);
            row.date = month.plus_days(static_cast<std::int32_t>(random.between(0, 20)) - 21);
            row.partner = (sold ? "B" : "S") +
                          std::to_string(random.between(1, sold ? 14 : 9) * random.between(1, 3));
            const auto usual = firm.sales_yuan * 100 / 12 / each * (sold ? 100 : 62) / 100;
            row.net_fen = usual / 100 * random.between(55, 150);
            row.state = random.chance(4) ? "作废发票" : "有效发票";
            if (sold && random.chance(2)) row.net_fen = -row.net_fen / 6;
            write_row(out, row);
        }
    }
}

Result<> import_invoices(World& world, bool sold) {
    const auto name = std::string(sold ? "销项发票.csv" : "进项发票.csv");
    const auto path = world.wish.data / name;
    {
        std::ofstream out(path);
        write_book(out, world, sold);
    }
    const intake::File file{.path = path, .name = name};
    const auto id = TRY(world.county.intake.start(
        world.by(world.importer), {.kind = intake::Kind::vat_invoices, .file = file}));
    intake::Progress progress;
    const auto batch = TRY(world.county.intake.run(
        world.importer, {.import = id, .file = file, .skip_rejected = false}, progress));
    base::ensure(batch.state == intake::State::done, "the demo's own invoices are without fault");
    std::filesystem::remove(path);
    return {};
}

} // namespace

Result<> plan_invoices(World& world) {
    world.at(world.working_days_before_end(9), [&world]() -> Result<> {
        TRY(import_invoices(world, true));
        return import_invoices(world, false);
    });
    return {};
}

} // namespace app::demo
