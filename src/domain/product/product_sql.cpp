// The table of 金融产品.
#include "domain/product/product.hpp"

#include <algorithm>

namespace product {
namespace {

constexpr auto ddl = R"(
create table product_version(
  product integer not null, version integer not null, state text not null,
  institution integer not null, terms text not null, effective_from text, at integer not null,
  editor integer not null, reason text not null, primary key(product, version));
create table product_code(code text primary key, product integer not null) without rowid;
)";

constexpr auto columns =
    "select product, version, state, institution, terms, effective_from, at, editor, reason "
    "from product_version ";

bool suits(const Version& version, const Filter& filter) {
    const auto& terms = version.terms;
    if (filter.institution && version.institution != *filter.institution) return false;
    if (!filter.kind.empty() && terms.kind != filter.kind) return false;
    if (!filter.tag.empty() && std::ranges::find(terms.tags, filter.tag) == terms.tags.end())
        return false;
    if (filter.state && version.state != *filter.state) return false;
    return filter.text.empty() || terms.name.zh.contains(filter.text) ||
           terms.name.en.contains(filter.text) || terms.summary.zh.contains(filter.text) ||
           terms.code.contains(filter.text);
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("product", ddl);
    schema.on<Drafted>();
    schema.on<Published>();
    schema.on<Retired>();
}

void apply(store::Transaction& tx, const Drafted& event) {
    tx.exec(
        "delete from product_version where product = $1 and state = 'draft'",
        event.version.product);
    tx.exec("delete from product_code where product = $1", event.version.product);
    tx.insert("product_version", event.version);
    tx.exec(
        "insert into product_code(code, product) values ($1, $2)",
        event.version.terms.code,
        event.version.product);
}

void apply(store::Transaction& tx, const Published& event) {
    tx.upsert("product_version", event.version);
    tx.exec("delete from product_code where product = $1", event.version.product);
    tx.exec(
        "insert into product_code(code, product) values ($1, $2)",
        event.version.terms.code,
        event.version.product);
}

void apply(store::Transaction& tx, const Retired& event) {
    tx.exec(
        "update product_version set state = 'retired', reason = $2, at = $3 where product = $1 and "
        "version = (select max(version) from product_version where product = $1)",
        event.product,
        event.reason,
        tx.now());
}

std::optional<Version> in_force(const store::Snapshot& db, Id<Product> product, Date day) {
    const auto last = newest(db, product);
    if (!last || last->state == State::retired) return std::nullopt;
    return db.row<Version>(
        std::string(columns) +
            "where product = $1 and state = 'published' and effective_from <= $2 "
            "order by version desc limit 1",
        product,
        day);
}

std::optional<Version> newest(const store::Snapshot& db, Id<Product> product) {
    return db.row<Version>(
        std::string(columns) + "where product = $1 order by version desc limit 1", product);
}

std::optional<Version> at_version(
    const store::Snapshot& db, Id<Product> product, std::int64_t version) {
    return db.row<Version>(
        std::string(columns) + "where product = $1 and version = $2", product, version);
}

std::vector<Version> versions(const store::Snapshot& db, Id<Product> product) {
    return db.rows<Version>(std::string(columns) + "where product = $1 order by version", product);
}

std::optional<Id<Product>> find_code(const store::Snapshot& db, std::string_view code) {
    return db.row<Id<Product>>("select product from product_code where code = $1", code);
}

std::vector<Version> list(const store::Snapshot& db, const Filter& filter, Date day) {
    // Products are hundreds at most, so the newest suitable version is chosen here.
    auto all = db.rows<Version>(std::string(columns) + "order by product, version desc");
    std::vector<Version> seen;
    std::size_t i = 0;
    while (i < all.size()) {
        auto& last = all[i];
        const auto first = i;
        while (i < all.size() && all[i].product == last.product)
            ++i;
        const bool owner = filter.drafts_of && *filter.drafts_of == last.institution;
        Version* shown = owner ? &last : nullptr;
        for (auto k = first; k < i && shown == nullptr && last.state != State::retired; ++k) {
            const bool holds = all[k].state == State::published && all[k].effective_from <= day;
            if (holds) shown = &all[k];
        }
        if (shown != nullptr && suits(*shown, filter)) seen.push_back(std::move(*shown));
    }
    return seen;
}

} // namespace product
