#include "edge/api/endpoint.hpp"

#include "edge/http/text.hpp"

#include <algorithm>
#include <charconv>

namespace api {
namespace {

// Names that every endpoint takes beside its own.
constexpr std::string_view common_parameters[] = {"lang", "format"};

base::Error not_found() {
    return base::not_found(
        "http.not_found",
        {"没有找到您要的内容。", "There is nothing here of that name."},
        {"请核对网址或编号。", "Check the address or the number."});
}

} // namespace

store::Command Call::command() const {
    base::ensure(!idempotency_key.empty(), "command() on an endpoint that is no command");
    return {
        .id = std::to_string(actor.person.value) + ":" + idempotency_key,
        .actor = actor,
        .digest = digest};
}

std::string Call::text(std::string_view name) const {
    for (const auto& [key, segment] : parameters) {
        if (key == name) return http::decode(segment).value_or("");
    }
    base::bug("no such path parameter: " + std::string(name));
}

Result<std::int64_t> Call::number(std::string_view name) const {
    const auto digits = text(name);
    std::int64_t number = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc{} || stop != end || number < 0) return not_found();
    return number;
}

namespace {

using base::Form;
using Kind = Form::Kind;
using detail::Problems;

// The query of the call, one member after another; what is left over is a problem.
class QueryReader {
public:
    QueryReader(const Call& call, Problems& problems);
    // The values given for that name; marks them as read.
    std::vector<std::string> take(std::string_view name);
    void finish(); // complains about names nobody took

private:
    std::vector<std::pair<std::string, std::string>> values_;
    std::vector<std::string> known_;
    Problems& problems_;
};

QueryReader::QueryReader(const Call& call, Problems& problems)
    : problems_(problems) {
    auto parsed = http::parse_query(call.request.query);
    if (!parsed) {
        problems_.push_back({"", parsed.error().message});
        return;
    }
    for (auto& [name, value] : *parsed)
        values_.emplace_back(std::move(name), std::move(value));
}

std::vector<std::string> QueryReader::take(std::string_view name) {
    known_.emplace_back(name);
    std::vector<std::string> found;
    std::erase_if(values_, [&](auto& pair) {
        if (pair.first != name) return false;
        found.push_back(std::move(pair.second));
        return true;
    });
    return found;
}

void QueryReader::finish() {
    for (const auto& [name, value] : values_) {
        if (std::ranges::find(common_parameters, name) != std::end(common_parameters)) continue;
        std::string known;
        for (const auto& each : known_)
            known += (known.empty() ? "" : ", ") + each;
        problems_.push_back(
            {"/" + name,
             {"没有这个查询参数；可用：" + known, "no such query parameter; there are: " + known}});
    }
}

void read_truth(
    const std::string& given, bool& out, const std::string& pointer, Problems& problems) {
    if (given == "true" || given == "1") {
        out = true;
    } else if (given == "false" || given == "0") {
        out = false;
    } else {
        problems.push_back({pointer, {"应为 true 或 false", "expected true or false"}});
    }
}

// Text, dates, ids and enums read as JSON text; numbers and truth values as themselves.
void read_parameter(
    const std::string& given,
    const Form& form,
    void* out,
    std::string pointer,
    Problems& problems) {
    const bool is_number =
        form.kind == Kind::integer || form.kind == Kind::money || form.kind == Kind::rate;
    if (form.kind == Kind::optional) {
        if (given.empty()) return;
        auto* place = form.container->add(out, {});
        read_parameter(given, form.item(), place, std::move(pointer), problems);
    } else if (form.kind == Kind::truth) {
        read_truth(given, *static_cast<bool*>(out), pointer, problems);
    } else if (is_number) {
        std::int64_t number = 0;
        const auto* end = given.data() + given.size();
        const auto [stop, error] = std::from_chars(given.data(), end, number);
        if (error != std::errc{} || stop != end) {
            problems.push_back({pointer, {"应为整数", "expected an integer"}});
        } else {
            base::json::read(base::json::Value(number), form, out, pointer, problems);
        }
    } else {
        base::json::read(base::json::Value(given), form, out, pointer, problems);
    }
}

// The number in a member of that name; nothing when there is no such member.
std::optional<std::int64_t> member_number(const Form& form, void* object, std::string_view name) {
    for (const auto& member : form.members) {
        if (name == member.name) return base::load_integer(member.form(), member.place(object));
    }
    return std::nullopt;
}

void read_query(QueryReader& query, const Form& form, void* in, Problems& problems) {
    for (const auto& member : form.members) {
        const auto& wanted = member.form();
        auto* place = member.place(in);
        const auto pointer = "/" + std::string(member.name);
        for (const auto& given : query.take(member.name)) {
            if (wanted.kind == Kind::list) {
                auto* item = wanted.container->add(place, {});
                read_parameter(given, wanted.item(), item, pointer, problems);
            } else {
                read_parameter(given, wanted, place, pointer, problems);
            }
        }
    }
    const auto page = member_number(form, in, "page");
    const auto per_page = member_number(form, in, "per_page");
    if (page && per_page) {
        if (*page < 1) problems.push_back({"/page", {"从 1 开始", "starts at 1"}});
        if (*per_page < 1 || *per_page > per_page_most)
            problems.push_back({"/per_page", {"应为 1 至 200", "expected 1 to 200"}});
    }
    query.finish();
}

} // namespace

