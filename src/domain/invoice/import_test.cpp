#include "domain/intake/intake.hpp"
#include "domain/intake/reading.hpp"
#include "domain/invoice/invoice.hpp"
#include "domain/party/county_test.hpp"
#include "engine/table/csv.hpp"
#include "engine/table/xlsx.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace invoice {
namespace {

using base::PartyKind;
using base::Right;
using intake::Batch;
using intake::Severity;
using party::test::code;

constexpr const char* header =
    "企业代号,发票号码,开票日期,购方单位代号,金额,税额,价税合计,发票状态\n";

struct Desk : party::test::County {
    intake::Intake intake{*database};
    std::filesystem::path folder;
    Id<Party> firm = enterprise(1);
    std::string firm_code = reference::synthetic_code({.seed = 1}).text();

    Desk()
        : County({&fact::declare, &intake::declare, &invoice::declare}, "jiashan") {
        intake.offer(intake::Kind::vat_invoices, importer(*database, *policy));
        intake.offer(intake::Kind::enterprises, intake::enterprise_importer(*database, *policy));
        intake.offer(intake::Kind::facts, intake::fact_importer(*database, *policy, clock));
        folder = std::filesystem::temp_directory_path() /
                 ("desk-" + std::to_string(::getpid()) + "-" + std::to_string(++desks_));
        std::filesystem::create_directories(folder);
    }

    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    ~Desk() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    intake::File file(const std::string& bytes) {
        const auto path = folder / ("file-" + std::to_string(++files_));
        std::ofstream(path, std::ios::binary) << bytes;
        return {.path = path, .name = "invoices.csv"};
    }

    Batch run(
        const intake::File& file,
        bool skip_rejected = false,
        intake::Kind kind = intake::Kind::vat_invoices) {
        const auto id = intake.start(command(), {.kind = kind, .file = file});
        EXPECT_TRUE(id) << code(id);
        intake::Progress progress;
        const auto done = intake.run(
            base::Actor::platform(),
            {.import = *id, .file = file, .skip_rejected = skip_rejected},
            progress);
        EXPECT_TRUE(done) << code(done);
        return *done;
    }

    Batch rows(const std::string& rows, bool skip_rejected = false) {
        return run(file(header + rows), skip_rejected);
    }

    // "ENTERPRISE,NUMBER,…" of the desk's own firm.
    [[nodiscard]] std::string row(const std::string& rest) const {
        return firm_code + "," + rest + "\n";
    }

    [[nodiscard]] Invoices sold() const {
        return *read([&](const store::Snapshot& db) { return book(db, firm, Direction::output); });
    }

    [[nodiscard]] std::vector<intake::StoredLine> report(Id<Import> import) const {
        return read([&](const store::Snapshot& db) {
            return intake::lines(
                       db, {.import = import, .severity = {}, .page = 1, .per_page = 1'000'000})
                .items;
        });
    }

