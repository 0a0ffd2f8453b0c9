// Loans: the ledger by institution and number, what is owed, and the rows behind each figure.
#include "base/clock.hpp"
#include "domain/loan/measures.hpp"
#include "domain/permission/permission.hpp"
#include "domain/product/product.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

namespace api {
namespace {

using base::Claim;
using base::Date;
using base::Loan;
using base::Money;
using base::Need;
using base::Party;
using base::Rate;

struct LoanEnterprise {
    Id<Party> id;
    std::string name;
    std::string credit_code;
};
BOOST_DESCRIBE_STRUCT(LoanEnterprise, (), (id, name, credit_code))

struct LoanPrice {
    pack::PriceBase base = pack::PriceBase::lpr_1y;
    std::int32_t spread_bp = 0;
    Rate rate;
};
BOOST_DESCRIBE_STRUCT(LoanPrice, (), (base, spread_bp, rate))

struct LoanView {
    Id<Loan> id;
    NamedParty institution;
    LoanEnterprise enterprise;
    std::string number;
    std::optional<Id<Need>> need;
    std::optional<Id<Claim>> claim;
    Money amount;
    Rate rate;
    std::optional<LoanPrice> price;
    std::int32_t term_months = 0;
    Date start;
    Date due;
    std::string guarantee_mode;
    std::string repayment_mode;
    std::string use;
    bool green = false;
    bool credit_loan = false;
    bool first_loan = false;
    std::string industry;
    bool manufacturing = false;
    bool medium_long = false;
    party::Size size = party::Size::unknown;
    Money balance;
    loan::Grade grade = loan::Grade::normal;
    bool through_platform = false;
    Instant recorded_at;
};
BOOST_DESCRIBE_STRUCT(
    LoanView,
    (),
    (id,
     institution,
     enterprise,
     number,
     need,
     claim,
     amount,
     rate,
     price,
     term_months,
     start,
     due,
     guarantee_mode,
     repayment_mode,
     use,
     green,
     credit_loan,
     first_loan,
     industry,
     manufacturing,
     medium_long,
     size,
     balance,
     grade,
     through_platform,
     recorded_at))

struct LoanHappening {
    Date at;
    loan::Happening kind = loan::Happening::disbursed;
    std::optional<Money> amount;
    Money balance;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(LoanHappening, (), (at, kind, amount, balance, text))

struct LoanWithEvents : LoanView {
    std::vector<LoanHappening> events;
};
BOOST_DESCRIBE_STRUCT(LoanWithEvents, (LoanView), (events))

struct LoanPage {
    std::vector<LoanView> items;
    std::int64_t total = 0;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    Money sum; // of amounts; of what is counted, when a measure is asked for
};
BOOST_DESCRIBE_STRUCT(LoanPage, (), (items, total, page, per_page, sum))

struct LoanQuery {
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    std::optional<Id<Party>> institution;
    std::optional<Id<Party>> enterprise;
    std::optional<Id<Need>> need;
    std::optional<Date> from;
    std::optional<Date> to;
    std::optional<loan::Measure> measure;
    std::optional<Date> as_of;
};
BOOST_DESCRIBE_STRUCT(
    LoanQuery, (), (page, per_page, institution, enterprise, need, from, to, measure, as_of))

struct RecordOutside { // a loan that did not come of a claim
    std::string credit_code;
    std::string number;
    Money amount;
    Rate rate;
    Date start;
    Date due;
    std::string guarantee_mode;
    std::string repayment_mode;
    std::string use;
    bool green = false;
};
BOOST_DESCRIBE_STRUCT(
    RecordOutside,
    (),
    (credit_code, number, amount, rate, start, due, guarantee_mode, repayment_mode, use, green))

struct Repayment {
    Date at;
    Money amount;
};
BOOST_DESCRIBE_STRUCT(Repayment, (), (at, amount))

struct Grading {
    loan::Grade grade = loan::Grade::normal;
    Date at;
};
BOOST_DESCRIBE_STRUCT(Grading, (), (grade, at))

class LoanViews {
public:
    explicit LoanViews(const store::Snapshot& db)
        : db_(db)
        , names_(db) {}

