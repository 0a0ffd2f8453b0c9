#include "edge/api/api.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "domain/identity/identity.hpp"
#include "edge/api/cookie.hpp"
#include "edge/api/evidence.hpp"
#include "edge/http/metrics.hpp"
#include "edge/http/problem.hpp"
#include "edge/http/text.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <exception>

namespace api {
namespace {

constexpr std::int64_t slow_ns = 1'000'000'000;
constexpr std::size_t key_most = 100; // characters of an Idempotency-Key

Text not_allowed_zh_en() { return {"您没有此项操作的权限。", "You may not do this."}; }

base::Error unknown_path() {
    return base::not_found(
        "http.not_found",
        {"没有这个接口。", "There is no such endpoint."},
        {"请核对网址；接口说明见 docs/openapi.json。",
         "Check the address; docs/openapi.json lists the endpoints."});
}

base::Error wrong_method() {
    return base::invalid(
        "http.method",
        {"该地址不支持这种操作。", "The address does not take this method."},
        {"接口说明见 docs/openapi.json。", "docs/openapi.json lists the methods."});
}

base::Error set_up_first() {
    return base::unavailable(
        "identity.set_up_first",
        {"平台尚未完成首次设置。", "The platform has not been set up."},
        {"请用控制台上的一次性代码设立三类管理员。",
         "Register the three administrators with the one-time code on the console."});
}

base::Error failed() {
    base::Error error;
    error.kind = base::ErrorKind::internal;
    error.code = "http.internal";
    error.message = {"系统出错，本次操作未完成。", "Something went wrong; nothing was done."};
    error.cure = {
        "请稍后重试；若再次出现，请把请求编号告诉运维人员。",
        "Try again later; if it happens again, tell the operator the request's number."};
    return error;
}

// The value of a parameter as it was sent; empty when it is not there.
std::string_view raw_parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto pair = query.substr(0, end);
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
            return pair.substr(name.size() + 1);
        }
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    }
    return {};
}

// `?lang=en` goes before Accept-Language.
Language language_for(const http::Request& request) {
    const auto wish = raw_parameter(request.query, "lang");
    if (!wish.empty()) return wish == "en" ? Language::en : Language::zh;
    return http::language_of(request.headers["Accept-Language"]);
}

bool wants_sheet(const http::Request& request) {
    return raw_parameter(request.query, "format") == "xlsx" ||
           request.headers["Accept"].find(xlsx_type) != std::string_view::npos;
}

bool is_change(http::Method method) {
    return method != http::Method::get && method != http::Method::head;
}

bool may(const Access& access, const base::Actor& actor) {
    return std::ranges::any_of(access.any, [&](Right right) { return actor.rights.has(right); });
}

base::Digest digest_of(const Endpoint& endpoint, const http::Request& request) {
    std::string content(http::text(request.method));
    content.append(" ").append(request.path).append("?").append(request.query);
    // The digest is kept beside the command; a password in it could be guessed from it.
    if (!endpoint.keeps_secrets) content.append("\n").append(request.body);
    // A streamed file counts by its size: what is in it, the import itself compares.
    if (endpoint.is_streamed) content.append("\n").append(std::to_string(request.file_size));
    return base::sha256(content);
}

} // namespace

Api::Api(Endpoints endpoints, Services& services, http::Site site)
    : endpoints_(std::move(endpoints))
    , services_(services)
    , site_(std::move(site))
    , boot_(base::random_hex(3))
    , kept_(endpoints_, services.database) {
    std::vector<std::string> names;
    for (const auto& endpoint : endpoints_.list()) {
        router_.add(endpoint.method, endpoint.path, static_cast<int>(names.size()));
        names.push_back(std::string(http::text(endpoint.method)) + " " + endpoint.path);
    }
    services_.metrics->endpoints(std::move(names));
}

Api::~Api() = default;

http::Handlers Api::handlers() {
    return {
        .admit = [this](const http::Request& request) { return admit(request); },
        .answer = [this](http::Request& request) { return answer(request); }};
}

