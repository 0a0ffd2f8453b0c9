#include "domain/fact/fact.hpp"

namespace fact {
namespace {

constexpr const char* ddl = R"sql(
create table fact_value (
    enterprise integer not null, attribute text not null, seq integer not null, place integer not null,
    period text, value text not null, source text not null, as_of text not null, learned_at integer not null,
    primary key (enterprise, attribute, seq, place)) without rowid;
create table fact_current (enterprise integer primary key, seq integer not null, facts text not null);
create table fact_dispute (
    number integer primary key, enterprise integer not null, attribute text not null, reason text not null,
    at integer not null, answered_at integer, accepted integer, answer text not null);
create index fact_dispute_by_enterprise on fact_dispute (enterprise);
)sql";

constexpr const char* stored_columns =
    "select enterprise, attribute, seq, place, period, value, source, as_of, learned_at from "
    "fact_value where enterprise = $1 ";

// fact_current
struct CurrentRow {
    Id<Party> enterprise;
    std::int64_t seq = 0;
    CurrentFacts facts;
};
BOOST_DESCRIBE_STRUCT(CurrentRow, (), (enterprise, seq, facts))

// The facts of enterprises asked for in the order of their numbers, read some at a time: a second
// ordered scan beside that of the register, without holding those of the whole county.
class FactsInOrder {
public:
    explicit FactsInOrder(const store::Snapshot& db)
        : db_(db) {}

    const CurrentFacts& of(Id<Party> enterprise) {
        if (more_ && (read_.empty() || read_.back().enterprise < enterprise)) read_on(enterprise);
        while (next_ < read_.size() && read_[next_].enterprise < enterprise)
            next_ += 1;
        const bool has_any = next_ < read_.size() && read_[next_].enterprise == enterprise;
        return has_any ? read_[next_].facts : none_;
    }

private:
    static constexpr std::size_t at_once = 512;

    void read_on(Id<Party> from) {
        read_ = db_.rows<CurrentRow>(
            "select enterprise, seq, facts from fact_current where enterprise >= $1 order by "
            "enterprise limit $2",
            from,
            at_once);
        more_ = read_.size() == at_once;
        next_ = 0;
    }

