// Indicators: the board, one indicator, the records behind a figure, reporting.
#include "domain/indicator/indicator.hpp"
#include "domain/loan/measures.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

#include <algorithm>

namespace api {
namespace {

struct YearQuery {
    std::optional<std::int32_t> year;
    std::optional<base::Date> as_of;
};
BOOST_DESCRIBE_STRUCT(YearQuery, (), (year, as_of))

struct RecordsQuery {
    std::optional<std::int32_t> year;
    std::optional<base::Date> as_of;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(RecordsQuery, (), (year, as_of, page, per_page))

// One record behind a figure: a loan, or a report.
struct Record {
    std::optional<Id<base::Loan>> loan;
    std::optional<NamedParty> institution;
    std::optional<NamedParty> enterprise;
    std::string number; // 借据号, or the period of a report
    base::Date day;
    std::int64_t counted = 0; // what it adds to the figure, in its minor unit
    std::optional<base::Money> amount;
    std::optional<base::Money> balance;
    std::optional<base::Rate> rate;
    std::string source_note;
    std::string person_name;
};
BOOST_DESCRIBE_STRUCT(
    Record,
    (),
    (loan,
     institution,
     enterprise,
     number,
     day,
     counted,
     amount,
     balance,
     rate,
     source_note,
     person_name))

enum class RecordKind { loan, reported };
BOOST_DESCRIBE_ENUM(RecordKind, loan, reported)

struct Records {
    RecordKind kind = RecordKind::reported;
    std::vector<Record> items;
    std::int64_t total = 0;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    std::int64_t sum = 0;             // of what the records add, all pages together
    std::optional<std::int64_t> base; // the reported part of a computed stock
    std::optional<base::Date> base_as_of;
};
BOOST_DESCRIBE_STRUCT(Records, (), (kind, items, total, page, per_page, sum, base, base_as_of))

struct When {
    std::int32_t year = 0;
    base::Date as_of;
};

When when(
    const Services& services,
    const Call& call,
    std::optional<std::int32_t> year,
    std::optional<base::Date> as_of) {
    const auto today = services.policy->zone().date(call.now);
    const auto day = std::min(as_of.value_or(today), today);
    return {.year = year.value_or(day.year()), .as_of = day};
}

struct Counted {
    const pack::Indicator& indicator;
    loan::Measure measure;
    loan::Window window;
};

void add_loans(
    const store::Snapshot& db, const Counted& counted, const RecordsQuery& query, Records& out) {
    PartyNames names(db);
    const auto rows = loan::rows(db, counted.measure, counted.window, query.page, query.per_page);
    const auto figure = loan::figure(db, counted.measure, counted.window);
    const bool counts = counted.indicator.figure == pack::FigureKind::count;
    out.kind = RecordKind::loan;
    out.total = rows.total;
    out.sum = counts ? figure.loans : figure.sum.fen;
    for (const auto& row : rows.items) {
        out.items.push_back(
            {.loan = row.loan,
             .institution = names(row.institution),
             .enterprise = names(row.enterprise),
             .number = row.number,
             .day = row.start,
             .counted = counts ? 1 : row.counted.fen,
             .amount = row.amount,
             .balance = row.balance,
             .rate = row.rate});
    }
}

void add_reports(const store::Snapshot& db, std::string_view code, const When& at, Records& out) {
    for (const auto& one : indicator::reports(db, code)) {
        if (one.superseded || one.period.year != at.year || one.as_of > at.as_of) continue;
        out.total += 1;
        out.sum += one.value;
        out.items.push_back(
            {.number = one.period.text(),
             .day = one.as_of,
             .counted = one.value,
             .source_note = one.source_note,
             .person_name = one.person_name});
    }
}

Result<Records> records(const Services& services, const Call& call, const RecordsQuery& query) {
    const auto code = call.text("code");
    const auto at = when(services, call, query.year, query.as_of);
    return services.database->read([&](const store::Snapshot& db) -> Result<Records> {
        const auto detail = TRY(services.indicators->detail(db, code, at.year, at.as_of));
        Records out{.page = query.page, .per_page = query.per_page};
        const auto& view = detail.indicator;
        const bool computed = view.actual && view.actual->source == indicator::Origin::computed;
        const auto* indicator = services.policy->indicator(code);
        const auto measure =
            indicator->computed ? loan::measure_named(*indicator->computed) : std::nullopt;
        if (!computed || !measure) {
            add_reports(db, code, at, out);
            return out;
        }
        const auto span = TRY(services.indicators->span(db, code, at.year, at.as_of));
        loan::Window window{.from = span.after.plus_days(1), .until = span.until};
        if (span.after == base::Date{}) window.from = std::nullopt;
        add_loans(db, {*indicator, *measure, window}, query, out);
        out.base = view.actual->base;
        out.base_as_of = view.actual->base_as_of;
        return out;
    });
}

std::vector<Column<indicator::View>> indicator_columns() {
    using indicator::View;
    const auto figure = [](const View& row, std::int64_t value) -> SheetCell {
        switch (row.figure) {
        case pack::FigureKind::money: return base::Money{value};
        case pack::FigureKind::rate: return base::Rate{value};
        case pack::FigureKind::count: return value;
        }
        base::bug("figure kind out of range");
    };
    return {
        {{"行", "Row"},
         [](const View& row) -> SheetCell { return static_cast<std::int64_t>(row.row); }},
        {{"分组", "Group"}, [](const View& row) -> SheetCell { return row.group; }},
        {{"指标", "Indicator"}, [](const View& row) -> SheetCell { return row.label; }},
        {{"类型", "Type"}, [](const View& row) -> SheetCell { return row.printed_type; }},
        {{"目标（原文）", "Target as printed"},
         [](const View& row) -> SheetCell {
             return row.target ? SheetCell(row.target->printed) : SheetCell();
         }},
        {{"目标", "Target"},
         [=](const View& row) -> SheetCell {
             return row.target ? figure(row, row.target->value) : SheetCell();
         }},
        {{"实际", "Actual"},
         [=](const View& row) -> SheetCell {
             return row.actual ? figure(row, row.actual->value) : SheetCell();
         }},
        {{"数据日期", "As of"},
         [](const View& row) -> SheetCell {
             return row.actual ? SheetCell(row.actual->as_of) : SheetCell();
         }},
        {{"完成率", "Attainment"},
         [](const View& row) -> SheetCell { return sheet_cell(row.attainment); }},
        {{"同比", "Year on year"},
         [](const View& row) -> SheetCell { return sheet_cell(row.growth); }},
        {{"来源", "Source"},
         [](const View& row) -> SheetCell {
             return row.actual ? SheetCell(row.actual->source_label) : SheetCell();
         }},
        {{"责任单位", "Unit"}, [](const View& row) -> SheetCell { return row.reporter.name; }}};
}

} // namespace

void declare_indicators(Endpoints& all, Services& services) {
    all.capability("indicators");
    all.get(
           "/v1/indicators",
           Right::indicator_read,
           {"定量指标：目标、实际、完成率、状态", "Indicators: target, actual, attainment, light"},
           [&](Call& call, const YearQuery& query) -> Result<indicator::Board> {
               const auto at = when(services, call, query.year, query.as_of);
               return services.database->read([&](const store::Snapshot& db) {
                   return services.indicators->board(db, at.year, at.as_of);
               });
           })
        .exportable("indicators", indicator_columns());
    all.get(
        "/v1/indicators/{code}",
        Right::indicator_read,
        {"一个指标：各期数值、目标版本、更正记录",
         "One indicator: its series, targets, restatements"},
        [&](Call& call, const YearQuery& query) -> Result<indicator::Detail> {
            const auto at = when(services, call, query.year, query.as_of);
            return services.database->read([&](const store::Snapshot& db) {
                return services.indicators->detail(db, call.text("code"), at.year, at.as_of);
            });
        });
    all.get(
        "/v1/indicators/{code}/records",
        Right::indicator_read,
        {"数字背后的记录", "The records behind a figure"},
        [&](Call& call, const RecordsQuery& query) { return records(services, call, query); });
    all.post(
        "/v1/indicators/{code}/values",
        Right::indicator_report,
        {"填报或更正指标数值", "Report or restate a figure"},
        [&](Call& call, const indicator::ReportValue& wish) {
            return services.indicators->report(call.command(), call.text("code"), wish);
        });
    all.post(
        "/v1/indicators/{code}/targets",
        Right::indicator_report,
        {"调整年度目标（另存一个版本）", "Set a year's target as a new vintage"},
        [&](Call& call, const indicator::ChangeTarget& wish) {
            return services.indicators->change_target(call.command(), call.text("code"), wish);
        });
}

} // namespace api
