// The interface's files: read into memory at start, served with their precompressed forms.
#pragma once

#include "edge/http/message.hpp"

#include <unordered_map>

namespace http {

// Every page may load only what this server sends; no inline script or style, no frames.
inline constexpr std::string_view content_security_policy =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

class Site {
public:
    // Reads the folder: `x.gz` and `x.br` are forms of `x`. An absent folder gives an empty site,
    // whose pages say how to build it.
    explicit Site(const std::filesystem::path& folder);

    // /assets/… never changes under its name; every path without a dot that is no file answers
    // index.html, since the interface routes by itself.
    [[nodiscard]] Response answer(const Request& request) const;

    [[nodiscard]] std::size_t files() const { return files_.size(); }

private:
    struct Entry {
        std::string_view content_type;
        std::string plain;
        std::string gzip;
        std::string brotli;
        std::string tag;
    };

    [[nodiscard]] const Entry* find(std::string_view path) const;

    std::unordered_map<std::string, Entry> files_; // by path, "/index.html"
};

} // namespace http