    [[nodiscard]] std::map<std::string, std::string> facts() const {
        std::map<std::string, std::string> out;
        const auto known = read([&](const store::Snapshot& db) { return fact::current(db, firm); });
        for (const auto& [name, one] : known)
            out[name] = one.value.text;
        return out;
    }

private:
    static inline int desks_ = 0;
    int files_ = 0;
};

const std::vector<std::string> clean = {
    "100,2019-07-01,B1,100.00,13.00,113.00,有效发票",
    "101,2019/8/2,B2,250.5,32.57,283.07,有效发票",
    "102,2019-08-03,B1,40,5.2,45.2,作废发票",
    "103,2019-09-30,B3,1000,130,1130,有效发票",
    "103,2019-09-30,B3,1000,130,1130,有效发票",
};

std::string of(const Desk& desk, const std::vector<std::string>& rows) {
    std::string out;
    for (const auto& one : rows)
        out += desk.row(one);
    return out;
}

TEST(InvoiceImport, every_kind_of_dirt_is_reported_once_in_its_place) {
    Desk desk;
    const auto bad = [](const char* text) { return std::string(text); };
    const auto done = desk.rows(
        desk.row(bad("100,2019-07-01,B1,100.00,13.00,113.00,有效发票")) +      // 2, clean
            desk.row(bad("101,2019-07-01,B1,100.00,13.00,113.00, 作废发票")) + // 3, blank
            desk.row(bad("102,2019-07-01,B1,100.00,13.00,114.00,有效发票")) +  // 4, sum
            desk.row(bad("103,2019-07-01,B1,-10.00,-1.30,-11.30,有效发票")) +  // 5, red letter
            desk.row(bad("100,2019-07-02,B2,1.00,0.13,1.13,有效发票")) +       // 6, number again
            desk.row(bad("104,2019-02-30,B1,1.00,0.13,1.13,有效发票")) +       // 7, date
            desk.row(bad("105,2019-07-01,B1,ten,0.13,1.13,有效发票")) +        // 8, amount
            desk.row(bad("106,2019-07-01,B1,1.00,0.13,1.13,丢失")) +           // 9, state
            desk.row(bad(",2019-07-01,B1,1.00,0.13,1.13,有效发票")) +          // 10, no number
            "E404,107,2019-07-01,B1,1.00,0.13,1.13,有效发票\n" +               // 11, nobody
            desk.row(bad("108,2019-07-01,B1,1.00")),                           // 12, ragged
        true);
    EXPECT_EQ(done.state, intake::State::done);
    EXPECT_EQ(done.rows, 11);
    EXPECT_EQ(done.accepted, 5);
    EXPECT_EQ(done.rejected, 6);
    EXPECT_EQ(done.unchanged, 0);
    using Said = std::tuple<std::int64_t, std::int32_t, std::string, Severity>;
    const std::vector<Said> want = {
        {3, 8, "invoice.status_spaces", Severity::warning},
        {4, 7, "invoice.sum", Severity::warning},
        {5, 7, "invoice.red_letter", Severity::note},
        {6, 2, "invoice.number_repeated", Severity::warning},
        {7, 3, "intake.date", Severity::error},
        {8, 5, "intake.amount", Severity::error},
        {9, 8, "invoice.status", Severity::error},
        {10, 2, "intake.empty", Severity::error},
        {11, 1, "intake.no_enterprise", Severity::error},
        {12, 0, "intake.ragged", Severity::error},
    };
    std::vector<Said> found;
    for (const auto& line : desk.report(done.id)) {
        found.emplace_back(line.row, line.column, line.code, line.severity);
        const auto said = intake::explain(line.code);
        EXPECT_NE(said.reason.zh, line.code) << "no sentence for " << line.code;
        EXPECT_FALSE(said.reason.en.empty() || said.cure.zh.empty() || said.cure.en.empty())
            << line.code;
    }
    EXPECT_EQ(found, want);
    EXPECT_EQ(done.reported, static_cast<std::int64_t>(want.size()));
    EXPECT_EQ(desk.sold().size(), 5U);
    desk.expect_rebuilds();
}

TEST(InvoiceImport, a_rejected_row_refuses_the_file_and_leaves_nothing) {
    Desk desk;
    const auto text = of(desk, clean) + desk.row("104,never,B1,1.00,0.13,1.13,有效发票");
    const auto refused = desk.rows(text);
    EXPECT_EQ(refused.state, intake::State::refused);
    EXPECT_EQ(refused.accepted, 0);
    EXPECT_EQ(refused.rejected, 1);
    EXPECT_TRUE(refused.message.has_value());
    EXPECT_FALSE(desk.report(refused.id).empty()) << "the report stays";
    EXPECT_TRUE(desk.sold().empty());
    EXPECT_TRUE(desk.facts().empty());
    const auto taken = desk.rows(text, true);
    EXPECT_EQ(taken.state, intake::State::done);
    EXPECT_EQ(taken.accepted, 5);
    EXPECT_EQ(desk.sold().size(), 5U);
    EXPECT_EQ(desk.facts().at("invoice_sales_12m"), "235050");
}

TEST(InvoiceImport, the_same_file_again_changes_nothing) {
    Desk desk;
    const auto text = of(desk, clean);
    EXPECT_EQ(desk.rows(text).accepted, 5);
    const auto book = desk.sold();
    const auto facts = desk.facts();
    const auto history = desk.read([&](const store::Snapshot& db) {
        return fact::history(db, desk.firm, "invoice_sales_12m").size();
    });
    const auto again = desk.rows(text);
    EXPECT_EQ(again.state, intake::State::done);
    EXPECT_EQ(again.accepted, 0);
    EXPECT_EQ(again.unchanged, 5);
    EXPECT_EQ(desk.sold(), book);
    EXPECT_EQ(desk.facts(), facts);
    EXPECT_EQ(
        desk.read([&](const store::Snapshot& db) {
            return fact::history(db, desk.firm, "invoice_sales_12m").size();
        }),
        history);
}

TEST(InvoiceImport, overlapping_files_give_the_same_in_either_order) {
    // A later file takes back all earlier sales: what growth counted from is gone.
    const std::vector<std::string> early = {
        "1,2018-09-01,B1,500,65,565,有效发票",
        "2,2019-09-01,B1,800,104,904,有效发票",
        "3,2019-09-02,B2,10,1.3,11.3,有效发票"};
    const std::vector<std::string> late = {
        "2,2019-09-01,B1,800,104,904,有效发票",
        "2,2019-09-01,B1,800,104,904,有效发票",
        "4,2018-09-03,B1,-500,-65,-565,有效发票"};
    Desk one;
    one.rows(of(one, early));
    EXPECT_NE(one.facts().at("invoice_sales_growth"), "null");
    one.rows(of(one, late));
    Desk other;
    other.rows(of(other, late));
    other.rows(of(other, early));
    EXPECT_EQ(one.sold().size(), 5U);
    EXPECT_EQ(one.sold(), other.sold());
    EXPECT_EQ(one.facts(), other.facts());
    EXPECT_EQ(one.facts().at("invoice_sales_growth"), "null");
}

TEST(InvoiceImport, a_workbook_gives_what_the_text_file_gives) {
    Desk text;
    text.rows(of(text, clean));
    Desk sheet;
    table::XlsxWriter writer(
        "发票",
        {{"企业代号"},
         {"发票号码"},
         {"开票日期"},
         {"购方单位代号"},
         {"金额"},
         {"税额"},
         {"价税合计"},
         {"发票状态"}});
    for (const auto& one : clean) {
        std::vector<table::Cell> cells{sheet.firm_code};
        std::stringstream parts(one);
        for (std::string part; std::getline(parts, part, ',');)
            cells.emplace_back(part);
        writer.add(cells);
    }
    const auto bytes = writer.finish();
    ASSERT_TRUE(bytes);
    const auto done = sheet.run(sheet.file(*bytes));
    EXPECT_EQ(done.state, intake::State::done);
    EXPECT_EQ(sheet.sold(), text.sold());
    EXPECT_EQ(sheet.facts(), text.facts());
}

TEST(InvoiceImport, blanks_around_the_enterprise_and_the_day_do_no_harm) {
    Desk desk;
    const auto done = desk.run(desk.file(
        std::string(header) + " " + desk.firm_code + " ,1, 2019-07-01 ,B1,1,0.13,1.13,有效发票\n"));
    EXPECT_EQ(done.accepted, 1);
    EXPECT_EQ(done.rejected, 0);
}

TEST(InvoiceImport, amounts_beyond_all_money_are_refused_and_not_a_fault) {
    Desk desk;
    const std::string most = "90000000000000";
    const auto one =
        desk.rows(desk.row("1,2019-07-01,B1," + most + "," + most + "," + most + ",有效发票"));
    EXPECT_EQ(one.state, intake::State::done) << "odd, and reported";
    const auto two = desk.rows(desk.row("2,2019-07-01,B1," + most + ",0," + most + ",有效发票"));
    EXPECT_EQ(two.state, intake::State::refused);
    EXPECT_EQ(desk.sold().size(), 1U);
}

TEST(InvoiceImport, cancelled_leaves_nothing) {
    Desk desk;
    const auto file = desk.file(header + of(desk, clean));
    const auto id =
        desk.intake.start(desk.command(), {.kind = intake::Kind::vat_invoices, .file = file});
    ASSERT_TRUE(id);
    intake::Progress progress;
    progress.cancelled = true;
    const auto done =
        desk.intake.run(base::Actor::platform(), {.import = *id, .file = file}, progress);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->state, intake::State::cancelled);
    EXPECT_TRUE(desk.sold().empty());
    EXPECT_TRUE(desk.facts().empty());
}

