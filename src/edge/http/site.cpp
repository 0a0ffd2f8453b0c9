#include "edge/http/site.hpp"

#include "base/digest.hpp"
#include "edge/http/text.hpp"

#include <array>
#include <fstream>
#include <iterator>

namespace http {
namespace {

struct Kind {
    std::string_view ending;
    std::string_view type;
};

constexpr auto kinds = std::to_array<Kind>({
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
});

std::string_view type_of(std::string_view path) {
    for (const auto& [ending, type] : kinds) {
        if (path.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool accepts(std::string_view accept_encoding, std::string_view coding) {
    const auto at = accept_encoding.find(coding);
    if (at == std::string_view::npos) return false;
    const auto weight = accept_encoding.substr(at + coding.size());
    return !weight.starts_with(";q=0") || weight.starts_with(";q=0.");
}

constexpr std::string_view empty_site =
    "<!doctype html><meta charset=\"utf-8\"><title>Rongqiao</title>"
    "<p>界面尚未构建，请运行 ./dev web。The interface is not built yet: run ./dev web.</p>";

} // namespace

Site::Site(const std::filesystem::path& folder) {
    std::error_code absent;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, absent)) {
        if (!entry.is_regular_file()) continue;
        auto path = "/" + std::filesystem::relative(entry.path(), folder).generic_string();
        auto bytes = read_file(entry.path());
        if (path.ends_with(".gz")) {
            files_[path.substr(0, path.size() - 3)].gzip = std::move(bytes);
        } else if (path.ends_with(".br")) {
            files_[path.substr(0, path.size() - 3)].brotli = std::move(bytes);
        } else {
            auto& file = files_[path];
            file.content_type = type_of(path);
            file.tag = '"' + base::hex(base::sha256(bytes)).substr(0, 16) + '"';
            file.plain = std::move(bytes);
        }
    }
    // A compressed form alone is no file of the interface.
    std::erase_if(files_, [](const auto& each) { return each.second.tag.empty(); });
}

const Site::Entry* Site::find(std::string_view path) const {
    const auto found = files_.find(std::string(path));
    if (found != files_.end()) return &found->second;
    const auto last = path.substr(path.rfind('/') + 1);
    if (last.find('.') != std::string_view::npos) return nullptr;
    const auto index = files_.find("/index.html");
    return index == files_.end() ? nullptr : &index->second;
}

Response Site::answer(const Request& request) const {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.headers.emplace_back("Content-Security-Policy", content_security_policy);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("Referrer-Policy", "same-origin");
    response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    response.headers.emplace_back(
        "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()");
    const auto* file = find(request.path);
    if (file == nullptr) {
        response.status = files_.empty() ? 503 : 404;
        response.body = files_.empty() ? empty_site : "404";
        return response;
    }
    response.content_type = file->content_type;
    const bool lasting = request.path.starts_with("/assets/");
    response.headers.emplace_back(
        "Cache-Control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    response.headers.emplace_back("ETag", file->tag);
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (tag_matches(request.headers["If-None-Match"], file->tag)) {
        response.status = 304;
        return response;
    }
    const auto encodings = request.headers["Accept-Encoding"];
    response.fixed = &file->plain;
    if (!file->brotli.empty() && accepts(encodings, "br")) {
        response.fixed = &file->brotli;
        response.headers.emplace_back("Content-Encoding", "br");
    } else if (!file->gzip.empty() && accepts(encodings, "gzip")) {
        response.fixed = &file->gzip;
        response.headers.emplace_back("Content-Encoding", "gzip");
    }
    return response;
}

} // namespace http
