// GET /v1/live: what changed, as it is committed.
#include "domain/identity/identity.hpp"
#include "domain/permission/permission.hpp"
#include "edge/api/api.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/cookie.hpp"
#include "edge/http/hub.hpp"
#include "edge/http/metrics.hpp"
#include "edge/http/text.hpp"

#include <array>

namespace api {
namespace {

struct Change {
    std::string topic;
    std::string id; // empty: something of the topic that is not the reader's own
    std::int64_t seq = 0;
};
BOOST_DESCRIBE_STRUCT(Change, (), (topic, id, seq))

struct Topic {
    std::string_view kind; // the beginning of an event's kind
    std::string_view topic;
};

// One kind may be news of two topics: an act on a need or a claim changes what both show.
constexpr auto topics = std::to_array<Topic>({
    {"finance.", "need"},
    {"finance.", "claim"},
    {"allotment.", "allotment"},
    {"loan.", "loan"},
    {"instrument.", "instrument"},
    {"product.", "product"},
    {"notice.", "notice"},
    {"indicator.", "indicator"},
    {"plan.", "task"},
    {"intake.", "import"},
    {"fact.", "fact"},
    {"invoice.", "fact"},
    {"consent.", "consent"},
    {"registry.", "registration"},
    {"credit.", "credit"},
    {"guarantee.", "guarantee"},
    {"budget.", "budget"},
    {"risk.", "risk"},
    {"party.", "party"},
});

// Departments see every row anyway; others learn the id of what their own organisation did, and of
// the rest only that there is news.
std::string shown_to(const base::Actor& actor, const http::Signal& signal) {
    const bool known =
        permission::reach(actor) == permission::Reach::all || signal.party == actor.party;
    return base::json::text(
        Change{.topic = signal.topic, .id = known ? signal.id : "", .seq = signal.seq});
}

} // namespace

void follow_commits(store::Database& database, http::Hub& hub, http::Metrics& metrics) {
    database.listen([&](std::span<const store::Event> events) {
        metrics.commit(events.size());
        for (const auto& event : events) {
            for (const auto& [beginning, topic] : topics) {
                if (!event.kind.starts_with(beginning)) continue;
                hub.publish(
                    {.topic = std::string(topic),
                     .id = event.subject,
                     .seq = event.seq,
                     .party = event.party});
            }
        }
    });
}

void declare_live(Endpoints& all, Services& services) {
    all.capability("live");
    all.get(
           "/v1/live",
           Access::signed_in(),
           {"实时更新（SSE）", "Live updates (server-sent events)"},
           [&](Call& call) -> Result<http::Response> {
               const auto name = cookie_name(services.program.secure_cookie);
               const std::string token(http::cookie(call.request.headers["Cookie"], name));
               http::Response response;
               response.content_type = "text/event-stream";
               response.headers.emplace_back("X-Accel-Buffering", "no");
               response.live = services.hub->subscribe(
                   [actor = call.actor](const http::Signal& signal) {
                       return shown_to(actor, signal);
                   },
                   [&services, token] { return services.identity->alive(token); });
               return response;
           })
        .answers("text/event-stream");
}

} // namespace api