TEST(InvoiceImport, one_that_a_stop_interrupted_is_refused_on_mending) {
    Desk desk;
    const auto file = desk.file(header + of(desk, clean));
    const auto id =
        desk.intake.start(desk.command(), {.kind = intake::Kind::vat_invoices, .file = file});
    ASSERT_TRUE(id);
    const auto state = [&] {
        return desk.read([&](const store::Snapshot& db) { return intake::find(db, *id)->state; });
    };
    EXPECT_EQ(state(), intake::State::running);
    ASSERT_TRUE(desk.intake.mend());
    EXPECT_EQ(state(), intake::State::refused);
    ASSERT_TRUE(desk.intake.mend()) << "harmless to repeat";
    EXPECT_TRUE(desk.sold().empty());
}

TEST(InvoiceImport, a_book_that_moved_meanwhile_refuses_the_import_and_keeps_its_report) {
    Desk desk;
    const auto inner = desk.file(header + of(desk, {"9,2019-01-01,B1,1,0.13,1.13,有效发票"}));
    const auto prepare = importer(*desk.database, *desk.policy);
    desk.intake.offer(
        intake::Kind::loans, [&](const intake::File& file, intake::Progress& progress) {
            auto prepared = prepare(file, progress);
            desk.run(inner); // another import between reading and writing
            return prepared;
        });
    const auto done = desk.run(
        desk.file(header + of(desk, {"1,2019-07-01,B1,-1,0,-1,有效发票"})),
        false,
        intake::Kind::loans);
    EXPECT_EQ(done.state, intake::State::refused);
    EXPECT_EQ(done.accepted, 0) << "nothing was taken";
    EXPECT_EQ(done.reported, 1);
    EXPECT_EQ(desk.report(done.id).size(), 1U);
    EXPECT_EQ(desk.sold().size(), 1U);
}

