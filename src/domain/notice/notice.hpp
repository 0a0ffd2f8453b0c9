// 通知: what an organisation's people should know or do, in the application itself.
//
// A notice belongs to an organisation; its people share it, and the first who reads it has read it
// for all. Work that is overdue stands first. The badge counts unread notices that ask for work.
#pragma once

#include "domain/party/party.hpp"

#include <optional>
#include <string>

namespace notice {

using base::Id;
using base::Instant;
using base::Notice;
using base::Party;
using base::Result;
using base::Text;

enum class Level { news, work, overdue };
BOOST_DESCRIBE_ENUM(Level, news, work, overdue)

// notice_notice
struct Row {
    Id<Notice> id;
    Id<Party> party;
    Instant at;
    Level level = Level::news;
    Text title;
    Text body;
    std::string path; // of the screen where it is dealt with: /needs/123
    std::optional<Instant> read_at;
};
BOOST_DESCRIBE_STRUCT(Row, (), (id, party, at, level, title, body, path, read_at))

struct Post {
    Id<Party> party;
    Level level = Level::news;
    Text title;
    Text body;
    std::string path;
};
BOOST_DESCRIBE_STRUCT(Post, (), (party, level, title, body, path))

struct Sent {
    static constexpr std::string_view kind = "notice.sent";
    Row notice;
};
BOOST_DESCRIBE_STRUCT(Sent, (), (notice))

struct Read {
    static constexpr std::string_view kind = "notice.read";
    Id<Party> party;
    std::optional<Id<Notice>> notice; // none: all of the party's
};
BOOST_DESCRIBE_STRUCT(Read, (), (party, notice))

void apply(store::Transaction& tx, const Sent& event);
void apply(store::Transaction& tx, const Read& event);
void declare(store::Schema& schema);

struct ListFilter {
    Id<Party> party;
    bool unread = false;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

// Unread before read, overdue before work before news, newest first.
party::Page<Row> list(const store::Snapshot& db, const ListFilter& filter);
// Unread notices that ask the organisation for work; the same for the organisation one acts for.
std::int64_t badge(const store::Snapshot& db, Id<Party> party);
std::int64_t unread(const store::Snapshot& db, const base::Actor& actor);

class Notices {
public:
    explicit Notices(store::Database& database)
        : database_(database) {}

    // All of one cause in one command: repeating the command posts nothing twice.
    Result<store::Receipt> post(const store::Command& command, const std::vector<Post>& posts);
    // `notice.none` for another organisation's.
    Result<store::Receipt> read(const store::Command& command, Id<Notice> id);
    Result<store::Receipt> read_all(const store::Command& command);

private:
    store::Database& database_;
};

} // namespace notice
