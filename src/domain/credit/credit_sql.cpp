#include "domain/credit/credit.hpp"

namespace credit {
namespace {

constexpr const char* ddl = R"sql(
create table credit_agreement (
    id integer primary key, number text not null, bank integer not null, title text not null,
    agreed integer not null, signed_on text not null, until text not null, use text not null,
    series integer not null, line integer not null, drawn integer not null);
create index credit_agreement_by_bank on credit_agreement (bank, id);
create table credit_project (
    id integer primary key, agreement integer not null, bank integer not null, name text not null,
    industry text not null, enterprise integer not null, approved integer not null,
    drawn integer not null, account integer not null, at integer not null);
create index credit_project_by_agreement on credit_project (agreement, id);
create table credit_joint (
    borrower integer primary key, "limit" integer, reason text not null, set_on text not null,
    series integer not null, line integer not null);
create table credit_line (
    id integer primary key, borrower integer not null, bank integer not null,
    amount integer not null, contract text not null, until text not null, account integer not null,
    at integer not null, closed_at integer);
create index credit_line_by_borrower on credit_line (borrower, id);
create index credit_line_by_bank on credit_line (bank, id);
)sql";

constexpr const char* agreement_columns =
    "select id, number, bank, title, agreed, signed_on, until, use, series, line, drawn "
    "from credit_agreement ";
constexpr const char* project_columns =
    "select id, agreement, bank, name, industry, enterprise, approved, drawn, account, at "
    "from credit_project ";
constexpr const char* joint_columns =
    "select borrower, \"limit\", reason, set_on, series, line from credit_joint ";
constexpr const char* line_columns =
    "select id, borrower, bank, amount, contract, until, account, at, closed_at from credit_line ";

} // namespace

void declare(store::Schema& schema) {
    schema.module("credit", ddl);
    schema.on<Signed>();
    schema.on<Approved>();
    schema.on<Drawn>();
    schema.on<LimitSet>();
    schema.on<Granted>();
    schema.on<Lowered>();
}

void apply(store::Transaction& tx, const Signed& event) {
    tx.insert("credit_agreement", event.agreement);
}

void apply(store::Transaction& tx, const Approved& event) {
    tx.insert("credit_project", event.project);
}

void apply(store::Transaction& tx, const Drawn& event) {
    tx.upsert("credit_project", event.project);
}

void apply(store::Transaction& tx, const LimitSet& event) {
    tx.exec(
        "insert or replace into credit_joint (borrower, \"limit\", reason, set_on, series, line) "
        "values ($1, $2, $3, $4, $5, $6)",
        event.joint.borrower,
        event.joint.limit,
        event.joint.reason,
        event.joint.set_on,
        event.joint.series,
        event.joint.line);
}

void apply(store::Transaction& tx, const Granted& event) { tx.insert("credit_line", event.line); }

void apply(store::Transaction& tx, const Lowered& event) { tx.upsert("credit_line", event.line); }

std::optional<Agreement> find_agreement(const store::Snapshot& db, Id<base::Agreement> id) {
    return db.row<Agreement>(std::string(agreement_columns) + "where id = $1", id);
}

std::vector<Agreement> agreements(const store::Snapshot& db, std::optional<Id<Party>> bank) {
    return db.rows<Agreement>(
        std::string(agreement_columns) + "where $1 is null or bank = $1 order by id", bank);
}

std::optional<Project> find_project(const store::Snapshot& db, Id<base::CreditProject> id) {
    return db.row<Project>(std::string(project_columns) + "where id = $1", id);
}

std::vector<Project> projects(const store::Snapshot& db, std::optional<Id<base::Agreement>> of) {
    return db.rows<Project>(
        std::string(project_columns) + "where $1 is null or agreement = $1 order by id", of);
}

std::optional<Joint> find_joint(const store::Snapshot& db, Id<Party> borrower) {
    return db.row<Joint>(std::string(joint_columns) + "where borrower = $1", borrower);
}

std::vector<Joint> joints(const store::Snapshot& db) {
    return db.rows<Joint>(std::string(joint_columns) + "order by borrower");
}

std::optional<Line> find_line(const store::Snapshot& db, Id<base::CreditLine> id) {
    return db.row<Line>(std::string(line_columns) + "where id = $1", id);
}

std::vector<Line> lines(const store::Snapshot& db, const LineFilter& filter) {
    return db.rows<Line>(
        std::string(line_columns) +
            "where ($1 is null or borrower = $1) and ($2 is null or bank = $2) order by id",
        filter.borrower,
        filter.bank);
}

} // namespace credit
