// Strategic agreements (agreed, approved, drawn) and the joint limits of borrowers.
#include "domain/credit/credit.hpp"

#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

#include <algorithm>

namespace api {
namespace {

using base::Date;
using base::Money;
using base::Party;

struct AgreementView {
    Id<base::Agreement> id;
    std::string number;
    NamedParty bank;
    std::string title;
    Money agreed;
    Money approved;
    Money drawn;
    Date signed_on;
    Date until;
    std::string use;
};
BOOST_DESCRIBE_STRUCT(
    AgreementView, (), (id, number, bank, title, agreed, approved, drawn, signed_on, until, use))

struct CreditProjectView {
    Id<base::CreditProject> id;
    Id<base::Agreement> agreement;
    NamedParty bank;
    std::string name;
    Labelled industry;
    std::optional<NamedParty> enterprise;
    Money approved;
    Money drawn;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(
    CreditProjectView, (), (id, agreement, bank, name, industry, enterprise, approved, drawn, at))

struct AgreementWithProjects : AgreementView {
    std::vector<CreditProjectView> projects;
};
BOOST_DESCRIBE_STRUCT(AgreementWithProjects, (AgreementView), (projects))

struct CreditSum {
    std::string code; // of the industry; a bank's id
    Text label;
    Money agreed; // 0 for an industry: agreements name none
    Money approved;
    Money drawn;
};
BOOST_DESCRIBE_STRUCT(CreditSum, (), (code, label, agreed, approved, drawn))

struct CreditSummary {
    CreditSum total;
    std::vector<CreditSum> banks;
    std::vector<CreditSum> industries;
};
BOOST_DESCRIBE_STRUCT(CreditSummary, (), (total, banks, industries))

struct CreditLineView {
    Id<base::CreditLine> id;
    NamedParty borrower;
    NamedParty bank;
    Money amount;
    std::string contract;
    Date until;
    Instant at;
    std::optional<Instant> closed_at;
};
BOOST_DESCRIBE_STRUCT(
    CreditLineView, (), (id, borrower, bank, amount, contract, until, at, closed_at))

struct JointView {
    NamedParty borrower;
    std::optional<Money> limit;
    Money used;
    std::optional<Money> room;
    std::int64_t banks = 0;
    std::string reason;
    Date set_on;
    std::vector<CreditLineView> lines; // the reader's own, or all for those who supervise
};
BOOST_DESCRIBE_STRUCT(JointView, (), (borrower, limit, used, room, banks, reason, set_on, lines))

struct AmountOnly {
    Money amount;
};
BOOST_DESCRIBE_STRUCT(AmountOnly, (), (amount))

bool supervises(const base::Actor& actor) {
    return permission::reach(actor) == permission::Reach::all;
}

class CreditViews {
public:
    CreditViews(const Services& services, const store::Snapshot& db)
        : policy_(*services.policy)
        , db_(db)
        , names_(db) {}

    AgreementView operator()(const credit::Agreement& it) {
        const auto use = credit::use_of(db_, it);
        return {
            .id = it.id,
            .number = it.number,
            .bank = names_(it.bank),
            .title = it.title,
            .agreed = it.agreed,
            .approved = use.approved,
            .drawn = use.drawn,
            .signed_on = it.signed_on,
            .until = it.until,
            .use = it.use};
    }

    CreditProjectView operator()(const credit::Project& it) {
        CreditProjectView view{
            .id = it.id,
            .agreement = it.agreement,
            .bank = names_(it.bank),
            .name = it.name,
            .industry = {it.industry, industry(it.industry)},
            .approved = it.approved,
            .drawn = it.drawn,
            .at = it.at};
        if (it.enterprise) view.enterprise = names_(it.enterprise);
        return view;
    }

    CreditLineView operator()(const credit::Line& it) {
        return {
            .id = it.id,
            .borrower = names_(it.borrower),
            .bank = names_(it.bank),
            .amount = it.amount,
            .contract = it.contract,
            .until = it.until,
            .at = it.at,
            .closed_at = it.closed_at};
    }

