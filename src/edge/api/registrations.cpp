// Registrations of security interests: registering, changing, extending, discharging, objecting;
// searching by debtor with a certificate; the order of priority with its reasons.
#include "base/base64.hpp"
#include "domain/registry/registry.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

#include <algorithm>

namespace api {
namespace {

using base::Certificate;
using base::Date;
using base::Party;
using base::Registration;

struct CollateralView {
    Labelled asset;
    std::string description;
    std::string mark;
};
BOOST_DESCRIBE_STRUCT(CollateralView, (), (asset, description, mark))

struct FilingView {
    Labelled registrar;
    bool statutory = false;
    std::string number;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(FilingView, (), (registrar, statutory, number, at))

struct RegistrationView {
    Id<Registration> id;
    std::string number;
    Labelled kind;
    NamedParty secured;
    std::optional<Id<Party>> debtor;
    std::string debtor_code;
    std::string debtor_name;
    base::Money claim;
    std::string contract;
    std::vector<CollateralView> items;
    Instant registered_at;
    Date expires_on;
    Date extension_opens;
    registry::Status status = registry::Status::active;
    bool purchase_money = false;
    std::optional<Instant> delivered_at;
    std::optional<Instant> notified_at;
    std::optional<FilingView> filing;
    std::optional<Date> claim_ended_on;
    std::optional<Date> discharge_by;
    std::optional<Date> rename_by;
    std::optional<Instant> discharged_at;
    std::optional<Instant> objected_at;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    RegistrationView,
    (),
    (id,
     number,
     kind,
     secured,
     debtor,
     debtor_code,
     debtor_name,
     claim,
     contract,
     items,
     registered_at,
     expires_on,
     extension_opens,
     status,
     purchase_money,
     delivered_at,
     notified_at,
     filing,
     claim_ended_on,
     discharge_by,
     rename_by,
     discharged_at,
     objected_at,
     version))

struct RegistrationDeed {
    Instant at;
    registry::Act act = registry::Act::initial;
    NamedParty party;
    std::string person_name;
    Text text;
};
BOOST_DESCRIBE_STRUCT(RegistrationDeed, (), (at, act, party, person_name, text))

struct RankedView {
    std::string number;
    NamedParty secured;
    std::int32_t rank = 1;
    base::Rate share;
};
BOOST_DESCRIBE_STRUCT(RankedView, (), (number, secured, rank, share))

struct RegistrationWithOrder : RegistrationView {
    std::vector<RegistrationDeed> deeds;
    std::vector<RankedView> order; // on its property; itself alone when nothing meets it
    std::vector<registry::Reason> reasons;
    std::vector<Text> duties; // what it asks of the secured party by now
};
BOOST_DESCRIBE_STRUCT(RegistrationWithOrder, (RegistrationView), (deeds, order, reasons, duties))

struct RegistrationQuery {
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    std::string text;
    std::string kind;
    std::string state; // active ending expired discharged objected
    std::optional<Id<Party>> secured;
};
BOOST_DESCRIBE_STRUCT(RegistrationQuery, (), (page, per_page, text, kind, state, secured))

struct Months {
    std::int32_t months = 12;
};
BOOST_DESCRIBE_STRUCT(Months, (), (months))

struct EndedOn {
    Date ended_on;
};
BOOST_DESCRIBE_STRUCT(EndedOn, (), (ended_on))

struct RegistrationReason {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(RegistrationReason, (), (reason))

struct DebtorQuery {
    std::string debtor_code;
};
BOOST_DESCRIBE_STRUCT(DebtorQuery, (), (debtor_code))

struct DebtorEntries {
    std::string debtor_code;
    std::string debtor_name;
    Instant at;
    std::vector<RegistrationView> items;
};
BOOST_DESCRIBE_STRUCT(DebtorEntries, (), (debtor_code, debtor_name, at, items))

struct CertificateView {
    Id<Certificate> id;
    std::string number;
    std::string debtor_code;
    std::string debtor_name;
    Instant at;
    std::int64_t found = 0;
    std::int64_t as_of = 0;
    std::string digest;
    std::int64_t event = 0; // its entry in the log is that of this journal number
};
BOOST_DESCRIBE_STRUCT(
    CertificateView, (), (id, number, debtor_code, debtor_name, at, found, as_of, digest, event))

const pack::SecurityRegime& regime_of(const Services& services, Instant now) {
    static const pack::SecurityRegime none;
    const auto* found = services.policy->security_regime(services.policy->zone().date(now));
    return found == nullptr ? none : *found;
}

class RegistrationViews {
public:
    RegistrationViews(const Services& services, const store::Snapshot& db, Instant now)
        : rules_(regime_of(services, now))
        , today_(services.policy->zone().date(now))
        , names_(db) {}

