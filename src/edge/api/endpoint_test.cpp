// What the framework does for every endpoint: reading input, problems, versions, keys, pages,
// Excel.
#include "edge/api/county_test.hpp"
#include "engine/reference/credit_code.hpp"
#include "engine/table/xlsx.hpp"

#include <stdexcept>

namespace api {
namespace {

using test::Ask;

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Filter {
    std::string text;
    std::optional<Colour> colour;
    std::vector<std::string> tags;
    bool mine = false;
    std::optional<base::Date> from;
    base::Money least;
    std::optional<Id<base::Need>> need;
    std::int32_t page = 1;
    std::int32_t per_page = 2;
};
BOOST_DESCRIBE_STRUCT(Filter, (), (text, colour, tags, mine, from, least, need, page, per_page))

struct Item {
    std::int64_t number = 0;
    std::string name;
    base::Money amount;
};
BOOST_DESCRIBE_STRUCT(Item, (), (number, name, amount))

struct Wish {
    std::string name;
    std::vector<base::Money> amounts;
};
BOOST_DESCRIBE_STRUCT(Wish, (), (name, amounts))

struct Versioned {
    std::string name;
    std::int64_t version = 7;
};
BOOST_DESCRIBE_STRUCT(Versioned, (), (name, version))

Page<Item> items(const Filter& filter) {
    Page<Item> page{.items = {}, .total = 5, .page = filter.page, .per_page = filter.per_page};
    const std::int64_t first = (std::int64_t{filter.page} - 1) * filter.per_page;
    for (auto i = first; i < std::min<std::int64_t>(first + filter.per_page, 5); ++i)
        page.items.push_back(
            {.number = i, .name = "物" + std::to_string(i), .amount = base::Money::yuan(i)});
    return page;
}

class EndpointTest : public testing::Test {
protected:
    EndpointTest() {
        county.set_up();
        token = county.sign_in("root");
        Endpoints all;
        all.get(
            "/v1/echo",
            Access::signed_in(),
            {"回显", "Echo"},
            [](Call&, const Filter& filter) -> Result<Filter> { return filter; });
        all.get(
               "/v1/items",
               Access::signed_in(),
               {"列表", "List"},
               [](Call&, const Filter& filter) -> Result<Page<Item>> { return items(filter); })
            .exportable(
                "items",
                {column(&Item::number, {"号", "No"}),
                 column(&Item::name, {"名", "Name"}),
                 column(&Item::amount, {"元", "Yuan"})});
        all.get(
            "/v1/items/{id}",
            Access::signed_in(),
            {"一个", "One"},
            [](Call& call) -> Result<Versioned> {
                const auto id = TRY(call.id<base::Need>());
                return Versioned{.name = std::to_string(id.value)};
            });
        all.post(
            "/v1/items",
            Access::signed_in(),
            {"新建", "Make"},
            [&](Call& call, const Wish& wish) -> Result<store::Receipt> {
                ++made;
                seen = call.command();
                return store::Receipt{.seq = 1, .subject = wish.name, .at = call.now};
            });
        all.put(
               "/v1/items/{id}",
               Access::signed_in(),
               {"改", "Change"},
               [](Call& call, const Wish&) -> Result<Versioned> {
                   if (*call.version != 7) return base::conflict("item.version", {"旧", "old"});
                   return Versioned{};
               })
            .edited();
        all.ask("/v1/throw", Access::signed_in(), {"坏", "Bad"}, [](Call&) -> Result<> {
            throw std::runtime_error("a secret reason");
        });
        all.get("/v1/file", Access::signed_in(), {"文件", "File"}, [](Call&) -> Result<File> {
            return File{.name = "报告.csv", .content_type = "text/csv", .bytes = "a,b"};
        });
        all.get(
               "/v1/kept",
               Access::signed_in(),
               {"保留", "Kept"},
               [&](Call&, const Filter& filter) -> Result<Item> {
                   return Item{.number = ++made, .name = filter.text};
               })
            .kept({"party"});
        api.emplace(std::move(all), county.services, http::Site("/nowhere"));
    }

