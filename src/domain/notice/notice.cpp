#include "domain/notice/notice.hpp"

#include <algorithm>

namespace notice {
namespace {

constexpr auto ddl = R"(
create table notice_notice(
  id integer primary key, party integer not null, at integer not null, level text not null,
  title text not null, body text not null, path text not null, read_at integer);
create index notice_notice_party on notice_notice(party, read_at);
)";

constexpr auto columns =
    "select id, party, at, level, title, body, path, read_at from notice_notice ";

} // namespace

void declare(store::Schema& schema) {
    schema.module("notice", ddl);
    schema.on<Sent>();
    schema.on<Read>();
}

void apply(store::Transaction& tx, const Sent& event) { tx.insert("notice_notice", event.notice); }

void apply(store::Transaction& tx, const Read& event) {
    if (event.notice) {
        tx.exec(
            "update notice_notice set read_at = $2 where id = $1 and read_at is null",
            *event.notice,
            tx.now());
        return;
    }
    tx.exec(
        "update notice_notice set read_at = $2 where party = $1 and read_at is null",
        event.party,
        tx.now());
}

party::Page<Row> list(const store::Snapshot& db, const ListFilter& filter) {
    const std::string where =
        std::string("where party = $1") + (filter.unread ? " and read_at is null" : "");
    party::Page<Row> page;
    page.total = db.row<std::int64_t>("select count(*) from notice_notice " + where, filter.party)
                     .value_or(0);
    const auto size = std::clamp(filter.per_page, 1, 200);
    page.items = db.rows<Row>(
        columns + where +
            " order by read_at is not null, case level when 'overdue' then 0 when 'work' then 1 "
            "else 2 end, at desc, id desc limit $2 offset $3",
        filter.party,
        size,
        std::int64_t{std::max(filter.page, 1) - 1} * size);
    return page;
}

std::int64_t badge(const store::Snapshot& db, Id<Party> party) {
    return db
        .row<std::int64_t>(
            "select count(*) from notice_notice where party = $1 and read_at is null and "
            "level <> 'news'",
            party)
        .value_or(0);
}

std::int64_t unread(const store::Snapshot& db, const base::Actor& actor) {
    return badge(db, actor.party);
}

Result<store::Receipt> Notices::post(
    const store::Command& command, const std::vector<Post>& posts) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        for (const auto& post : posts) {
            Row row;
            row.id = tx.new_id<Notice>();
            row.party = post.party;
            row.at = tx.now();
            row.level = post.level;
            row.title = post.title;
            row.body = post.body;
            row.path = post.path;
            tx.publish(Sent{row}, row.id);
        }
        return std::to_string(posts.size());
    });
}

Result<store::Receipt> Notices::read(const store::Command& command, Id<Notice> id) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto row = tx.row<Row>(std::string(columns) + "where id = $1", id);
        if (!row || row->party != tx.actor().party) {
            return base::not_found(
                "notice.none",
                {"没有找到这条通知。", "There is no such notice."},
                {"请刷新通知列表。", "Reload the list."});
        }
        if (!row->read_at) tx.publish(Read{row->party, id}, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Notices::read_all(const store::Command& command) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto party = tx.actor().party;
        const ListFilter unread_ones{.party = party, .unread = true, .page = 1, .per_page = 1};
        if (list(tx, unread_ones).total > 0) tx.publish(Read{party, std::nullopt}, party);
        return std::to_string(party.value);
    });
}

} // namespace notice
