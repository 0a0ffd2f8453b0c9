// docs/openapi.json: OpenAPI 3.1 from the list of endpoints. Written by hand into text, in a fixed
// order and laid out one member a line at the upper levels, so that a change shows as a small
// difference.
#include "edge/api/api.hpp"

namespace api {
namespace {

constexpr std::string_view opening = R"({
"openapi":"3.1.0",
"info":{"title":"Rongqiao 融桥","version":"1","summary":"Industry–finance cooperation platform","description":"Amounts are integers in fen, rates integers in parts per million, ids decimal text. Every change needs the header X-Rongqiao: 1; commands also need Idempotency-Key, and the same key with the same content answers the same receipt again. Errors are RFC 9457 problem documents in the reader's language.","license":{"name":"Apache-2.0","identifier":"Apache-2.0"}},
"servers":[{"url":"/"}],
)";

constexpr std::string_view problem_schema =
    R"({"type":"object","properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"code":{"type":"string","description":"Stable, dotted: finance.need_closed."},"detail":{"type":"string"},"cure":{"type":"string","description":"What the reader can do about it."},"field":{"type":"string","description":"RFC 6901 pointer of the first wrong place."},"errors":{"type":"array","items":{"type":"object","properties":{"pointer":{"type":"string"},"message":{"type":"string"}},"required":["pointer","message"]}},"request":{"type":"string","description":"The request's number, also in the log."}},"required":["type","title","status","code","detail","cure","request"]})";

std::string json_text(std::string_view text) {
    std::string out;
    base::json::write_text(out, text);
    return out;
}

std::string lower(std::string_view method) {
    std::string out(method);
    for (auto& letter : out)
        letter = static_cast<char>(letter - 'A' + 'a');
    return out;
}

// get /v1/needs/{id}/claims → get_needs_id_claims
std::string operation_id(const Endpoint& endpoint) {
    auto id = lower(http::text(endpoint.method));
    for (const char letter : endpoint.path.substr(3)) {
        if (letter == '/' || letter == '-') {
            id += '_';
        } else if (letter != '{' && letter != '}') {
            id += letter;
        }
    }
    return id;
}

std::string parameter(
    std::string_view name, std::string_view where, bool required, std::string_view schema) {
    return "{\"name\":" + json_text(name) + ",\"in\":\"" + std::string(where) +
           "\",\"required\":" + (required ? "true" : "false") +
           ",\"schema\":" + std::string(schema) + "}";
}

std::string parameters(const Endpoint& endpoint) {
    std::string out;
    const auto add = [&](const std::string& entry) { out += (out.empty() ? "" : ",") + entry; };
    constexpr std::string_view text_schema = R"({"type":"string"})";
    for (std::size_t at = endpoint.path.find('{'); at != std::string::npos;
         at = endpoint.path.find('{', at + 1)) {
        const auto end = endpoint.path.find('}', at);
        add(parameter(endpoint.path.substr(at + 1, end - at - 1), "path", true, text_schema));
    }
    for (const auto& query : endpoint.query)
        add(parameter(query.name, "query", false, query.schema));
    if (endpoint.sheet) {
        add(parameter("format", "query", false, R"({"type":"string","enum":["xlsx"]})"));
    }
    if (endpoint.is_command) add(R"({"$ref":"#/components/parameters/IdempotencyKey"})");
    if (endpoint.is_edited) add(R"({"$ref":"#/components/parameters/IfMatch"})");
    if (endpoint.method != http::Method::get) {
        add(R"({"$ref":"#/components/parameters/OurPage"})");
    }
    return out;
}

std::string access_text(const Access& access) {
    switch (access.kind) {
    case Access::Kind::open: return R"(["open"])";
    case Access::Kind::signed_in: return R"(["signed_in"])";
    case Access::Kind::rights: return base::json::text(access.any);
    }
    base::bug("access out of range");
}

std::string responses(const Endpoint& endpoint) {
    std::string out = "\"responses\":{";
    if (endpoint.output_schema.empty()) {
        out += R"("204":{"description":"Done."})";
    } else {
        out += R"("200":{"description":"The answer.","content":{)" +
               json_text(endpoint.output_type) + ":{\"schema\":" + endpoint.output_schema + "}";
        if (endpoint.sheet) {
            out +=
                "," + json_text(xlsx_type) + R"(:{"schema":{"type":"string","format":"binary"}})";
        }
        out += "}}";
    }
    out += R"(,"default":{"$ref":"#/components/responses/Problem"}})";
    return out;
}

std::string operation(const Endpoint& endpoint) {
    std::string out = json_text(lower(http::text(endpoint.method))) + ":{";
    out += "\"operationId\":" + json_text(operation_id(endpoint));
    out += ",\"tags\":[" + json_text(endpoint.capability) + "]";
    out += ",\"summary\":" + json_text(endpoint.summary.en);
    out += ",\"description\":" + json_text(endpoint.summary.zh);
    out += ",\"x-rights\":" + access_text(endpoint.access);
    if (endpoint.access.kind == Access::Kind::open) out += ",\"security\":[]";
    if (const auto list = parameters(endpoint); !list.empty())
        out += ",\"parameters\":[" + list + "]";
    if (endpoint.is_streamed) {
        out +=
            R"(,"requestBody":{"required":true,"content":{"application/octet-stream":{"schema":{"type":"string","format":"binary"}}}})";
    } else if (!endpoint.input_schema.empty()) {
        out += R"(,"requestBody":{"required":true,"content":{"application/json":{"schema":)" +
               endpoint.input_schema + "}}}";
    }
    return out + "," + responses(endpoint) + "}";
}

std::string paths(const Endpoints& all) {
    // One entry a path, in the order of declaration.
    std::vector<std::pair<std::string, std::string>> entries;
    for (const auto& endpoint : all.list()) {
        auto found =
            std::ranges::find(entries, endpoint.path, &std::pair<std::string, std::string>::first);
        if (found == entries.end()) found = entries.insert(entries.end(), {endpoint.path, ""});
        found->second += (found->second.empty() ? "\n  " : ",\n  ") + operation(endpoint);
    }
    std::string out;
    for (const auto& [path, operations] : entries)
        out += (out.empty() ? "" : ",\n") + json_text(path) + ":{" + operations + "}";
    return out;
}

} // namespace

std::string openapi(const Endpoints& all) {
    std::string out(opening);
    out += "\"security\":[{\"session\":[]}],\n\"paths\":{\n" + paths(all) + "\n},\n";
    out += R"("components":{
"securitySchemes":{"session":{"type":"apiKey","in":"cookie","name":"rongqiao","description":"Set by POST /v1/session; named __Host-rongqiao behind TLS."}},
"parameters":{
"IdempotencyKey":{"name":"Idempotency-Key","in":"header","required":true,"schema":{"type":"string","maxLength":100},"description":"One a wish, the same again when it is repeated."},
"IfMatch":{"name":"If-Match","in":"header","required":true,"schema":{"type":"string"},"description":"The version the editor saw: \"3\"."},
"OurPage":{"name":"X-Rongqiao","in":"header","required":true,"schema":{"type":"string","enum":["1"]}}
},
"responses":{"Problem":{"description":"Why not, and what to do.","content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}},
"schemas":{
)";
    out += "\"Problem\":" + std::string(problem_schema);
    for (const auto& [name, schema] : all.schemas())
        out += ",\n" + json_text(name) + ":" + schema;
    return out + "\n}\n}\n}\n";
}

} // namespace api