TEST(InvoiceImport, a_file_that_is_no_such_table_is_refused_by_name) {
    Desk desk;

    struct Case {
        const char* bytes;
        const char* said;
    };

    const Case cases[] = {
        {"企业代号,发票号码\nE1,1\n", "开票日期"},
        {"", ""},
        {"\xff\xfe\x00", ""},
    };
    for (const auto& one : cases) {
        const auto done = desk.run(desk.file(one.bytes));
        EXPECT_EQ(done.state, intake::State::refused);
        ASSERT_TRUE(done.message);
        EXPECT_NE(done.message->zh.find(one.said), std::string::npos) << done.message->zh;
    }
    EXPECT_EQ(
        code(desk.intake.start(
            desk.command(),
            {.kind = intake::Kind::facts, .file = {.path = desk.folder / "none", .name = "x"}})),
        "intake.no_file");
    const auto clerk = desk.somebody(PartyKind::institution, desk.bank, {Right::need_answer});
    EXPECT_EQ(
        code(desk.intake.start(
            desk.command(clerk), {.kind = intake::Kind::facts, .file = desk.file("a")})),
        "permission.denied");
}

TEST(FactImport, days_of_one_enterprise_in_one_file_read_again_are_unchanged) {
    Desk desk;
    const auto text = "统一社会信用代码,数据日期,从业人员,employees,心情\n" + desk.firm_code +
                      ",2024-01-31,10,99,好\n" + desk.firm_code + ",2024-02-29,20,99,好\n";
    const auto first = desk.run(desk.file(text), false, intake::Kind::facts);
    EXPECT_EQ(first.state, intake::State::done);
    EXPECT_EQ(first.accepted, 2);
    std::set<std::string> codes;
    for (const auto& line : desk.report(first.id))
        codes.insert(line.code);
    EXPECT_EQ(codes, (std::set<std::string>{"intake.column_repeated", "intake.column_ignored"}));
    EXPECT_EQ(desk.facts().at("employees"), "20");
    const auto again = desk.run(desk.file(text), false, intake::Kind::facts);
    EXPECT_EQ(again.accepted, 0);
    EXPECT_EQ(again.unchanged, 2);
    desk.expect_rebuilds();
}

