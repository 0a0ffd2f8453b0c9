#include "edge/jobs/security_bulletins.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>

namespace jobs {
namespace {

using base::Text;
using notice::Level;
using notice::Post;

std::string path_of_registration(const registry::Entry& entry) {
    return "/registrations/" + std::to_string(entry.id.value);
}

Post to_debtor(const registry::Entry& entry, Level level, Text title, Text body) {
    return {
        .party = entry.debtor,
        .level = level,
        .title = std::move(title),
        .body = std::move(body),
        .path = path_of_registration(entry)};
}

Post to_secured(const registry::Entry& entry, Level level, Text title, Text body) {
    auto post = to_debtor(entry, level, std::move(title), std::move(body));
    post.party = entry.secured;
    return post;
}

std::vector<Post> of_deed(const registry::Moved& moved) {
    const auto& entry = moved.entry;
    const auto& text = moved.deed.text;
    switch (moved.deed.act) {
    case registry::Act::discharge:
        return {to_debtor(
            entry,
            Level::news,
            {"担保登记已注销：" + entry.number, "Registration discharged: " + entry.number},
            text)};
    case registry::Act::object:
        return {to_secured(
            entry,
            Level::work,
            {"担保人对登记提出异议：" + entry.number, "The debtor objects: " + entry.number},
            text)};
    case registry::Act::withdraw_objection:
        return {to_secured(
            entry,
            Level::news,
            {"异议已撤销：" + entry.number, "Objection withdrawn: " + entry.number},
            text)};
    case registry::Act::renamed:
        return {to_secured(
            entry,
            Level::work,
            {"担保人更名，请变更登记：" + entry.number,
             "The debtor has a new name: " + entry.number},
            text)};
    case registry::Act::change:
    case registry::Act::extend:
        return {to_debtor(
            entry,
            Level::news,
            {"担保登记有变更：" + entry.number, "Registration changed: " + entry.number},
            text)};
    case registry::Act::initial:
    case registry::Act::file:
    case registry::Act::end_claim: return {};
    }
    base::bug("act out of range");
}

} // namespace

std::vector<Post> SecurityBulletins::posts(
    const store::Snapshot& db, const store::Event& event) const {
    if (event.kind == registry::Registered::kind) {
        const auto read = base::json::from_text<registry::Registered>(event.body);
        if (!read) return {};
        return {to_debtor(
            read->entry,
            Level::news,
            {"新的担保登记：" + read->entry.number, "New registration: " + read->entry.number},
            {"如有不符，可以提出异议。", "Object when it is not so."})};
    }
    if (event.kind == registry::Moved::kind) {
        const auto read = base::json::from_text<registry::Moved>(event.body);
        return read ? of_deed(*read) : std::vector<Post>{};
    }
    if (event.kind == registry::Reminded::kind) {
        const auto read = base::json::from_text<registry::Reminded>(event.body);
        const auto entry = read ? registry::find(db, read->registration) : std::nullopt;
        if (!entry) return {};
        return {to_secured(
            *entry,
            read->overdue ? Level::overdue : Level::work,
            {"担保登记提醒：" + entry->number, "Registration reminder: " + entry->number},
            read->text)};
    }
    return {};
}

base::Result<> SecurityBulletins::handle(const store::Event& event) const {
    if (event.kind == party::EnterpriseChanged::kind) {
        const auto changed = TRY(base::json::from_text<party::EnterpriseChanged>(event.body));
        const auto& enterprise = changed.enterprise;
        const auto stands = database_.read([&](const store::Snapshot& db) {
            return std::ranges::any_of(
                registry::against(db, enterprise.credit_code), [&](const registry::Entry& entry) {
                    return !entry.discharged_at && entry.debtor_name != enterprise.name;
                });
        });
        if (!stands) return {};
        TRY(registry_.rename(
            store::Command::internal("registry-name:" + std::to_string(event.seq)),
            enterprise.id,
            enterprise.name,
            policy_.zone().date(event.at)));
        return {};
    }
    if (!event.kind.starts_with("registry.")) return {};
    auto all = database_.read([&](const store::Snapshot& db) { return posts(db, event); });
    std::erase_if(all, [](const Post& post) { return !post.party; });
    if (all.empty()) return {};
    TRY(notices_.post(
        store::Command::internal("registry-notice:" + std::to_string(event.seq)), all));
    return {};
}

DueSource registration_dates(
    store::Database& database, const pack::Policy& policy, registry::Registry& registry) {
    const auto waiting = [&policy](const registry::Entry& entry, base::Date today) {
        std::vector<registry::Duty> all;
        const auto* rules = policy.security_regime(today);
        if (rules == nullptr) return all;
        all = registry::duties(entry, *rules, policy.zone(), today);
        std::erase_if(all, [&](const registry::Duty& duty) {
            return std::ranges::find(entry.reminded, duty.what) != entry.reminded.end();
        });
        return all;
    };
    DueSource source;
    source.events = {"registry.moved"};
    source.watched = [](const store::Snapshot& db) {
        std::vector<std::int64_t> all;
        for (const auto& entry : registry::open_entries(db))
            all.push_back(entry.id.value);
        return all;
    };
    source.next = [&policy,
                   waiting](const store::Snapshot& db, std::int64_t id, base::Instant now) {
        std::optional<base::Instant> first;
        const auto entry = registry::find(db, {id});
        if (!entry) return first;
        for (const auto& duty : waiting(*entry, policy.zone().date(now))) {
            const auto at = policy.zone().at(duty.from, 0);
            if (!first || at < *first) first = at;
        }
        return first;
    };
    source.fire = [&database, &policy, &registry, waiting](
                      std::int64_t id, base::Instant now) -> base::Result<> {
        const auto today = policy.zone().date(now);
        const auto entry =
            database.read([&](const store::Snapshot& db) { return registry::find(db, {id}); });
        if (!entry) return {};
        for (const auto& duty : waiting(*entry, today)) {
            if (duty.from <= today) TRY(registry.remind({id}, duty.what, today));
        }
        return {};
    };
    return source;
}

} // namespace jobs
