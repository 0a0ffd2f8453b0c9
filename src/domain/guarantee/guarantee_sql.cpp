#include "domain/guarantee/guarantee.hpp"

namespace guarantee {
namespace {

constexpr const char* ddl = R"sql(
create table guarantee_guarantor (
    id integer primary key, net_assets integer not null, as_of text not null,
    series integer not null, capacity integer not null, relief integer not null);
create table guarantee_contract (
    id integer primary key, number text not null, guarantor integer not null,
    client integer not null, head integer not null, bank integer not null, small integer not null,
    amount integer not null, outstanding integer not null, fee integer not null,
    paper text not null, "from" text not null, until text not null, bearers text not null,
    holds text not null, state text not null, compensated integer not null,
    recovered integer not null, issued_at integer not null, ended_at integer);
create index guarantee_by_guarantor on guarantee_contract (guarantor, id);
create index guarantee_by_client on guarantee_contract (client, id);
create table guarantee_act (
    seq integer primary key, contract integer not null, guarantor integer not null,
    act text not null, "on" text not null, at integer not null, amount integer not null,
    text text not null);
create index guarantee_act_by_contract on guarantee_act (contract, seq);
create index guarantee_act_by_year on guarantee_act (guarantor, act, "on");
)sql";

constexpr const char* contract_columns =
    "select id, number, guarantor, client, head, bank, small, amount, outstanding, fee, paper, "
    "\"from\", until, bearers, holds, state, compensated, recovered, issued_at, ended_at "
    "from guarantee_contract ";
constexpr const char* guarantor_columns =
    "select id, net_assets, as_of, series, capacity, relief from guarantee_guarantor ";
constexpr const char* filtered =
    "where ($1 is null or guarantor = $1) and ($2 is null or client = $2) and "
    "($3 is null or bank = $3) and ($4 is null or state = $4)";

Money year_sum(
    const store::Snapshot& db, Id<Party> guarantor, std::string_view act, std::int32_t year) {
    return {*db.row<std::int64_t>(
        "select coalesce(sum(amount), 0) from guarantee_act where guarantor = $1 and act = $2 and "
        "\"on\" >= $3 and \"on\" <= $4",
        guarantor,
        act,
        Date::of(year, 1, 1),
        Date::of(year, 12, 31))};
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("guarantee", ddl);
    schema.on<AssetsStated>();
    schema.on<Moved>();
}

void apply(store::Transaction& tx, const AssetsStated& event) {
    tx.upsert("guarantee_guarantor", event.guarantor);
}

void apply(store::Transaction& tx, const Moved& event) {
    const auto& it = event.contract;
    tx.exec("delete from guarantee_contract where id = $1", it.id);
    tx.exec(
        "insert into guarantee_contract (id, number, guarantor, client, head, bank, small, amount, "
        "outstanding, fee, paper, \"from\", until, bearers, holds, state, compensated, recovered, "
        "issued_at, ended_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
        "$15, $16, $17, $18, $19, $20)",
        it.id,
        it.number,
        it.guarantor,
        it.client,
        it.head,
        it.bank,
        it.small,
        it.amount,
        it.outstanding,
        it.fee,
        it.paper,
        it.from,
        it.until,
        it.bearers,
        it.holds,
        it.state,
        it.compensated,
        it.recovered,
        it.issued_at,
        it.ended_at);
    const auto& deed = event.deed;
    tx.exec(
        "insert into guarantee_act (seq, contract, guarantor, act, \"on\", at, amount, text) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.event().seq,
        deed.contract,
        deed.guarantor,
        deed.act,
        deed.on,
        tx.now(),
        deed.amount,
        deed.text);
}

std::optional<Guarantor> find_guarantor(const store::Snapshot& db, Id<Party> id) {
    return db.row<Guarantor>(std::string(guarantor_columns) + "where id = $1", id);
}

std::vector<Guarantor> guarantors(const store::Snapshot& db) {
    return db.rows<Guarantor>(std::string(guarantor_columns) + "order by id");
}

std::optional<Contract> find(const store::Snapshot& db, Id<base::Guarantee> id) {
    return db.row<Contract>(std::string(contract_columns) + "where id = $1", id);
}

party::Page<Contract> list(const store::Snapshot& db, const Filter& filter) {
    party::Page<Contract> page;
    page.total = *db.row<std::int64_t>(
        std::string("select count(*) from guarantee_contract ") + filtered,
        filter.guarantor,
        filter.client,
        filter.bank,
        filter.state);
    page.items = db.rows<Contract>(
        std::string(contract_columns) + filtered + " order by id desc limit $5 offset $6",
        filter.guarantor,
        filter.client,
        filter.bank,
        filter.state,
        filter.per_page,
        static_cast<std::int64_t>(filter.page - 1) * filter.per_page);
    return page;
}

std::vector<Deed> deeds(const store::Snapshot& db, Id<base::Guarantee> id) {
    return db.rows<Deed>(
        "select seq, contract, guarantor, act, \"on\", at, amount, text from guarantee_act "
        "where contract = $1 order by seq",
        id);
}

Position position(
    const store::Snapshot& db,
    const Guarantor& guarantor,
    Id<Party> client,
    Id<Party> head,
    std::int32_t year) {
    const auto sum = [&](const char* condition, Id<Party> whose) {
        return Money{*db.row<std::int64_t>(
            std::string("select coalesce(sum(outstanding), 0) from guarantee_contract "
                        "where guarantor = $1 and ") +
                condition,
            guarantor.id,
            whose)};
    };
    const auto compensated = year_sum(db, guarantor.id, "compensate", year);
    return {
        .net_assets = guarantor.net_assets,
        .outstanding = sum("$2 >= 0", {}),
        .outstanding_small = sum("small = 1 and $2 >= 0", {}),
        .of_client = sum("client = $2", client),
        .of_group = sum("head = $2", head),
        .released_this_year = year_sum(db, guarantor.id, "release", year) + compensated,
        .compensated_this_year = compensated};
}

Money in_force(const store::Snapshot& db) {
    return {*db.row<std::int64_t>("select coalesce(sum(outstanding), 0) from guarantee_contract")};
}

} // namespace guarantee
