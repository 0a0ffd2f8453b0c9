// The inbox of an organisation.
#include "domain/notice/notice.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

namespace api {
namespace {

struct NoticeView {
    Id<base::Notice> id;
    Instant at;
    Text title;
    Text body;
    std::string path;
    notice::Level level = notice::Level::news;
    std::optional<Instant> read_at;
};
BOOST_DESCRIBE_STRUCT(NoticeView, (), (id, at, title, body, path, level, read_at))

struct NoticeQuery {
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    bool unread = false;
};
BOOST_DESCRIBE_STRUCT(NoticeQuery, (), (page, per_page, unread))

} // namespace

void declare_notices(Endpoints& all, Services& services) {
    all.capability("notices");
    all.get(
        "/v1/notices",
        Access::signed_in(),
        {"通知", "Notices, unread and overdue first"},
        [&](Call& call, const NoticeQuery& query) -> Result<Page<NoticeView>> {
            return services.database->read([&](const store::Snapshot& db) {
                const auto found = notice::list(
                    db,
                    {.party = call.actor.party,
                     .unread = query.unread,
                     .page = query.page,
                     .per_page = query.per_page});
                auto page = page_of<NoticeView>(query, found.total);
                for (const auto& row : found.items) {
                    page.items.push_back(
                        {row.id, row.at, row.title, row.body, row.path, row.level, row.read_at});
                }
                return page;
            });
        });
    all.post(
        "/v1/notices/{id}/read",
        Access::signed_in(),
        {"标记已读", "Mark a notice as read"},
        [&](Call& call) -> Result<store::Receipt> {
            const auto id = TRY(call.id<base::Notice>());
            return services.notices->read(call.command(), id);
        });
    all.post(
        "/v1/notices/read-all",
        Access::signed_in(),
        {"全部标记已读", "Mark all as read"},
        [&](Call& call) -> Result<store::Receipt> {
            return services.notices->read_all(call.command());
        });
}

} // namespace api