    const store::Snapshot& db_;
    std::vector<CurrentRow> read_;
    std::size_t next_ = 0;
    bool more_ = true;
    const CurrentFacts none_;
};

// Whether `later` takes the place of `held`: a later period wins; without periods, the later day;
// then what was learned last.
bool supersedes(const Current& later, const Current& held) {
    if (later.period && held.period && *later.period != *held.period) {
        return later.period->last_day() > held.period->last_day();
    }
    return later.as_of >= held.as_of;
}

void merge(CurrentFacts& facts, const std::string& attribute, Current current) {
    const auto [place, inserted] = facts.try_emplace(attribute, current);
    if (inserted || !supersedes(current, place->second)) return;
    // The same value once more does not answer a dispute about it.
    current.disputed = place->second.disputed && place->second.value == current.value;
    place->second = std::move(current);
}

// A datum is disputed as long as one dispute about it is open.
void set_disputed(store::Transaction& tx, Id<Party> enterprise, const std::string& attribute) {
    auto facts = current(tx, enterprise);
    const auto found = facts.find(attribute);
    if (found == facts.end()) return;
    const auto open = tx.row<std::int64_t>(
        "select count(*) from fact_dispute where enterprise = $1 and attribute = $2 and "
        "answered_at is null",
        enterprise,
        attribute);
    found->second.disputed = *open > 0;
    tx.upsert(
        "fact_current",
        CurrentRow{.enterprise = enterprise, .seq = tx.event().seq, .facts = facts});
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("fact", ddl);
    schema.on<Learned>();
    schema.on<Disputed>();
    schema.on<DisputeAnswered>();
}

void apply(store::Transaction& tx, const Learned& event) {
    const auto& learn = event.fact;
    auto facts = current(tx, learn.enterprise);
    std::int32_t place = 0;
    for (const auto& datum : learn.data) {
        tx.insert(
            "fact_value",
            Stored{
                .enterprise = learn.enterprise,
                .attribute = datum.attribute,
                .seq = tx.event().seq,
                .place = place++,
                .period = datum.period,
                .value = datum.value,
                .source = learn.source,
                .as_of = learn.as_of,
                .learned_at = tx.now()});
        merge(
            facts,
            datum.attribute,
            {.value = datum.value,
             .period = datum.period,
             .source = learn.source,
             .as_of = learn.as_of,
             .learned_at = tx.now(),
             .disputed = false});
    }
    tx.upsert(
        "fact_current",
        CurrentRow{.enterprise = learn.enterprise, .seq = tx.event().seq, .facts = facts});
}

void apply(store::Transaction& tx, const Disputed& event) {
    tx.insert(
        "fact_dispute",
        Dispute{
            .number = tx.event().seq,
            .enterprise = event.enterprise,
            .attribute = event.attribute,
            .reason = event.reason,
            .at = tx.now(),
            .answered_at = {},
            .accepted = {},
            .answer = {}});
    set_disputed(tx, event.enterprise, event.attribute);
}

void apply(store::Transaction& tx, const DisputeAnswered& event) {
    tx.exec(
        "update fact_dispute set answered_at = $2, accepted = $3, answer = $4 where number = $1",
        event.number,
        tx.now(),
        event.accepted,
        event.text);
    set_disputed(tx, event.enterprise, event.attribute);
}

CurrentFacts current(const store::Snapshot& db, Id<Party> enterprise) {
    auto facts =
        db.row<CurrentFacts>("select facts from fact_current where enterprise = $1", enterprise);
    return facts ? *std::move(facts) : CurrentFacts{};
}

CurrentFacts known_at(const store::Snapshot& db, Id<Party> enterprise, Instant instant) {
    CurrentFacts facts;
    db.each<Stored>(
        std::string(stored_columns) + "and learned_at <= $2 order by seq, place",
        [&](const Stored& stored) {
            merge(
                facts,
                stored.attribute,
                {.value = stored.value,
                 .period = stored.period,
                 .source = stored.source,
                 .as_of = stored.as_of,
                 .learned_at = stored.learned_at,
                 .disputed = false});
        },
        enterprise,
        instant);
    return facts;
}

std::vector<Stored> history(
    const store::Snapshot& db, Id<Party> enterprise, std::string_view attribute) {
    return db.rows<Stored>(
        std::string(stored_columns) + "and attribute = $2 order by seq desc, place desc",
        enterprise,
        attribute);
}

std::vector<Stored> history(const store::Snapshot& db, Id<Party> enterprise) {
    return db.rows<Stored>(
        std::string(stored_columns) + "order by attribute, seq, place", enterprise);
}

Learn only_new(const store::Snapshot& db, const Learn& wish) {
    auto fresh = only_new(wish, current(db, wish.enterprise));
    std::erase_if(fresh.data, [&](const Datum& datum) {
        // Said of the same day and period by the same source: what it said last is what it says.
        for (const auto& held : history(db, wish.enterprise, datum.attribute)) {
            if (held.source == wish.source && held.as_of == wish.as_of &&
                held.period == datum.period)
                return held.value == datum.value;
        }
        return false;
    });
    return fresh;
}

std::vector<Learn> only_new(const store::Snapshot& db, const std::vector<Learn>& wishes) {
    std::vector<Learn> out;
    for (const auto& wish : wishes) {
        if (auto fresh = only_new(db, wish); !fresh.data.empty()) out.push_back(std::move(fresh));
    }
    return out;
}

std::vector<Dispute> disputes(const store::Snapshot& db, Id<Party> enterprise) {
    return db.rows<Dispute>(
        "select number, enterprise, attribute, reason, at, answered_at, accepted, answer from "
        "fact_dispute "
        "where enterprise = $1 order by number desc",
        enterprise);
}

std::vector<Dispute> all_disputes(const store::Snapshot& db, bool open) {
    return db.rows<Dispute>(
        std::string(
            "select number, enterprise, attribute, reason, at, answered_at, accepted, answer from "
            "fact_dispute ") +
        (open ? "where answered_at is null " : "") + "order by number desc");
}

void each_current(
    const store::Snapshot& db,
    const std::function<void(const party::Enterprise&, const CurrentFacts&)>& f) {
    FactsInOrder facts(db);
    party::each_enterprise(
        db, [&](const party::Enterprise& enterprise) { f(enterprise, facts.of(enterprise.id)); });
}

} // namespace fact