TEST(FactImport, rows_that_cannot_be_taken_say_why) {
    Desk desk;
    const auto done = desk.run(
        desk.file(
            "企业代号,as_of,employees\nE9,2024-01-01,1\n" + desk.firm_code + ",yesterday,1\n" +
            desk.firm_code + ",2024-01-01,many\n"),
        false,
        intake::Kind::facts);
    EXPECT_EQ(done.state, intake::State::refused);
    std::vector<std::string> codes;
    for (const auto& line : desk.report(done.id))
        codes.push_back(line.code);
    EXPECT_EQ(
        codes, (std::vector<std::string>{"intake.no_enterprise", "intake.date", "intake.value"}));
    EXPECT_TRUE(desk.facts().empty());
}

TEST(EnterpriseImport, takes_each_once_and_makes_codes_for_the_anonymous) {
    Desk desk;
    const auto good = reference::synthetic_code({.seed = 77}).text();
    auto wrong = good;
    wrong.back() = wrong.back() == '1' ? '2' : '1';
    const auto text = "企业代号,企业名称,统一社会信用代码,行业代码\nE1,甲,,\nE2,乙," + good +
                      ",3311\nE1,甲,,\nE3,丙,123,\nE4,,,\nE5,丁,,9999\n";
    const auto done = desk.run(desk.file(text), true, intake::Kind::enterprises);
    EXPECT_EQ(done.state, intake::State::done);
    EXPECT_EQ(done.accepted, 2);
    EXPECT_EQ(done.rejected, 3);
    std::vector<std::string> codes;
    for (const auto& line : desk.report(done.id))
        codes.push_back(line.code);
    EXPECT_EQ(
        codes,
        (std::vector<std::string>{
            "intake.code_made",
            "intake.code_made",
            "intake.enterprise_repeated",
            "intake.code_malformed",
            "intake.empty",
            "intake.code_made",
            "intake.value"}));
    EXPECT_TRUE(desk.read([](const store::Snapshot& db) { return intake::resolve(db, "E1"); }));
    EXPECT_TRUE(desk.read([&](const store::Snapshot& db) { return intake::resolve(db, good); }));
    const auto again = desk.run(desk.file(text), true, intake::Kind::enterprises);
    EXPECT_EQ(again.accepted, 0);
    EXPECT_EQ(again.unchanged, 3);
    desk.expect_rebuilds();
}

