#include "domain/indicator/indicator.hpp"

namespace indicator {
namespace {

constexpr const char* ddl = R"sql(
create table indicator_value (
    seq integer primary key, code text not null, period text not null, value integer not null, as_of text not null,
    source_note text not null, reason text not null, party integer not null, person_name text not null,
    at integer not null, superseded integer not null);
create index indicator_value_by_period on indicator_value (code, period);
create table indicator_target (
    seq integer primary key, code text not null, year integer not null, value integer not null,
    vintage text not null, reason text not null, at integer not null);
)sql";

} // namespace

void declare(store::Schema& schema) {
    schema.module("indicator", ddl);
    schema.on<ValueReported>();
    schema.on<TargetSet>();
}

void apply(store::Transaction& tx, const ValueReported& event) {
    tx.exec(
        "update indicator_value set superseded = 1 where code = $1 and period = $2",
        event.report.code,
        event.report.period);
    auto report = event.report;
    report.seq = tx.event().seq;
    report.at = tx.now();
    report.superseded = false;
    tx.insert("indicator_value", report);
}

void apply(store::Transaction& tx, const TargetSet& event) {
    auto target = event.target;
    target.seq = tx.event().seq;
    target.at = tx.now();
    tx.insert("indicator_target", target);
}

std::vector<Reported> reports(const store::Snapshot& db, std::string_view code) {
    return db.rows<Reported>(
        "select seq, code, period, value, as_of, source_note, reason, party, person_name, at, "
        "superseded "
        "from indicator_value where code = $1 order by seq",
        code);
}

std::vector<SetTarget> set_targets(const store::Snapshot& db, std::string_view code) {
    return db.rows<SetTarget>(
        "select seq, code, year, value, vintage, reason, at from indicator_target where code = $1 "
        "order by seq",
        code);
}

} // namespace indicator
