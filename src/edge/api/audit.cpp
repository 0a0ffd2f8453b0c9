// The audit trail: the journal as people read it.
#include "domain/identity/identity.hpp"
#include "domain/party/party.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/event_label.hpp"
#include "engine/pack/policy.hpp"
#include "store/search.hpp"

#include <map>

namespace api {
namespace {

struct AuditQuery {
    std::string kind; // or the beginning of one
    std::optional<Id<base::Person>> person;
    std::string subject;
    std::optional<base::Date> from;
    std::optional<base::Date> to; // that day included
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(AuditQuery, (), (kind, person, subject, from, to, page, per_page))

struct AuditPerson {
    Id<base::Person> id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(AuditPerson, (), (id, name))

struct AuditParty {
    Id<base::Party> id;
    Text name;
};
BOOST_DESCRIBE_STRUCT(AuditParty, (), (id, name))

constexpr std::size_t body_bytes_most = std::size_t{1} << 20U;

struct AuditEntry {
    std::int64_t seq = 0;
    Instant at;
    std::optional<AuditPerson> person; // none: the platform itself
    std::optional<AuditParty> party;
    std::string kind;
    Text label;
    std::string subject;
    base::Raw body; // null when it is nobody's to see, or a whole file (a model)
};
BOOST_DESCRIBE_STRUCT(AuditEntry, (), (seq, at, person, party, kind, label, subject, body))

// Names of one page, each looked up once.
class Names {
public:
    explicit Names(const store::Snapshot& db)
        : db_(db) {}

    std::optional<AuditPerson> person(Id<base::Person> id) {
        if (!id) return std::nullopt;
        auto& known = people_[id];
        if (!known) {
            const auto found = identity::find(db_, id);
            known = AuditPerson{.id = id, .name = found ? found->name : ""};
        }
        return known;
    }

    std::optional<AuditParty> party(Id<base::Party> id) {
        if (!id) return std::nullopt;
        auto& known = parties_[id];
        if (!known) {
            const auto found = party::find(db_, id);
            known = AuditParty{.id = id, .name = found ? found->name : Text{}};
        }
        return known;
    }

private:
    const store::Snapshot& db_;
    std::map<Id<base::Person>, std::optional<AuditPerson>> people_;
    std::map<Id<base::Party>, std::optional<AuditParty>> parties_;
};

Page<AuditEntry> audit(const Services& services, const AuditQuery& query) {
    const auto zone = services.policy->zone();
    store::JournalFilter filter{
        .kind = query.kind,
        .person = query.person,
        .subject = query.subject,
        .from = {},
        .until = {},
        .page = query.page,
        .per_page = query.per_page};
    if (query.from) filter.from = zone.at(*query.from, 0);
    if (query.to) filter.until = zone.at(query.to->plus_days(1), 0);
    return services.database->read([&](const store::Snapshot& db) {
        auto found = store::search(db, filter);
        Page<AuditEntry> page{
            .items = {}, .total = found.total, .page = query.page, .per_page = query.per_page};
        Names names(db);
        for (auto& event : found.items) {
            auto& entry = page.items.emplace_back();
            entry.seq = event.seq;
            entry.at = event.at;
            entry.person = names.person(event.person);
            entry.party = names.party(event.party);
            entry.label = event_label(event.kind);
            entry.subject = std::move(event.subject);
            if (!identity::sensitive(event.kind) && event.body.size() <= body_bytes_most)
                entry.body.text = std::move(event.body);
            entry.kind = std::move(event.kind);
        }
        return page;
    });
}

} // namespace

void declare_audit(Endpoints& all, Services& services) {
    all.capability("audit");
    all.get(
           "/v1/audit",
           Right::audit_read,
           {"审计记录", "Audit trail"},
           [&](Call&, const AuditQuery& query) -> Result<Page<AuditEntry>> {
               return audit(services, query);
           })
        .exportable(
            "audit",
            {column(&AuditEntry::seq, {"序号", "Number"}),
             column(&AuditEntry::at, {"时间", "Time"}),
             {{"用户", "Person"},
              [](const AuditEntry& row) -> SheetCell {
                  return row.person ? row.person->name : "";
              }},
             {{"单位", "Organisation"},
              [](const AuditEntry& row) -> SheetCell {
                  return row.party ? row.party->name : Text{"平台", "Platform"};
              }},
             column(&AuditEntry::label, {"事项", "What"}),
             column(&AuditEntry::kind, {"类型", "Kind"}),
             column(&AuditEntry::subject, {"对象", "Subject"})});
}

} // namespace api
