#include "domain/risk/listings.hpp"

#include "base/digest.hpp"
#include "domain/permission/permission.hpp"
#include "engine/pack/policy.hpp"

namespace risk {
namespace {

constexpr std::int64_t black_list_score = 120;
constexpr std::int64_t watch_list_score = 60;
constexpr std::size_t hits_most = 20; // of one enterprise

Text list_label(screen::List list) {
    switch (list) {
    case screen::List::black: return {"黑名单命中", "On a black list"};
    case screen::List::red: return {"红名单命中", "On a red list"};
    case screen::List::white: return {"白名单命中", "On a white list"};
    case screen::List::watch: return {"关注名单命中", "On a watch list"};
    }
    base::bug("list out of range");
}

// Neither its line in the file nor its last day: both move from one edition to the next.
std::string entry_key(const screen::Entry& entry) {
    std::string all(base::json::enum_name(entry.list));
    for (const auto* part : {&entry.code, &entry.name, &entry.source, &entry.basis})
        all += '\n' + *part;
    return base::hex(base::sha256(all + '\n' + entry.from.text())).substr(0, 16);
}

Text entry_words(const screen::Entry& entry) {
    Text words{entry.name + " " + entry.code, entry.name + " " + entry.code};
    if (!entry.source.empty()) {
        words.zh += "，列入机关 " + entry.source;
        words.en += ", by " + entry.source;
    }
    if (!entry.basis.empty()) {
        words.zh += "，依据 " + entry.basis;
        words.en += ", under " + entry.basis;
    }
    words.zh += "，" + entry.from.text() + " 至 " + entry.until.text();
    words.en += ", " + entry.from.text() + " to " + entry.until.text();
    if (entry.appeal == screen::Appeal::pending) {
        words.zh += "，异议处理中";
        words.en += ", an appeal is pending";
    }
    return words;
}

} // namespace

bool warns(screen::List list) { return list == screen::List::black || list == screen::List::watch; }

Warning warning_of(
    const party::Enterprise& enterprise,
    const screen::Entry& entry,
    const screen::Hit& hit,
    Instant now) {
    Warning made;
    const auto digest = entry_key(entry);
    made.key = "list:" + digest + ":" + std::to_string(enterprise.id.value);
    made.source = Source::list;
    made.rule = "list." + std::string(base::json::enum_name(entry.list));
    made.label = list_label(entry.list);
    made.rules = digest;
    made.subject = enterprise.credit_code;
    made.enterprise = enterprise.id;
    made.at = now;
    made.score = entry.list == screen::List::black ? black_list_score : watch_list_score;
    Window like;
    like.rule = made.rule;
    like.rule_label = made.label;
    like.holds = true;
    auto& first = made.windows.emplace_back(like);
    first.looked_at = {"名单条目", "Entry of the list"};
    first.sentence = entry_words(entry);
    for (const auto& feature : hit.features) {
        auto& window = made.windows.emplace_back(like);
        const auto points = std::to_string(feature.points);
        const auto most = std::to_string(feature.most);
        window.looked_at = feature.why;
        window.value = {points + " 分", points + " points"};
        window.bound = {"满分 " + most, "of " + most};
        window.sentence = feature.why;
    }
    return made;
}

Listings::Listings(
    store::Database& database, const pack::Policy& policy, Risks& risks, std::filesystem::path pack)
    : database_(database)
    , policy_(policy)
    , risks_(risks)
    , pack_(std::move(pack)) {}

// Read when first needed: most counties screen a few times a month.
Result<const screen::Names*> Listings::names() {
    const std::scoped_lock lock(mutex_);
    if (!names_) {
        vocabulary_ = TRY(screen::load_words(pack_));
        names_.emplace(*vocabulary_);
    }
    return &*names_;
}

std::vector<Warning> Listings::found(
    const screen::Screen& list, Instant now, Screened& screened) const {
    std::vector<Warning> warnings;
    screen::Screen::Work work;
    const auto day = policy_.zone().date(now);
    database_.read([&](const store::Snapshot& db) {
        party::each_enterprise(db, [&](const party::Enterprise& enterprise) {
            ++screened.enterprises;
            const auto answer =
                list.ask({enterprise.name, enterprise.credit_code}, day, hits_most, work);
            for (const auto& hit : answer.hits) {
                const auto& entry = list.entries()[hit.entry];
                if (!warns(entry.list)) continue;
                ++screened.hits;
                warnings.push_back(warning_of(enterprise, entry, hit, now));
            }
        });
    });
    return warnings;
}

Result<Listings::Screened> Listings::take(
    const store::Command& command, table::RowSource& rows, screen::List list, Instant now) {
    TRY(permission::require(command.actor, base::Right::risk_handle));
    const auto* words = TRY(names());
    auto read = TRY(screen::read_entries(rows, {}, list));
    const screen::Screen all(*words, std::move(read.entries));
    Screened screened;
    screened.notes = std::move(read.notes);
    screened.entries = static_cast<std::int64_t>(all.entries().size());
    const auto day = policy_.zone().date(now);
    for (const auto& entry : all.entries())
        screened.holding += entry.holds(day) ? 1 : 0;
    Risks::Wish wish;
    wish.warnings = found(all, now, screened);
    if (wish.warnings.empty()) return screened;
    const auto done = TRY(risks_.raise(command, wish));
    screened.opened = done.opened;
    screened.joined = done.joined;
    return screened;
}

} // namespace risk
