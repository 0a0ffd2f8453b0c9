#include "base/base64.hpp"
#include "domain/invoice/invoice.hpp"

namespace invoice {
namespace {

constexpr const char* ddl = R"sql(
create table invoice_book (
    enterprise integer not null, direction text not null, count integer not null, first_on text not null,
    last_on text not null, bytes blob not null, primary key (enterprise, direction)) without rowid;
)sql";

// invoice_book
struct Book {
    Id<Party> enterprise;
    Direction direction = Direction::output;
    std::int64_t count = 0;
    Date first_on;
    Date last_on;
    store::Blob bytes;
};
BOOST_DESCRIBE_STRUCT(Book, (), (enterprise, direction, count, first_on, last_on, bytes))

std::optional<store::Blob> bytes_of(
    const store::Snapshot& db, Id<Party> enterprise, Direction direction) {
    return db.row<store::Blob>(
        "select bytes from invoice_book where enterprise = $1 and direction = $2",
        enterprise,
        direction);
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("invoice", ddl);
    schema.on<Received>();
}

void apply(store::Transaction& tx, const Received& event) {
    auto bytes = base::from_base64(event.rows);
    base::ensure(bytes.has_value(), "an event's rows are Base64");
    auto all = unpack_book(*bytes);
    base::ensure(all.has_value() && !all->empty(), "an event's rows are a book");
    if (const auto held = bytes_of(tx, event.enterprise, event.direction)) {
        const auto before = unpack_book(held->bytes);
        base::ensure(before.has_value(), "a stored book can be read");
        *all = merged(*before, *all);
        *bytes = pack_book(*all);
    }
    tx.upsert(
        "invoice_book",
        Book{
            .enterprise = event.enterprise,
            .direction = event.direction,
            .count = static_cast<std::int64_t>(all->size()),
            .first_on = all->front().date,
            .last_on = all->back().date,
            .bytes = {std::move(*bytes)}});
}

std::vector<Cover> covers(const store::Snapshot& db) {
    return db.rows<Cover>("select enterprise, direction, count, first_on, last_on from "
                          "invoice_book order by enterprise, direction");
}

std::int64_t count(const store::Snapshot& db, Id<Party> enterprise, Direction direction) {
    return db
        .row<std::int64_t>(
            "select count from invoice_book where enterprise = $1 and direction = $2",
            enterprise,
            direction)
        .value_or(0);
}

Result<Invoices> book(const store::Snapshot& db, Id<Party> enterprise, Direction direction) {
    const auto bytes = bytes_of(db, enterprise, direction);
    if (!bytes) return Invoices{};
    return unpack_book(bytes->bytes);
}

} // namespace invoice
