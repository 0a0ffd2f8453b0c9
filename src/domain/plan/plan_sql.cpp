#include "domain/plan/plan.hpp"

namespace plan {
namespace {

constexpr const char* ddl = R"sql(
create table plan_report (
    seq integer primary key, task integer not null, at integer not null, unit text not null,
    person_name text not null, text text not null, progress integer not null, blocker text);
create table plan_milestone (
    task integer not null, code text not null, done_on text not null, evidence text not null,
    person_name text not null, at integer not null, primary key (task, code)) without rowid;
)sql";

} // namespace

void declare(store::Schema& schema) {
    schema.module("plan", ddl);
    schema.on<Reported>();
    schema.on<MilestoneReached>();
}

void apply(store::Transaction& tx, const Reported& event) {
    auto report = event.report;
    report.seq = tx.event().seq;
    report.at = tx.now();
    tx.insert("plan_report", report);
}

void apply(store::Transaction& tx, const MilestoneReached& event) {
    auto milestone = event.milestone;
    milestone.at = tx.now();
    tx.insert("plan_milestone", milestone);
}

} // namespace plan
