// The tables of 分配.
#include "domain/allotment/allotment.hpp"

#include <algorithm>

namespace allotment {
namespace {

constexpr auto ddl = R"(
create table allotment_allotment(
  id integer primary key, terms text not null, state text not null, department integer not null,
  person_name text not null, opened_at integer not null, ended_at integer, needs integer not null,
  version integer not null);
create table allotment_given(
  allotment integer not null, need integer not null, institution integer not null,
  product integer not null, units integer not null, cost integer not null, reason text not null,
  primary key(allotment, need, institution)) without rowid;
)";

constexpr auto columns = "select id, terms, state, department, person_name, opened_at, ended_at, "
                         "needs, version from allotment_allotment ";

} // namespace

void declare(store::Schema& schema) {
    schema.module("allotment", ddl);
    schema.on<Opened>();
    schema.on<Confirmed>();
    schema.on<Cancelled>();
}

void apply(store::Transaction& tx, const Opened& event) {
    tx.upsert("allotment_allotment", event.allotment);
}

void apply(store::Transaction& tx, const Confirmed& event) {
    tx.upsert("allotment_allotment", event.allotment);
    for (const auto& row : event.given)
        tx.insert("allotment_given", row);
}

void apply(store::Transaction& tx, const Cancelled& event) {
    tx.upsert("allotment_allotment", event.allotment);
}

std::optional<Row> find(const store::Snapshot& db, Id<Allotment> id) {
    return db.row<Row>(std::string(columns) + "where id = $1", id);
}

party::Page<Row> list(const store::Snapshot& db, std::int32_t page, std::int32_t per_page) {
    party::Page<Row> found;
    found.total = db.row<std::int64_t>("select count(*) from allotment_allotment").value_or(0);
    const auto size = std::clamp(per_page, 1, 200);
    found.items = db.rows<Row>(
        std::string(columns) + "order by id desc limit $1 offset $2",
        std::int64_t{size},
        std::int64_t{std::max(page, 1) - 1} * size);
    return found;
}

std::vector<Given> given(const store::Snapshot& db, Id<Allotment> id) {
    return db.rows<Given>(
        "select allotment, need, institution, product, units, cost, reason from allotment_given "
        "where allotment = $1 order by need, institution",
        id);
}

} // namespace allotment