http::Admission Api::admit(const http::Request& request) const {
    http::Admission admission{.place = http::Place::here};
    if (!request.path.starts_with("/v1/")) {
        if (request.path == "/metrics" || request.path == "/readyz" || is_log_file(request.path)) {
            admission.place = http::Place::workers;
        }
        return admission;
    }
    const auto match = router_.find(request.method, request.path);
    if (match.route < 0) return admission;
    const auto& endpoint = endpoints_.list()[static_cast<std::size_t>(match.route)];
    if (!endpoint.is_cheap) admission.place = http::Place::workers;
    admission.body_most = endpoint.body_most;
    if (endpoint.is_streamed) {
        // Half a gigabyte is not taken from a stranger: who it is, is known from the head.
        const bool secure = services_.program.secure_cookie;
        const auto token = http::cookie(request.headers["Cookie"], cookie_name(secure));
        const bool welcome = !token.empty() && services_.identity->alive(token);
        admission.to_file = welcome;
        admission.skip_body = !welcome;
    }
    return admission;
}

http::Response Api::answer(http::Request& request) {
    if (!request.path.starts_with("/v1/")) return plain(request);
    const auto begun = base::monotonic_ns();
    Call call{.request = request};
    call.language = language_for(request);
    call.request_id = boot_ + "-" + std::to_string(request.number);
    call.now = services_.clock->now();
    auto match = router_.find(request.method, request.path);
    http::Response response;
    // The one place that turns what was thrown below into an answer.
    try {
        auto outcome = dispatch(request, call, match);
        if (outcome) {
            response = *std::move(outcome);
        } else {
            const auto& error = outcome.error();
            response = http::problem(error, call.language, call.request_id, call.faults);
            if (response.status >= 500 && error.kind != base::ErrorKind::unavailable) {
                base::log::error(
                    error.code, {{"request", call.request_id}, {"detail", error.detail}});
            }
        }
    } catch (const std::exception& fault) {
        base::log::error(
            "http.fault",
            {{"request", call.request_id}, {"path", request.path}, {"detail", fault.what()}});
        response = http::problem(failed(), call.language, call.request_id);
    }
    for (auto& header : call.answer_headers)
        response.headers.push_back(std::move(header));
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    if (response.status < 400) response.headers.emplace_back("Cache-Control", "no-store");
    const auto taken = base::monotonic_ns() - begun;
    if (match.route >= 0) {
        services_.metrics->request(static_cast<std::size_t>(match.route), response.status, taken);
    }
    if (taken > slow_ns) {
        base::log::warn(
            "http.slow",
            {{"request", call.request_id}, {"path", request.path}, {"ms", taken / 1'000'000}});
    }
    if (base::log::enabled(base::log::Level::debug)) {
        base::log::debug(
            "http.answered",
            {{"request", call.request_id},
             {"method", http::text(request.method)},
             {"path", request.path},
             {"status", response.status},
             {"us", taken / 1000},
             {"person", call.actor.person}});
    }
    return response;
}

Result<http::Response> Api::dispatch(const http::Request& request, Call& call, http::Match& match) {
    if (match.route < 0) return match.known ? wrong_method() : unknown_path();
    const auto& endpoint = endpoints_.list()[static_cast<std::size_t>(match.route)];
    call.parameters = std::move(match.parameters);
    if (!endpoint.before_set_up && !services_.identity->set_up_done()) return set_up_first();
    if (is_change(request.method)) TRY(check_origin(request));
    TRY(identify(endpoint, request, call));
    if (endpoint.is_command || endpoint.is_edited) TRY(check_command(endpoint, request, call));
    if (wants_sheet(request)) {
        if (endpoint.sheet) return endpoint.sheet(call);
        if (!is_change(request.method) && endpoint.output_type == "application/json") {
            return base::invalid(
                "http.not_acceptable",
                {"该内容不提供 Excel 格式。", "This is not to be had as Excel."},
                {"请去掉 format=xlsx。", "Leave out format=xlsx."});
        }
    }
    if (endpoint.kept_by.empty()) return endpoint.run(call);
    const auto today = services_.policy->calendar().zone().date(call.now);
    return kept_.answer(endpoint, call, today, [&] { return endpoint.run(call); });
}