TEST(ReadFen, takes_amounts_of_money_and_nothing_else) {
    const std::pair<const char*, std::optional<std::int64_t>> cases[] = {
        {"9401.71", 940'171},
        {"-11000.0", -1'100'000},
        {"1,200", 120'000},
        {" 5 ", 500},
        {"0.1", 10},
        {"1.230", 123},
        {"1.234", {}},
        {"", {}},
        {"-", {}},
        {".", {}},
        {"1.2.3", {}},
        {"1e3", {}},
        {"+5", {}},
        {"--5", {}},
        {"90000000000000", Money::limit_fen},
        {"90000000000000.01", {}},
        {"1234567890123456", {}}};
    for (const auto& [text, fen] : cases) {
        const auto found = intake::read_fen(text);
        EXPECT_EQ(found ? std::optional(found->fen) : std::nullopt, fen) << text;
    }
}

// The real file with its dirt, counted once more by a scan that shares no code with the importer.
TEST(InvoiceImport, the_dirt_of_the_real_file_is_all_reported) {
    const auto* set = std::getenv("RONGQIAO_SHARED");
    const std::filesystem::path shared =
        (set != nullptr ? std::filesystem::path(set)
                        : std::filesystem::path(SOURCE_DIR) / "../shared") /
        "data/cn-sme-vat-invoices";
    const auto packed = shared / "credit_output_invoices.csv.zst";
    if (!std::filesystem::exists(packed)) GTEST_SKIP() << "no shared data at " << shared;
    Desk desk;
    const auto plain = desk.folder / "sold.csv";
    const auto unpack = "zstd -dqc '" + packed.string() + "' > '" + plain.string() + "'";
    if (std::system(unpack.c_str()) != 0) GTEST_SKIP() << "zstd is not installed";
    const auto list = desk.run(
        {.path = shared / "credit_enterprises.csv", .name = "list"},
        false,
        intake::Kind::enterprises);
    ASSERT_EQ(list.state, intake::State::done);
    std::int64_t rows = 0, red = 0, blank = 0, sums = 0;
    std::map<std::string, std::int64_t> numbers;
    std::ifstream in(plain);
    std::string text;
    std::getline(in, text);
    while (std::getline(in, text)) {
        std::vector<std::string> cells;
        std::stringstream parts(text);
        for (std::string part; std::getline(parts, part, ',');)
            cells.push_back(part);
        ASSERT_EQ(cells.size(), 8U);
        rows += 1;
        const auto fen = [&](std::size_t i) { return std::llround(std::stod(cells[i]) * 100); };
        red += fen(6) < 0 ? 1 : 0;
        sums += fen(4) + fen(5) != fen(6) ? 1 : 0;
        blank += cells[7].front() == ' ' || cells[7].back() == ' ' ? 1 : 0;
        numbers[cells[0] + "/" + cells[1]] += 1;
    }
    std::int64_t repeated = 0;
    for (const auto& [number, times] : numbers)
        repeated += times - 1;
    const intake::File file{.path = plain, .name = "sold.csv"};
    const auto done = desk.run(file);
    ASSERT_EQ(done.state, intake::State::done) << done.message.value_or(base::Text{}).en;
    // The note beside the file speaks of more rows than the file has; the file counts.
    EXPECT_EQ(done.rows, rows);
    EXPECT_GT(rows, 90'000);
    EXPECT_EQ(done.accepted, rows) << "nothing is lost";
    EXPECT_EQ(done.rejected, 0);
    std::map<std::string, std::int64_t> lines;
    for (const auto& line : desk.report(done.id))
        lines[line.code] += 1;
    EXPECT_EQ(lines["invoice.red_letter"], red);
    EXPECT_EQ(lines["invoice.sum"], sums);
    EXPECT_EQ(lines["invoice.status_spaces"], blank);
    EXPECT_EQ(lines["invoice.number_repeated"], repeated);
    EXPECT_EQ(done.reported, red + sums + blank + repeated);
    const auto again = desk.run(file);
    EXPECT_EQ(again.accepted, 0);
    EXPECT_EQ(again.unchanged, rows);
}

} // namespace
} // namespace invoice