    http::Response ask(Ask wish) {
        wish.headers.emplace_back("Cookie", "rongqiao=" + token);
        if (wish.method != http::Method::get) wish.headers.emplace_back("X-Rongqiao", "1");
        http::Request request;
        request.method = wish.method;
        request.path = wish.path;
        request.query = wish.query;
        request.body = wish.body;
        request.headers = http::Headers(wish.headers);
        return api->answer(request);
    }

    test::County county;
    std::string token;
    std::optional<Api> api;
    int made = 0;
    store::Command seen;
    const http::Headers::List command{
        {"Idempotency-Key", "key-1"}, {"Content-Type", "application/json"}};
};

// How often the function ran, by its own count.
TEST_F(EndpointTest, a_kept_answer_stays_until_its_modules_write) {
    const auto body = [&](const std::string& query) {
        const auto response = ask({.path = "/v1/kept", .query = query});
        return response.fixed != nullptr ? *response.fixed : response.body;
    };
    const auto first = body("text=a");
    EXPECT_EQ(first, R"({"number":1,"name":"a","amount":0})");
    EXPECT_EQ(body("text=a"), first);
    EXPECT_EQ(made, 1);
    EXPECT_EQ(body("text=b"), R"({"number":2,"name":"b","amount":0})") << "another question";
    county.add_person("clerk", "account_manager");
    EXPECT_EQ(body("text=a"), first) << "an event of another module";
    party::RegisterEnterprise wish;
    wish.credit_code = reference::synthetic_code({.seed = 5}).text();
    wish.name = "清溪茶业";
    wish.industry = "1530";
    wish.founded = base::Date::of(2015, 1, 1);
    ASSERT_TRUE(
        county.services.parties->register_enterprise(store::Command::internal("firm"), wish));
    EXPECT_EQ(body("text=a"), R"({"number":3,"name":"a","amount":0})");
    county.clock.advance_ms(std::int64_t{24} * 3600 * 1000);
    token = county.sign_in("root");
    EXPECT_EQ(body("text=a"), R"({"number":4,"name":"a","amount":0})") << "another day";
    EXPECT_EQ(ask({.path = "/v1/kept", .query = "page=0"}).status, 400);
    EXPECT_EQ(ask({.path = "/v1/kept", .query = "page=0"}).status, 400) << "errors are not kept";
}

TEST_F(EndpointTest, query_fills_the_described_struct) {
    const auto response = ask(
        {.path = "/v1/echo",
         .query = "text=%E5%98%89%E5%96%84&colour=green&tags=a&tags=b&mine=true&from=2023-07-01&"
                  "least=500&need=12&page=3"});
    EXPECT_EQ(
        response.body,
        R"({"text":"嘉善","colour":"green","tags":["a","b"],"mine":true,"from":"2023-07-01","least":500,"need":"12","page":3,"per_page":2})");
}

TEST_F(EndpointTest, query_problems_name_the_parameter) {
    struct Case {
        std::string query;
        std::string pointer;
    };

    const Case cases[] = {
        {"colour=blue", "/colour"},
        {"mine=yes", "/mine"},
        {"from=2023-13-01", "/from"},
        {"least=1.5", "/least"},
        {"need=x", "/need"},
        {"page=0", "/page"},
        {"per_page=201", "/per_page"},
        {"collour=red", "/collour"},
        {"text=%", ""},
    };
    for (const auto& each : cases) {
        const auto response = ask({.path = "/v1/echo", .query = each.query});
        EXPECT_EQ(response.status, 400) << each.query;
        EXPECT_NE(response.body.find("\"pointer\":\"" + each.pointer + "\""), std::string::npos)
            << response.body;
    }
    EXPECT_EQ(ask({.path = "/v1/echo", .query = "lang=en"}).status, 200);
}

TEST_F(EndpointTest, body_problems_are_all_named_in_the_readers_language) {
    const auto response = ask(
        {.method = http::Method::post,
         .path = "/v1/items",
         .query = "lang=en",
         .body = R"({"amounts":[1,"x",1.5]})",
         .headers = command});
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(test::code(response), "json.shape");
    for (const auto* part :
         {"\"pointer\":\"/name\",\"message\":\"required\"",
          "\"pointer\":\"/amounts/1\"",
          "\"pointer\":\"/amounts/2\""})
        EXPECT_NE(response.body.find(part), std::string::npos) << response.body;
    EXPECT_EQ(made, 0);
    const auto broken =
        ask({.method = http::Method::post, .path = "/v1/items", .body = "{", .headers = command});
    EXPECT_EQ(test::code(broken), "json.syntax");
    const auto form = ask(
        {.method = http::Method::post,
         .path = "/v1/items",
         .body = "name=x",
         .headers = {
             {"Idempotency-Key", "k"}, {"Content-Type", "application/x-www-form-urlencoded"}}});
    EXPECT_EQ(form.status, 415);
}

TEST_F(EndpointTest, commands_need_a_key_and_know_their_content) {
    Ask wish{
        .method = http::Method::post,
        .path = "/v1/items",
        .body = R"({"name":"a","amounts":[]})",
        .headers = command};
    EXPECT_EQ(ask(wish).status, 200);
    const auto person = county.identity().bearer(token)->actor.person;
    EXPECT_EQ(seen.id, std::to_string(person.value) + ":key-1");
    const auto first = seen.digest;
    EXPECT_EQ(ask(wish).status, 200);
    EXPECT_EQ(seen.digest, first);
    wish.body = R"({"name":"b","amounts":[]})";
    EXPECT_EQ(ask(wish).status, 200);
    EXPECT_NE(seen.digest, first);
    for (const auto& key : {std::string(), std::string(101, 'k'), std::string("a b")}) {
        wish.headers = {{"Idempotency-Key", key}, {"Content-Type", "application/json"}};
        EXPECT_EQ(test::code(ask(wish)), "http.idempotency_key") << key;
    }
}

TEST_F(EndpointTest, edited_resources_carry_and_need_versions) {
    EXPECT_EQ(test::header(ask({.path = "/v1/items/3"}), "ETag"), "W/\"7\"");
    EXPECT_EQ(ask({.path = "/v1/items/x"}).status, 404);
    Ask wish{
        .method = http::Method::put,
        .path = "/v1/items/3",
        .body = R"({"name":"a","amounts":[]})",
        .headers = command};
    EXPECT_EQ(ask(wish).status, 428);
    wish.headers.emplace_back("If-Match", "\"6\"");
    EXPECT_EQ(ask(wish).status, 412);
    wish.headers.back().second = "W/\"7\"";
    EXPECT_EQ(ask(wish).status, 200);
}

TEST_F(EndpointTest, what_is_thrown_becomes_a_500_that_gives_nothing_away) {
    const auto response = ask({.method = http::Method::post, .path = "/v1/throw"});
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(test::code(response), "http.internal");
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    EXPECT_NE(response.body.find("\"request\":\""), std::string::npos);
}

TEST_F(EndpointTest, wrong_paths_and_methods_are_told_apart) {
    EXPECT_EQ(ask({.path = "/v1/nothing"}).status, 404);
    EXPECT_EQ(ask({.method = http::Method::del, .path = "/v1/items"}).status, 405);
    EXPECT_EQ(ask({.method = http::Method::post, .path = "/index.html"}).status, 405);
}

TEST_F(EndpointTest, lists_are_exported_whole) {
    const auto response = ask({.path = "/v1/items", .query = "format=xlsx&lang=en"});
    EXPECT_EQ(response.content_type, xlsx_type);
    EXPECT_NE(test::header(response, "Content-Disposition").find("items.xlsx"), std::string::npos);
    const auto source = table::open_xlsx_bytes(response.body);
    ASSERT_TRUE(source) << source.error().message.en;
    std::size_t rows = 0;
    table::Row row;
    while ((*source)->next(row).value_or(false)) {
        if (rows == 4) {
            EXPECT_EQ(row.cells[1], "物4");
        }
        ++rows;
    }
    EXPECT_EQ(rows, 5U);
    EXPECT_EQ(test::code(ask({.path = "/v1/echo", .query = "format=xlsx"})), "http.not_acceptable");
}

TEST_F(EndpointTest, file_names_travel_in_any_script) {
    const auto response = ask({.path = "/v1/file"});
    EXPECT_EQ(response.body, "a,b");
    EXPECT_EQ(
        test::header(response, "Content-Disposition"),
        "attachment; filename=\".csv\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A.csv");
}

} // namespace
} // namespace api
