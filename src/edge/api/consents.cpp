// Consents: giving, pausing, withdrawing, and who has looked.
#include "domain/consent/consent.hpp"
#include "domain/finance/finance.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

namespace api {
namespace {

struct ConsentView {
    Id<base::Consent> id;
    NamedParty enterprise;
    NamedParty receiver;
    std::string purpose;
    Text purpose_label;
    std::vector<Labelled> scopes;
    consent::Mode mode = consent::Mode::period;
    Instant valid_from;
    Instant valid_until;
    consent::Status status = consent::Status::active;
    std::optional<Id<base::Need>> need;
    Instant given_at;
    std::optional<Instant> revoked_at;
    std::int64_t reads = 0;
};
BOOST_DESCRIBE_STRUCT(
    ConsentView,
    (),
    (id,
     enterprise,
     receiver,
     purpose,
     purpose_label,
     scopes,
     mode,
     valid_from,
     valid_until,
     status,
     need,
     given_at,
     revoked_at,
     reads))

struct AttributeName {
    std::string name;
    Text label;
};
BOOST_DESCRIBE_STRUCT(AttributeName, (), (name, label))

struct ReadingView {
    Instant at;
    NamedParty enterprise;
    NamedParty reader;
    std::string person_name;
    Id<base::Consent> consent; // the first that was used
    Text purpose_label;
    std::vector<AttributeName> attributes;
};
BOOST_DESCRIBE_STRUCT(
    ReadingView, (), (at, enterprise, reader, person_name, consent, purpose_label, attributes))

struct Reason {
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(Reason, (), (reason))

Text purpose_label(const pack::Policy& policy, const std::string& code) {
    const auto* purpose = policy.purpose(code);
    return purpose == nullptr ? Text{code, code} : purpose->label;
}

// An enterprise's own, an institution's given to it, everything for those who supervise.
consent::ListFilter filter_for(const base::Actor& actor, const Paging& paging) {
    consent::ListFilter filter{.page = paging.page, .per_page = paging.per_page};
    switch (actor.kind) {
    case base::PartyKind::enterprise: filter.enterprise = actor.party; break;
    case base::PartyKind::institution: filter.receiver = actor.party; break;
    case base::PartyKind::department:
    case base::PartyKind::platform: break;
    }
    return filter;
}

Page<ConsentView> list_consents(const Services& services, const Call& call, const Paging& paging) {
    return services.database->read([&](const store::Snapshot& db) {
        PartyNames names(db);
        const auto found = consent::list(db, filter_for(call.actor, paging));
        auto page = page_of<ConsentView>(paging, found.total);
        for (const auto& it : found.items) {
            ConsentView view{
                .id = it.id,
                .enterprise = names(it.enterprise),
                .receiver = names(it.receiver),
                .purpose = it.purpose,
                .purpose_label = purpose_label(*services.policy, it.purpose),
                .mode = it.mode,
                .valid_from = it.valid_from,
                .valid_until = it.valid_until,
                .status = consent::status(it, call.now),
                .need = it.need,
                .given_at = it.given_at,
                .revoked_at = it.revoked_at,
                .reads = it.reads};
            for (const auto& code : it.scopes) {
                const auto* scope = services.policy->scope(code);
                view.scopes.push_back({code, scope == nullptr ? Text{code, code} : scope->label});
            }
            page.items.push_back(std::move(view));
        }
        return page;
    });
}

Page<ReadingView> readings(const Services& services, const Call& call, const Paging& paging) {
    return services.database->read([&](const store::Snapshot& db) {
        PartyNames names(db);
        const auto found = consent::readings(db, filter_for(call.actor, paging));
        auto page = page_of<ReadingView>(paging, found.total);
        for (const auto& it : found.items) {
            ReadingView view{
                .at = it.at,
                .enterprise = names(it.enterprise),
                .reader = names(it.reader),
                .person_name = it.person_name,
                .purpose_label = purpose_label(*services.policy, it.purpose)};
            if (!it.consents.empty()) view.consent = it.consents.front();
            for (const auto& name : it.attributes) {
                const auto* attribute = services.policy->attribute(name);
                view.attributes.push_back(
                    {name, attribute == nullptr ? Text{name, name} : attribute->label});
            }
            page.items.push_back(std::move(view));
        }
        return page;
    });
}

void declare_change(
    Endpoints& all, Services& services, const char* act, consent::State wanted, Text summary) {
    all.post(
        std::string("/v1/consents/{id}/") + act,
        Right::consent_give,
        std::move(summary),
        [&services, wanted](Call& call, const Reason& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<base::Consent>());
            return services.consents->change_state(
                call.command(), id, wanted, wish.reason.value_or(""));
        });
}

// A consent may be given with a need; only with one of the giver's own.
Result<> own_need(const Services& services, const Call& call, const consent::Give& wish) {
    if (!wish.need) return {};
    const auto need = services.database->read(
        [&](const store::Snapshot& db) { return finance::find_need(db, *wish.need); });
    if (need && need->enterprise == call.actor.party) return {};
    return base::invalid(
               "consent.need",
               {"没有找到这笔需求，或它不是本企业的。",
                "There is no such need, or it is not your own."},
               {"请从本企业的需求中选择。", "Choose one of your own needs."})
        .at("/need");
}

} // namespace

void declare_consents(Endpoints& all, Services& services) {
    all.capability("consents");
    const auto readers =
        Access::any_of({Right::consent_give, Right::need_answer, Right::audit_read});
    all.get(
        "/v1/consents",
        readers,
        {"授权列表", "Consents"},
        [&](Call& call, const Paging& paging) -> Result<Page<ConsentView>> {
            return list_consents(services, call, paging);
        });
    all.get(
           "/v1/consents/readings",
           readers,
           {"数据查看记录", "Who has looked at the data"},
           [&](Call& call, const Paging& paging) -> Result<Page<ReadingView>> {
               return readings(services, call, paging);
           })
        .exportable(
            "readings",
            {column(&ReadingView::at, {"时间", "At"}),
             {{"查看单位", "Reader"},
              [](const ReadingView& row) -> SheetCell { return row.reader.name; }},
             column(&ReadingView::person_name, {"查看人", "Person"}),
             column(&ReadingView::purpose_label, {"用途", "Purpose"}),
             {{"数据项数", "Attributes"}, [](const ReadingView& row) -> SheetCell {
                  return static_cast<std::int64_t>(row.attributes.size());
              }}});
    all.post(
        "/v1/consents",
        Right::consent_give,
        {"授权机构查看数据", "Consent to an institution's seeing data"},
        [&](Call& call, const consent::Give& wish) -> Result<store::Receipt> {
            TRY(own_need(services, call, wish));
            return services.consents->give(call.command(), wish);
        });
    declare_change(
        all, services, "revoke", consent::State::revoked, {"撤回授权", "Withdraw a consent"});
    declare_change(all, services, "pause", consent::State::paused, {"暂停授权", "Pause a consent"});
    declare_change(
        all, services, "resume", consent::State::active, {"恢复授权", "Resume a consent"});
}

} // namespace api