    JointView operator()(const credit::Joint& it, const base::Actor& reader) {
        JointView view{
            .borrower = names_(it.borrower),
            .limit = it.limit,
            .used = credit::used(db_, it),
            .reason = it.reason,
            .set_on = it.set_on};
        if (it.limit) view.room = view.used < *it.limit ? *it.limit - view.used : Money{};
        std::vector<Id<Party>> banks;
        const bool all = supervises(reader) || it.borrower == reader.party;
        for (const auto& line : credit::lines(db_, {.borrower = it.borrower})) {
            if (!line.closed_at && std::ranges::find(banks, line.bank) == banks.end())
                banks.push_back(line.bank);
            if (all || line.bank == reader.party) view.lines.push_back((*this)(line));
        }
        view.banks = std::ssize(banks);
        return view;
    }

    NamedParty name(Id<Party> id) { return names_(id); }

    [[nodiscard]] Text industry(const std::string& code) const {
        const auto* tag = policy_.tag(code);
        return tag == nullptr ? Text{code, code} : tag->label;
    }

private:
    const pack::Policy& policy_;
    const store::Snapshot& db_;
    PartyNames names_;
};

std::optional<Id<Party>> own_bank(const base::Actor& actor) {
    if (supervises(actor)) return std::nullopt;
    return actor.party;
}

CreditSum& sum_of(std::vector<CreditSum>& sums, const std::string& code, const Text& label) {
    const auto found = std::ranges::find(sums, code, &CreditSum::code);
    if (found != sums.end()) return *found;
    return sums.emplace_back(CreditSum{.code = code, .label = label});
}

CreditSummary credit_summary(const Services& services, const Call& call) {
    return services.database->read([&](const store::Snapshot& db) {
        CreditViews views(services, db);
        CreditSummary all;
        all.total.label = {"合计", "Total"};
        for (const auto& agreement : credit::agreements(db, own_bank(call.actor))) {
            const auto view = views(agreement);
            auto& bank = sum_of(all.banks, std::to_string(agreement.bank.value), view.bank.name);
            for (auto* sum : {&bank, &all.total}) {
                sum->agreed += view.agreed;
                sum->approved += view.approved;
                sum->drawn += view.drawn;
            }
            for (const auto& project : credit::projects(db, agreement.id)) {
                auto& industry =
                    sum_of(all.industries, project.industry, views.industry(project.industry));
                industry.approved += project.approved;
                industry.drawn += project.drawn;
            }
        }
        return all;
    });
}

std::vector<Column<AgreementView>> agreement_columns() {
    return {
        column(&AgreementView::number, {"编号", "Number"}),
        {{"银行", "Bank"}, [](const AgreementView& row) -> SheetCell { return row.bank.name; }},
        column(&AgreementView::title, {"协议", "Agreement"}),
        column(&AgreementView::agreed, {"协议授信（元）", "Agreed (CNY)"}),
        column(&AgreementView::approved, {"已审批（元）", "Approved (CNY)"}),
        column(&AgreementView::drawn, {"已投放（元）", "Drawn (CNY)"}),
        column(&AgreementView::signed_on, {"签约日", "Signed on"}),
        column(&AgreementView::until, {"到期日", "Until"})};
}

void declare_agreements(Endpoints& all, Services& services) {
    const auto readers =
        Access::any_of({Right::credit_manage, Right::loan_record, Right::indicator_read});
    all.get(
           "/v1/agreements",
           readers,
           {"战略合作授信协议", "Strategic credit agreements"},
           [&](Call& call) -> Result<std::vector<AgreementView>> {
               return services.database->read([&](const store::Snapshot& db) {
                   CreditViews views(services, db);
                   std::vector<AgreementView> rows;
                   for (const auto& it : credit::agreements(db, own_bank(call.actor)))
                       rows.push_back(views(it));
                   return rows;
               });
           })
        .exportable<AgreementView>("agreements", agreement_columns());
    all.get(
        "/v1/agreements/summary",
        readers,
        {"授信落地汇总", "Agreed, approved and drawn"},
        [&](Call& call) -> Result<CreditSummary> { return credit_summary(services, call); });
    all.get(
        "/v1/agreements/{id}",
        readers,
        {"一份授信协议", "An agreement"},
        [&](Call& call) -> Result<AgreementWithProjects> {
            const auto id = TRY(call.id<base::Agreement>());
            return services.database->read(
                [&](const store::Snapshot& db) -> Result<AgreementWithProjects> {
                    const auto found = credit::find_agreement(db, id);
                    const auto own = own_bank(call.actor);
                    if (!found || (own && *own != found->bank)) {
                        return base::not_found(
                            "credit.not_found",
                            {"没有找到这份协议。", "There is no such agreement."},
                            {"请回到列表刷新。", "Go back to the list and refresh."});
                    }
                    CreditViews views(services, db);
                    AgreementWithProjects view;
                    static_cast<AgreementView&>(view) = views(*found);
                    for (const auto& project : credit::projects(db, id))
                        view.projects.push_back(views(project));
                    return view;
                });
        });
}

void declare_agreement_acts(Endpoints& all, Services& services) {
    all.post(
        "/v1/agreements",
        Right::credit_manage,
        {"登记授信协议", "Record an agreement"},
        [&](Call& call, const credit::Sign& wish) {
            return services.credit->sign(call.command(), wish);
        });
    all.post(
        "/v1/agreements/{id}/projects",
        Right::loan_record,
        {"审批项目授信", "Approve a project"},
        [&](Call& call, const credit::Approve& wish) -> Result<store::Receipt> {
            return services.credit->approve(call.command(), TRY(call.id<base::Agreement>()), wish);
        });
    all.post(
        "/v1/agreement-projects/{id}/draw",
        Right::loan_record,
        {"登记投放", "Record a drawing"},
        [&](Call& call, const AmountOnly& wish) -> Result<store::Receipt> {
            return services.credit->draw(
                call.command(), TRY(call.id<base::CreditProject>()), wish.amount);
        });
    all.post(
        "/v1/agreement-projects/{id}/give-up",
        Right::loan_record,
        {"退回未投放的审批", "Give up what was approved and not drawn"},
        [&](Call& call, const AmountOnly& wish) -> Result<store::Receipt> {
            return services.credit->give_up(
                call.command(), TRY(call.id<base::CreditProject>()), wish.amount);
        });
}

std::vector<JointView> joint_limits(const Services& services, const Call& call) {
    return services.database->read([&](const store::Snapshot& db) {
        CreditViews views(services, db);
        std::vector<JointView> rows;
        for (const auto& it : credit::joints(db)) {
            auto view = views(it, call.actor);
            if (!supervises(call.actor) && view.lines.empty()) continue;
            rows.push_back(std::move(view));
        }
        return rows;
    });
}

} // namespace

void declare_credit(Endpoints& all, Services& services) {
    all.capability("credit");
    declare_agreements(all, services);
    declare_agreement_acts(all, services);
    all.get(
           "/v1/joint-limits",
           Access::any_of({Right::credit_manage, Right::loan_record, Right::need_post}),
           {"联合授信额度", "Joint credit limits"},
           [&](Call& call) -> Result<std::vector<JointView>> {
               return joint_limits(services, call);
           })
        .exportable<JointView>(
            "joint-limits",
            {{{"借款企业", "Borrower"},
              [](const JointView& row) -> SheetCell { return row.borrower.name; }},
             column(&JointView::limit, {"联合授信额度（元）", "Limit (CNY)"}),
             column(&JointView::used, {"各行授信合计（元）", "Granted (CNY)"}),
             column(&JointView::room, {"余额（元）", "Room (CNY)"}),
             column(&JointView::banks, {"授信银行数", "Banks"})});
    all.post(
        "/v1/joint-limits/{id}",
        Right::credit_manage,
        {"核定联合授信额度", "Set a joint limit"},
        [&](Call& call, const credit::SetLimit& wish) -> Result<store::Receipt> {
            return services.credit->set_limit(call.command(), TRY(call.id<Party>()), wish);
        });
    all.post(
        "/v1/credit-lines",
        Right::loan_record,
        {"登记授信", "Grant a credit line"},
        [&](Call& call, const credit::Grant& wish) {
            return services.credit->grant(call.command(), wish);
        });
    all.post(
        "/v1/credit-lines/{id}/lower",
        Right::loan_record,
        {"调减或终止授信", "Lower or close a credit line"},
        [&](Call& call, const AmountOnly& wish) -> Result<store::Receipt> {
            return services.credit->lower(
                call.command(), TRY(call.id<base::CreditLine>()), wish.amount);
        });
}

} // namespace api
