// Everything of a request that is parsed before anybody is known: path, query, cookie, language,
// tags, JSON body.
#include "base/json.hpp"
#include "edge/http/router.hpp"
#include "edge/http/text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

http::Router example_router() {
    http::Router router;
    router.add(http::Method::get, "/v1/needs", 0);
    router.add(http::Method::get, "/v1/needs/{id}", 1);
    router.add(http::Method::post, "/v1/needs/{id}/acts/{act}", 2);
    router.add(http::Method::get, "/v1/needs/drafts", 3);
    return router;
}

struct Body {
    std::string name;
    std::optional<base::Money> amount;
    std::vector<base::Date> days;
    std::map<std::string, std::int64_t> counts;
};
BOOST_DESCRIBE_STRUCT(Body, (), (name, amount, days, counts))

void must(bool condition) {
    if (!condition) std::abort();
}

// What was read and written again reads as the same.
void check_body(std::string_view text) {
    const auto body = base::json::from_text<Body>(text);
    if (!body) {
        must(!body.error().message.zh.empty());
        return;
    }
    const auto written = base::json::text(*body);
    const auto again = base::json::from_text<Body>(written);
    must(again.has_value() && base::json::text(*again) == written);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto router = example_router();
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto line = input.find('\n');
    const auto head = input.substr(0, line);
    const auto rest = line == std::string_view::npos ? std::string_view() : input.substr(line + 1);

    const auto match = router.find(http::Method::get, head.substr(0, head.find('?')));
    must(match.route < 0 || match.known);
    for (const auto& [name, segment] : match.parameters) {
        if (const auto decoded = http::decode(segment)) must(http::is_utf8(*decoded));
    }
    if (const auto query = http::parse_query(head)) {
        for (const auto& parameter : *query)
            must(http::is_utf8(parameter.name) && http::is_utf8(parameter.value));
    }
    const auto token = http::cookie(head, "rongqiao");
    must(token.size() <= head.size());
    static_cast<void>(http::language_of(head));
    static_cast<void>(http::tag_matches(head, "\"a\""));
    static_cast<void>(http::version_of(head));
    check_body(rest);
    return 0;
}