namespace detail {

base::Error refuse(Call& call, const Problems& problems) {
    for (const auto& [pointer, message] : problems)
        call.faults.push_back({pointer, message});
    return base::json::shape_error(problems);
}

Result<base::json::Value> body_of(const Call& call) {
    const auto type = call.request.headers["Content-Type"];
    if (!http::same_ignoring_case(type.substr(0, type.find(';')), "application/json")) {
        return base::invalid(
            "http.content_type",
            {"请求内容应为 JSON。", "The body must be JSON."},
            {"请设置 Content-Type: application/json。", "Send Content-Type: application/json."});
    }
    return base::json::parse(call.request.body);
}

Result<> read_input(Call& call, Endpoint::Input from, const Form& form, void* in) {
    Problems problems;
    if (from == Endpoint::Input::query) {
        QueryReader query(call, problems);
        if (form.kind == Kind::object) read_query(query, form, in, problems);
    } else {
        const auto value = TRY(body_of(call));
        std::string pointer;
        base::json::read(value, form, in, pointer, problems);
    }
    if (!problems.empty()) return refuse(call, problems);
    return {};
}

http::Response json_response(std::string body, std::optional<std::int64_t> version) {
    http::Response response;
    response.body = std::move(body);
    if (version) response.headers.emplace_back("ETag", "W/\"" + std::to_string(*version) + "\"");
    return response;
}

http::Response file_response(File file) {
    http::Response response;
    response.content_type = file.content_type;
    response.body = std::move(file.bytes);
    // RFC 6266: the plain name for old readers, the encoded one for all others.
    std::string plain;
    std::string encoded;
    for (const char c : file.name) {
        static constexpr char digits[] = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        const bool safe = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= 'a' && byte <= 'z') || byte == '.' || byte == '-' || byte == '_';
        if (safe) {
            plain += c;
            encoded += c;
        } else {
            plain += byte < 0x80 ? "_" : "";
            encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
        }
    }
    response.headers.emplace_back(
        "Content-Disposition",
        "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded);
    return response;
}

http::Response empty_response() {
    http::Response response;
    response.status = 204;
    return response;
}

} // namespace detail

void Endpoints::describe_input(Endpoint& endpoint, const Form& form) {
    if (endpoint.input == Endpoint::Input::body) endpoint.input_schema = schema_of(form, schemas_);
    if (endpoint.input != Endpoint::Input::query) return;
    for (const auto& member : form.members) {
        const auto& given = member.form();
        const auto& wanted = given.kind == Kind::optional ? given.item() : given;
        endpoint.query.push_back(
            {.name = member.name,
             .schema = schema_of(wanted, schemas_),
             .many = given.kind == Kind::list});
    }
}

} // namespace api