    RegistrationView operator()(const registry::Entry& entry) {
        RegistrationView view{
            .id = entry.id,
            .number = entry.number,
            .kind = labelled(rules_.kinds, entry.kind),
            .secured = names_(entry.secured),
            .debtor_code = entry.debtor_code,
            .debtor_name = entry.debtor_name,
            .claim = entry.claim,
            .contract = entry.contract,
            .registered_at = entry.registered_at,
            .expires_on = entry.expires_on,
            .extension_opens = registry::extension_opens(entry, rules_),
            .status = registry::status(entry, today_),
            .purchase_money = entry.purchase_money,
            .delivered_at = entry.delivered_at,
            .notified_at = entry.notified_at,
            .claim_ended_on = entry.claim_ended_on,
            .discharge_by = entry.discharge_by,
            .rename_by = entry.rename_by,
            .discharged_at = entry.discharged_at,
            .objected_at = entry.objected_at,
            .version = entry.version};
        if (entry.debtor) view.debtor = entry.debtor;
        for (const auto& item : entry.items)
            view.items.push_back(
                {labelled(rules_.assets, item.asset), item.description, item.mark});
        if (entry.filing) {
            const auto registrar = std::ranges::find(
                rules_.registrars, entry.filing->registrar, &pack::Registrar::code);
            view.filing = FilingView{
                labelled(rules_.registrars, entry.filing->registrar),
                registrar != rules_.registrars.end() && registrar->statutory,
                entry.filing->number,
                entry.filing->at};
        }
        return view;
    }

    NamedParty name(Id<Party> party) { return names_(party); }

private:
    template <class T>
    static Labelled labelled(const std::vector<T>& all, const std::string& code) {
        const auto found = std::ranges::find(all, code, &T::code);
        return found == all.end() ? Labelled{code, {code, code}} : Labelled{code, found->label};
    }

