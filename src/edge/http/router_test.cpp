#include "edge/http/router.hpp"

#include <gtest/gtest.h>

namespace http {
namespace {

Router example() {
    Router router;
    router.add(Method::get, "/v1/needs", 0);
    router.add(Method::post, "/v1/needs", 1);
    router.add(Method::get, "/v1/needs/{id}", 2);
    router.add(Method::get, "/v1/needs/drafts", 3);
    router.add(Method::post, "/v1/needs/{id}/acts/{act}", 4);
    router.add(Method::get, "/v1/needs/drafts/old", 5);
    router.add(Method::get, "/v1/needs/{id}/claims", 6);
    return router;
}

TEST(Router, finds_routes_and_tells_wrong_methods_from_wrong_paths) {
    const auto router = example();

    struct Case {
        Method method;
        std::string_view path;
        int route;
        bool known;
    };

    const Case cases[] = {
        {Method::get, "/v1/needs", 0, true},
        {Method::head, "/v1/needs", 0, true},
        {Method::post, "/v1/needs", 1, true},
        {Method::put, "/v1/needs", -1, true},
        {Method::get, "/v1/needs/7", 2, true},
        {Method::get, "/v1/needs/drafts", 3, true},
        {Method::post, "/v1/needs/7/acts/withdraw", 4, true},
        {Method::get, "/v1/needs/drafts/old", 5, true},
        {Method::get, "/v1/needs/drafts/claims", 6, true}, // drafts as an id
        {Method::get, "/v1/needs/7/claims", 6, true},
        {Method::get, "/v1/needs/", -1, false},
        {Method::get, "/v1/needs//claims", -1, false},
        {Method::get, "/v1/needs/7/acts", -1, false},
        {Method::get, "/v1", -1, false},
        {Method::get, "", -1, false},
        {Method::get, "v1/needs", -1, false},
        {Method::get, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18", -1, false},
    };
    for (const auto& each : cases) {
        const auto match = router.find(each.method, each.path);
        EXPECT_EQ(match.route, each.route) << each.path;
        EXPECT_EQ(match.known, each.known) << each.path;
    }
}

TEST(Router, keeps_only_the_parameters_of_the_way_it_took) {
    const auto router = example();
    const auto match = router.find(Method::post, "/v1/needs/drafts/acts/urge");
    ASSERT_EQ(match.parameters.size(), 2U);
    EXPECT_EQ(match.parameters[0].first, "id");
    EXPECT_EQ(match.parameters[0].second, "drafts");
    EXPECT_EQ(match.parameters[1].second, "urge");
    EXPECT_TRUE(router.find(Method::get, "/v1/needs/drafts/old").parameters.empty());
}

TEST(Router, two_routes_for_one_place_are_a_bug) {
    auto router = example();
    EXPECT_ANY_THROW(router.add(Method::get, "/v1/needs/{id}", 9));
    EXPECT_ANY_THROW(router.add(Method::get, "/v1/needs/{other}", 9));
}

} // namespace
} // namespace http
