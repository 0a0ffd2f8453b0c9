#include "edge/http/problem.hpp"

#include "base/json.hpp"

#include <array>

namespace http {
namespace {

using base::ErrorKind;

// Codes of the edge itself whose status is finer than their kind's.
struct Exact {
    std::string_view code;
    int status;
};

constexpr std::array exact = std::to_array<Exact>({
    {"http.precondition_required", 428},
    {"http.too_large", 413},
    {"http.method", 405},
    {"http.content_type", 415},
    {"http.not_acceptable", 406},
    {"identity.slow_down", 429},
});

std::string_view title_zh(int status) {
    switch (status) {
    case 400: return "请求有误";
    case 401: return "需要登录";
    case 403: return "没有权限";
    case 404: return "没有找到";
    case 405: return "不支持的操作";
    case 409: return "与现状冲突";
    case 412: return "内容已被他人修改";
    case 413: return "内容过大";
    case 422: return "未能办理";
    case 428: return "缺少版本号";
    case 429: return "操作过于频繁";
    case 503: return "暂时无法办理";
    default: return status >= 500 ? "系统出错" : "请求未被接受";
    }
}

struct ProblemEntry {
    std::string pointer;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(ProblemEntry, (), (pointer, message))

} // namespace

int status_of(const Error& error) {
    for (const auto& [code, status] : exact) {
        if (error.code == code) return status;
    }
    switch (error.kind) {
    case ErrorKind::invalid: return 400;
    case ErrorKind::unauthenticated: return 401;
    case ErrorKind::forbidden: return 403;
    case ErrorKind::not_found: return 404;
    // `module.version` says that somebody else changed what If-Match named.
    case ErrorKind::conflict: return error.code.ends_with(".version") ? 412 : 409;
    case ErrorKind::rejected: return 422;
    case ErrorKind::unavailable: return 503;
    case ErrorKind::internal: return 500;
    }
    base::bug("error kind out of range");
}

std::string_view reason_of(int status) {
    switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Status";
    }
}

Response problem(
    const Error& error,
    Language language,
    std::string_view request,
    const std::vector<Fault>& faults) {
    Response response;
    response.status = status_of(error);
    response.content_type = "application/problem+json";
    auto& out = response.body;
    const auto member = [&](std::string_view name, std::string_view value) {
        out += out.empty() ? '{' : ',';
        base::json::write_text(out, name);
        out += ':';
        base::json::write_text(out, value);
    };
    member("type", "/help/problems#" + error.code);
    member(
        "title", language == Language::zh ? title_zh(response.status) : reason_of(response.status));
    out += ",\"status\":" + std::to_string(response.status);
    member("code", error.code);
    member("detail", in(language, error.message));
    member("cure", in(language, error.cure));
    if (!error.field.empty()) member("field", error.field);
    if (!faults.empty()) {
        std::vector<ProblemEntry> entries;
        for (const auto& fault : faults)
            entries.push_back({fault.pointer, in(language, fault.message)});
        out += ",\"errors\":";
        base::json::write(out, entries);
    }
    member("request", request);
    out += '}';
    response.headers.emplace_back("Cache-Control", "no-store");
    if (response.status == 503 || response.status == 429) {
        response.headers.emplace_back("Retry-After", "5");
    }
    return response;
}

} // namespace http