    const pack::SecurityRegime& rules_;
    Date today_;
    PartyNames names_;
};

Page<RegistrationView> list_registrations(
    const Services& services, const Call& call, const RegistrationQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        registry::ListFilter filter{
            .secured = query.secured,
            .text = query.text,
            .kind = query.kind,
            .state = query.state,
            .today = services.policy->zone().date(call.now),
            .page = query.page,
            .per_page = query.per_page};
        switch (call.actor.kind) {
        case base::PartyKind::enterprise: filter.debtor = call.actor.party; break;
        case base::PartyKind::institution: filter.secured = call.actor.party; break;
        case base::PartyKind::department:
        case base::PartyKind::platform: break;
        }
        RegistrationViews views(services, db, call.now);
        const auto found = registry::list(db, filter);
        auto page = page_of<RegistrationView>(query, found.total);
        for (const auto& entry : found.items)
            page.items.push_back(views(entry));
        return page;
    });
}

bool may_see(const base::Actor& actor, const registry::Entry& entry) {
    return permission::reach(actor) == permission::Reach::all || entry.secured == actor.party ||
           (entry.debtor && entry.debtor == actor.party) ||
           actor.rights.has(Right::registry_search);
}

Result<RegistrationWithOrder> one_registration(
    const Services& services, const Call& call, Id<Registration> id) {
    return services.database->read([&](const store::Snapshot& db) -> Result<RegistrationWithOrder> {
        const auto entry = registry::find(db, id);
        if (!entry || !may_see(call.actor, *entry)) {
            return base::not_found(
                "registry.not_found",
                {"没有找到这笔登记。", "There is no such registration."},
                {"请回到登记列表刷新后重试。", "Go back to the list and refresh."});
        }
        const auto& rules = regime_of(services, call.now);
        const auto today = services.policy->zone().date(call.now);
        RegistrationViews views(services, db, call.now);
        RegistrationWithOrder view;
        static_cast<RegistrationView&>(view) = views(*entry);
        for (const auto& deed : registry::deeds(db, id)) {
            view.deeds.push_back(
                {deed.at, deed.act, views.name(deed.party), deed.person_name, deed.text});
        }
        const auto ranking = registry::ranking(db, *services.policy, *entry, today);
        const auto all = registry::against(db, entry->debtor_code);
        for (const auto& standing : ranking.order) {
            const auto holder = std::ranges::find(all, standing.number, &registry::Entry::number);
            view.order.push_back(
                {standing.number,
                 holder == all.end() ? NamedParty{} : views.name(holder->secured),
                 standing.rank,
                 standing.share});
        }
        view.reasons = ranking.reasons;
        for (const auto& duty : registry::duties(*entry, rules, services.policy->zone(), today)) {
            if (duty.from <= today) view.duties.push_back(duty.text);
        }
        return view;
    });
}

CertificateView certificate_view(const registry::Proof& proof) {
    return {
        .id = proof.id,
        .number = proof.number,
        .debtor_code = proof.debtor_code,
        .debtor_name = proof.debtor_name,
        .at = proof.at,
        .found = proof.found,
        .as_of = proof.as_of,
        .digest = proof.digest,
        .event = proof.event};
}

Result<registry::Proof> own_certificate(const Services& services, const Call& call) {
    const auto id = TRY(call.id<Certificate>());
    auto found = services.database->read(
        [&](const store::Snapshot& db) { return registry::find_certificate(db, id); });
    if (!found || found->party != call.actor.party) {
        return base::not_found(
            "registry.no_certificate",
            {"没有找到这份查询证明。", "There is no such certificate."},
            {"请从“我的查询证明”中选择。", "Choose one of your own certificates."});
    }
    return *std::move(found);
}

template <class In, class F>
void declare_registration_act(
    Endpoints& all, const char* act, Right right, Text summary, F function) {
    all.post(
        std::string("/v1/registrations/{id}/") + act,
        right,
        std::move(summary),
        [function](Call& call, const In& wish) -> Result<store::Receipt> {
            return function(call, TRY(call.id<Registration>()), wish);
        });
}

void declare_acts(Endpoints& all, Services& services) {
    using Reason = RegistrationReason;
    declare_registration_act<Months>(
        all,
        "extend",
        Right::registry_register,
        {"展期登记", "Extend a registration"},
        [&](Call& call, Id<Registration> id, const Months& wish) {
            return services.registry->extend(call.command(), id, wish.months);
        });
    declare_registration_act<registry::Filing>(
        all,
        "file",
        Right::registry_register,
        {"登记法定登记证明编号", "Record the registrar's number"},
        [&](Call& call, Id<Registration> id, const registry::Filing& wish) {
            return services.registry->file(call.command(), id, wish);
        });
    declare_registration_act<EndedOn>(
        all,
        "end-claim",
        Right::registry_register,
        {"登记主债权消灭", "Record that the claim has ended"},
        [&](Call& call, Id<Registration> id, const EndedOn& wish) {
            return services.registry->end_claim(call.command(), id, wish.ended_on);
        });
    declare_registration_act<Reason>(
        all,
        "discharge",
        Right::registry_register,
        {"注销登记", "Discharge a registration"},
        [&](Call& call, Id<Registration> id, const Reason& wish) {
            return services.registry->discharge(call.command(), id, wish.reason);
        });
    declare_registration_act<Reason>(
        all,
        "object",
        Right::fact_dispute,
        {"提出异议登记", "Object to a registration"},
        [&](Call& call, Id<Registration> id, const Reason& wish) {
            return services.registry->object(call.command(), id, wish.reason);
        });
    declare_registration_act<Reason>(
        all,
        "withdraw-objection",
        Right::fact_dispute,
        {"撤销异议登记", "Withdraw an objection"},
        [&](Call& call, Id<Registration> id, const Reason& wish) {
            return services.registry->withdraw_objection(call.command(), id, wish.reason);
        });
}

void declare_certificates(Endpoints& all, Services& services) {
    all.get(
        "/v1/registrations/search",
        Right::registry_search,
        {"按担保人查询登记", "Search registrations by debtor"},
        [&](Call& call, const DebtorQuery& query) -> Result<DebtorEntries> {
            return services.database->read([&](const store::Snapshot& db) {
                RegistrationViews views(services, db, call.now);
                DebtorEntries found{.debtor_code = query.debtor_code, .at = call.now};
                if (const auto firm = party::find_enterprise_code(db, query.debtor_code))
                    found.debtor_name = firm->name;
                for (const auto& entry : registry::against(db, query.debtor_code)) {
                    found.debtor_name =
                        found.debtor_name.empty() ? entry.debtor_name : found.debtor_name;
                    found.items.push_back(views(entry));
                }
                return found;
            });
        });
    all.post(
        "/v1/registrations/certificates",
        Right::registry_search,
        {"出具查询证明", "Have a certificate of search"},
        [&](Call& call, const DebtorQuery& wish) {
            return services.registry->certify(call.command(), wish.debtor_code, call.now);
        });
    all.get(
        "/v1/registrations/certificates",
        Right::registry_search,
        {"我的查询证明", "Own certificates"},
        [&](Call& call, const Paging& paging) -> Result<Page<CertificateView>> {
            return services.database->read([&](const store::Snapshot& db) {
                const auto found =
                    registry::certificates(db, call.actor.party, paging.page, paging.per_page);
                auto page = page_of<CertificateView>(paging, found.total);
                for (const auto& proof : found.items)
                    page.items.push_back(certificate_view(proof));
                return page;
            });
        });
    all.get(
        "/v1/registrations/certificates/{id}",
        Right::registry_search,
        {"一份查询证明", "A certificate"},
        [&](Call& call) -> Result<CertificateView> {
            return certificate_view(TRY(own_certificate(services, call)));
        });
    all.get(
           "/v1/registrations/certificates/{id}/pdf",
           Right::registry_search,
           {"查询证明文件", "A certificate as PDF"},
           [&](Call& call) -> Result<File> {
               const auto proof = TRY(own_certificate(services, call));
               return File{
                   proof.number + ".pdf", "application/pdf", TRY(base::from_base64(proof.pdf))};
           })
        .answers("application/pdf");
}

std::vector<Column<RegistrationView>> registration_columns() {
    return {
        column(&RegistrationView::number, {"登记编号", "Number"}),
        {{"登记类型", "Kind"},
         [](const RegistrationView& row) -> SheetCell { return row.kind.label; }},
        {{"担保权人", "Secured party"},
         [](const RegistrationView& row) -> SheetCell { return row.secured.name; }},
        column(&RegistrationView::debtor_name, {"担保人", "Debtor"}),
        column(&RegistrationView::debtor_code, {"统一社会信用代码", "Credit code"}),
        column(&RegistrationView::claim, {"主债权金额（元）", "Claim (CNY)"}),
        column(&RegistrationView::contract, {"担保合同号", "Contract"}),
        column(&RegistrationView::registered_at, {"登记时间", "Registered at"}),
        column(&RegistrationView::expires_on, {"到期日", "Last day"}),
        column(&RegistrationView::status, {"状态", "Status"}),
        {{"法定登记编号", "Registrar's number"}, [](const RegistrationView& row) -> SheetCell {
             return row.filing ? row.filing->number : std::string();
         }}};
}

} // namespace

void declare_registrations(Endpoints& all, Services& services) {
    all.capability("registrations");
    const auto readers =
        Access::any_of({Right::registry_register, Right::registry_search, Right::fact_dispute});
    all.get(
           "/v1/registrations",
           readers,
           {"担保登记列表", "Registrations"},
           [&](Call& call, const RegistrationQuery& query) -> Result<Page<RegistrationView>> {
               return list_registrations(services, call, query);
           })
        .exportable("registrations", registration_columns());
    all.get(
        "/v1/registrations/rules",
        readers,
        {"登记规则", "Rules of registration"},
        [&](Call& call) -> Result<pack::SecurityRegime> { return regime_of(services, call.now); });
    declare_certificates(all, services);
    all.get(
        "/v1/registrations/{id}",
        readers,
        {"一笔担保登记", "A registration"},
        [&](Call& call) -> Result<RegistrationWithOrder> {
            return one_registration(services, call, TRY(call.id<Registration>()));
        });
    all.post(
        "/v1/registrations",
        Right::registry_register,
        {"初始登记", "Register"},
        [&](Call& call, const registry::Register& wish) {
            return services.registry->enter(call.command(), wish);
        });
    all.put(
           "/v1/registrations/{id}",
           Right::registry_register,
           {"变更登记", "Change a registration"},
           [&](Call& call, const registry::Change& wish) -> Result<store::Receipt> {
               const auto id = TRY(call.id<Registration>());
               return services.registry->change(call.command(), id, *call.version, wish);
           })
        .edited();
    declare_acts(all, services);
}

} // namespace api