    LoanView operator()(const loan::Entry& entry) {
        LoanView view;
        view.id = entry.id;
        view.institution = names_(entry.institution);
        view.enterprise.id = entry.enterprise;
        if (const auto found = party::find_enterprise(db_, entry.enterprise)) {
            view.enterprise.name = found->name;
            view.enterprise.credit_code = found->credit_code;
        }
        view.number = entry.number;
        view.need = entry.need;
        view.claim = entry.claim;
        view.amount = entry.amount;
        view.rate = entry.rate;
        if (entry.price)
            view.price = LoanPrice{entry.price->base, entry.price->spread_bp, entry.rate};
        view.term_months = entry.term_months;
        view.start = entry.start;
        view.due = entry.due;
        view.guarantee_mode = entry.guarantee_mode;
        view.repayment_mode = entry.repayment_mode;
        view.use = entry.use;
        view.green = entry.green;
        view.credit_loan = entry.credit_loan;
        view.first_loan = entry.first_loan;
        view.industry = entry.industry;
        view.manufacturing = entry.manufacturing;
        view.medium_long = entry.medium_long;
        view.size = entry.size;
        view.balance = entry.balance;
        view.grade = entry.grade;
        view.through_platform = entry.through_platform;
        view.recorded_at = entry.recorded_at;
        return view;
    }

private:
    const store::Snapshot& db_;
    PartyNames names_;
};

LoanPage measured(
    const store::Snapshot& db, const LoanQuery& query, loan::Measure measure, Date today) {
    const loan::Window window{
        .from = query.from, .until = query.as_of.value_or(query.to.value_or(today))};
    const auto found = loan::rows(db, measure, window, query.page, query.per_page);
    LoanPage page{
        .items = {},
        .total = found.total,
        .page = query.page,
        .per_page = query.per_page,
        .sum = loan::figure(db, measure, window).sum};
    LoanViews views(db);
    for (const auto& row : found.items) {
        const auto entry = loan::find(db, row.loan);
        if (!entry) continue;
        auto& view = page.items.emplace_back(views(*entry));
        view.balance = row.balance; // as of the day asked about
        view.grade = row.grade;
    }
    return page;
}

Result<LoanPage> list_loans(const Services& services, const Call& call, const LoanQuery& query) {
    return services.database->read([&](const store::Snapshot& db) -> Result<LoanPage> {
        if (query.measure) {
            if (permission::reach(call.actor) != permission::Reach::all) {
                return base::forbidden(
                    "loan.measures_are_county_wide",
                    {"按指标口径查询仅限部门。", "Lists by measure are for departments."},
                    {"请去掉指标条件。", "Leave the measure out."});
            }
            const auto today = services.policy->calendar().zone().date(call.now);
            return measured(db, query, *query.measure, today);
        }
        loan::ListFilter filter{
            .institution = query.institution,
            .enterprise = query.enterprise,
            .need = query.need,
            .from = query.from,
            .to = query.to,
            .page = query.page,
            .per_page = query.per_page};
        if (call.actor.kind == base::PartyKind::institution) filter.institution = call.actor.party;
        if (call.actor.kind == base::PartyKind::enterprise) filter.enterprise = call.actor.party;
        const auto found = loan::list(db, filter);
        LoanPage page{
            .items = {},
            .total = found.page.total,
            .page = query.page,
            .per_page = query.per_page,
            .sum = found.sum};
        LoanViews views(db);
        for (const auto& entry : found.page.items)
            page.items.push_back(views(entry));
        return page;
    });
}

Result<LoanWithEvents> one_loan(const Services& services, const Call& call, Id<Loan> id) {
    return services.database->read([&](const store::Snapshot& db) -> Result<LoanWithEvents> {
        const auto entry = loan::find(db, id);
        const bool seen = entry && (permission::reach(call.actor) == permission::Reach::all ||
                                    call.actor.party == entry->institution ||
                                    call.actor.party == entry->enterprise);
        if (!seen) {
            return base::not_found(
                "loan.none",
                {"没有找到这笔借据，或您无权查看。", "No such loan, or it is not yours to see."},
                {"请核对编号。", "Check the number."});
        }
        LoanWithEvents view{LoanViews(db)(*entry), {}};
        for (const auto& row : loan::history(db, id)) {
            view.events.push_back(
                {.at = row.day,
                 .kind = row.kind,
                 .amount = row.amount,
                 .balance = row.balance,
                 .text = row.grade ? std::string(base::json::enum_name(*row.grade)) : ""});
        }
        return view;
    });
}

Result<store::Receipt> record(Services& services, Call& call, const RecordOutside& wish) {
    const auto enterprise = services.database->read([&](const store::Snapshot& db) {
        return party::find_enterprise_code(db, wish.credit_code);
    });
    if (!enterprise) {
        return base::invalid(
                   "loan.no_enterprise",
                   {"没有登记该统一社会信用代码的企业。",
                    "No enterprise is registered under this credit code."},
                   {"请核对代码，或先登记企业。",
                    "Check the code, or register the enterprise first."})
            .at("/credit_code");
    }
    return services.loans->record(
        call.command(),
        {.institution = call.actor.party,
         .enterprise = enterprise->id,
         .need = {},
         .claim = {},
         .number = wish.number,
         .amount = wish.amount,
         .rate = wish.rate,
         .price = {},
         .start = wish.start,
         .due = wish.due,
         .guarantee_mode = wish.guarantee_mode,
         .repayment_mode = wish.repayment_mode,
         .use = wish.use,
         .green = wish.green});
}

void declare_loan_reads(Endpoints& all, Services& services) {
    const auto readers = Access::any_of(
        {Right::need_post,
         Right::loan_record,
         Right::need_answer,
         Right::need_supervise,
         Right::indicator_read});
    all.get(
           "/v1/loans",
           readers,
           {"借据列表", "Loans"},
           [&](Call& call, const LoanQuery& query) -> Result<LoanPage> {
               return list_loans(services, call, query);
           })
        .exportable(
            "loans",
            {column(&LoanView::number, {"借据号", "Number"}),
             {{"机构", "Institution"},
              [](const LoanView& row) -> SheetCell { return row.institution.name; }},
             {{"企业", "Enterprise"},
              [](const LoanView& row) -> SheetCell { return row.enterprise.name; }},
             column(&LoanView::amount, {"金额（元）", "Amount (CNY)"}),
             column(&LoanView::rate, {"年利率", "Yearly rate"}),
             column(&LoanView::start, {"放款日", "Start"}),
             column(&LoanView::due, {"到期日", "Due"}),
             column(&LoanView::balance, {"余额（元）", "Balance (CNY)"}),
             column(&LoanView::grade, {"五级分类", "Class"}),
             column(&LoanView::first_loan, {"首贷", "First loan"}),
             column(&LoanView::green, {"绿色", "Green"}),
             column(&LoanView::through_platform, {"平台撮合", "Through the platform"})});
    all.get(
        "/v1/loans/{id}", readers, {"借据", "A loan"}, [&](Call& call) -> Result<LoanWithEvents> {
            const auto id = TRY(call.id<Loan>());
            return one_loan(services, call, id);
        });
}

} // namespace

void declare_loans(Endpoints& all, Services& services) {
    all.capability("loans");
    declare_loan_reads(all, services);
    all.post(
        "/v1/loans",
        Right::loan_record,
        {"登记平台外借据", "Record a loan that did not come of a claim"},
        [&](Call& call, const RecordOutside& wish) -> Result<store::Receipt> {
            return record(services, call, wish);
        });
    all.post(
        "/v1/loans/{id}/repayments",
        Right::loan_record,
        {"登记还款", "Record a repayment"},
        [&](Call& call, const Repayment& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Loan>());
            return services.loans->repay(call.command(), id, wish.at, wish.amount);
        });
    all.post(
        "/v1/loans/{id}/grade",
        Right::loan_record,
        {"登记五级分类", "Record the class the bank gives"},
        [&](Call& call, const Grading& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Loan>());
            return services.loans->grade(call.command(), id, wish.at, wish.grade);
        });
}

} // namespace api