Result<> Api::check_origin(const http::Request& request) const {
    const auto site = request.headers["Sec-Fetch-Site"];
    const bool ours = site.empty() || site == "same-origin" || site == "none";
    if (ours && request.headers["X-Rongqiao"] == "1") return {};
    return base::forbidden(
        "http.cross_site",
        {"该操作不是从本平台页面发出的。", "The change does not come from this platform's pages."},
        {"程序调用请带上请求头 X-Rongqiao: 1。",
         "Programs send the header X-Rongqiao: 1 with every change."});
}

Result<> Api::identify(const Endpoint& endpoint, const http::Request& request, Call& call) const {
    const auto name = cookie_name(services_.program.secure_cookie);
    const auto token = http::cookie(request.headers["Cookie"], name);
    if (!token.empty()) {
        if (auto bearer = services_.identity->bearer(token)) {
            call.actor = std::move(bearer->actor);
            call.session = bearer->session;
            call.must_change_password = bearer->must_change_password;
        }
    }
    if (endpoint.access.kind == Access::Kind::open) return {};
    if (!call.actor.person) {
        return base::unauthenticated(
            "permission.not_signed_in",
            {"您还没有登录，或登录已过期。", "You are not signed in, or no longer."},
            {"请登录后重试。", "Sign in and try again."});
    }
    if (call.must_change_password && !endpoint.before_password) {
        return base::forbidden(
            "identity.change_password_first",
            {"请先设置自己的密码。", "Choose a password of your own first."},
            {"在“修改密码”页面设置新密码。", "Set a new one on the page “Change password”."});
    }
    if (endpoint.access.kind == Access::Kind::signed_in || may(endpoint.access, call.actor)) {
        return {};
    }
    return base::forbidden(
        "permission.denied",
        not_allowed_zh_en(),
        {"请联系本单位管理员开通。", "Ask your organisation's administrator for the right."});
}

Result<> Api::check_command(
    const Endpoint& endpoint, const http::Request& request, Call& call) const {
    if (endpoint.is_command) {
        const auto key = request.headers["Idempotency-Key"];
        const bool printable =
            std::ranges::all_of(key, [](char letter) { return letter >= '!' && letter <= '~'; });
        if (key.empty() || key.size() > key_most || !printable) {
            return base::invalid(
                "http.idempotency_key",
                {"缺少请求头 Idempotency-Key。", "The header Idempotency-Key is missing."},
                {"每次操作生成一个新编号（至多 100 个可见 ASCII 字符），重发时用同一编号。",
                 "Make a new one for every wish (at most 100 visible ASCII characters) and send "
                 "the same again when repeating it."});
        }
        call.idempotency_key = key;
        call.digest = digest_of(endpoint, request);
    }
    if (!endpoint.is_edited) return {};
    call.version = http::version_of(request.headers["If-Match"]);
    if (call.version) return {};
    return base::invalid(
        "http.precondition_required",
        {"缺少请求头 If-Match。", "The header If-Match is missing."},
        {"请带上您所看到内容的版本号，如 If-Match: \"3\"。",
         "Send the version you saw, as in If-Match: \"3\"."});
}

http::Response Api::plain(const http::Request& request) {
    http::Response response;
    response.content_type = "text/plain; charset=utf-8";
    if (request.path == "/healthz") {
        response.body = "ok\n";
        return response;
    }
    if (request.path == "/readyz") {
        // Ready means that the tables answer.
        services_.database->read([](const store::Snapshot& db) { return db.seq(); });
        response.body = "ready\n";
        return response;
    }
    if (request.path == "/metrics") {
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.body = services_.metrics->text();
        return response;
    }
    if (is_change(request.method)) return http::problem(wrong_method(), Language::zh, "");
    if (is_log_file(request.path)) return log_file(services_, request);
    return site_.answer(request);
}

} // namespace api
