// The tables of 主体.
#include "domain/party/party.hpp"

#include <algorithm>

namespace party {
namespace {

constexpr auto ddl = R"(
create table party_organisation(
  id integer primary key, kind text not null, code text not null, name text not null,
  institution_kind text, licence text not null, town text not null, phone text not null,
  since text not null, changed_at integer not null);
create unique index party_organisation_code on party_organisation(kind, code);
create table party_enterprise(
  id integer primary key, credit_code text not null unique, name text not null,
  industry text not null, town text not null, founded text not null,
  legal_representative text not null, contact text not null, phone text not null,
  registered_capital integer not null, size text not null, code_override text,
  version integer not null, changed_at integer not null);
create index party_enterprise_name on party_enterprise(name);
create index party_enterprise_industry on party_enterprise(industry);
)";

const std::string organisation_columns =
    "select id, kind, code, name, institution_kind, licence, town, phone, since, changed_at "
    "from party_organisation ";
const std::string enterprise_columns =
    "select id, credit_code, name, industry, town, founded, legal_representative, contact, phone, "
    "registered_capital, size, code_override, version, changed_at from party_enterprise ";

Organisation organisation_of(const Enterprise& enterprise) {
    Organisation organisation;
    organisation.id = enterprise.id;
    organisation.kind = PartyKind::enterprise;
    organisation.code = enterprise.credit_code;
    organisation.name = {enterprise.name, enterprise.name};
    organisation.town = enterprise.town;
    organisation.phone = enterprise.phone;
    organisation.since = enterprise.founded;
    organisation.changed_at = enterprise.changed_at;
    return organisation;
}

void keep(store::Transaction& tx, const Enterprise& enterprise) {
    tx.upsert("party_enterprise", enterprise);
    tx.upsert("party_organisation", organisation_of(enterprise));
}

// The conditions of a filter, written with numbered places.
struct Where {
    std::string sql = "where 1 = 1";
    std::vector<store::Value> values;

    std::string place(store::Value value) {
        values.push_back(std::move(value));
        return "$" + std::to_string(values.size());
    }
};

Where where(const EnterpriseFilter& filter) {
    Where out;
    if (!filter.text.empty()) {
        const auto at = out.place(filter.text);
        out.sql +=
            " and (instr(name, " + at + ") > 0 or instr(credit_code, upper(" + at + ")) > 0)";
    }
    if (!filter.industry.empty() && filter.divisions.empty()) {
        const auto at = out.place(filter.industry);
        out.sql += " and substr(industry, 1, length(" + at + ")) = " + at;
    }
    if (!filter.divisions.empty()) {
        std::string places;
        for (const auto& division : filter.divisions)
            places += (places.empty() ? "" : ", ") + out.place(division);
        out.sql += " and substr(industry, 1, 2) in (" + places + ")";
    }
    if (!filter.town.empty()) out.sql += " and town = " + out.place(filter.town);
    if (filter.size) out.sql += " and size = " + out.place(store::to_value(*filter.size));
    return out;
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("party", ddl);
    schema.on<OrganisationJoined>();
    schema.on<EnterpriseRegistered>();
    schema.on<EnterpriseChanged>();
}

void apply(store::Transaction& tx, const OrganisationJoined& event) {
    tx.insert("party_organisation", event.organisation);
}

void apply(store::Transaction& tx, const EnterpriseRegistered& event) {
    keep(tx, event.enterprise);
}

void apply(store::Transaction& tx, const EnterpriseChanged& event) { keep(tx, event.enterprise); }

std::optional<Organisation> find(const store::Snapshot& db, Id<Party> id) {
    return db.row<Organisation>(organisation_columns + "where id = $1", id);
}

std::optional<Organisation> find_code(
    const store::Snapshot& db, PartyKind kind, std::string_view code) {
    return db.row<Organisation>(organisation_columns + "where kind = $1 and code = $2", kind, code);
}

std::vector<Organisation> all_of(const store::Snapshot& db, PartyKind kind) {
    return db.rows<Organisation>(organisation_columns + "where kind = $1 order by id", kind);
}

std::optional<Enterprise> find_enterprise(const store::Snapshot& db, Id<Party> id) {
    return db.row<Enterprise>(enterprise_columns + "where id = $1", id);
}

std::optional<Enterprise> find_enterprise_code(
    const store::Snapshot& db, std::string_view credit_code) {
    return db.row<Enterprise>(enterprise_columns + "where credit_code = $1", credit_code);
}

Page<Enterprise> list_enterprises(const store::Snapshot& db, const EnterpriseFilter& filter) {
    Page<Enterprise> page;
    auto conditions = where(filter);
    const auto totals = db.rows_with<std::int64_t>(
        "select count(*) from party_enterprise " + conditions.sql, conditions.values);
    page.total = totals.front();
    const auto per_page = std::clamp(filter.per_page, 1, 200);
    const auto limit = conditions.place(std::int64_t{per_page});
    const auto skip =
        conditions.place(std::int64_t{std::max(filter.page, 1) - 1} * std::int64_t{per_page});
    page.items = db.rows_with<Enterprise>(
        enterprise_columns + conditions.sql + " order by id limit " + limit + " offset " + skip,
        conditions.values);
    return page;
}

void each_enterprise(
    const store::Snapshot& db, const std::function<void(const Enterprise&)>& visit) {
    db.each<Enterprise>(
        enterprise_columns + "order by id", [&](Enterprise&& enterprise) { visit(enterprise); });
}

} // namespace party
