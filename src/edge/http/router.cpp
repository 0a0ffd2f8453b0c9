#include "edge/http/router.hpp"

#include <array>

namespace http {
namespace {

constexpr std::size_t segments_most = 16;

// Takes the next segment off the front of a path; an empty segment (a doubled or trailing slash) is
// a segment.
bool next_segment(std::string_view& path, std::string_view& segment) {
    if (path.empty() || path.front() != '/') return false;
    path.remove_prefix(1);
    const auto end = path.find('/');
    segment = path.substr(0, end);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    return true;
}

} // namespace

struct Router::Node {
    std::vector<std::pair<std::string, std::unique_ptr<Node>>> written;
    std::unique_ptr<Node> parameter;
    std::string parameter_name;
    std::array<int, 6> routes{-1, -1, -1, -1, -1, -1};

    [[nodiscard]] const Node* child(std::string_view segment) const {
        for (const auto& [name, node] : written) {
            if (name == segment) return node.get();
        }
        return nullptr;
    }

    Node& make(std::string_view segment) {
        if (segment.starts_with('{')) {
            const auto name = segment.substr(1, segment.size() - 2);
            if (!parameter) parameter = std::make_unique<Node>();
            base::ensure(
                parameter_name.empty() || parameter_name == name,
                "one name for a path's parameter");
            parameter_name = name;
            return *parameter;
        }
        if (const auto* found = child(segment)) return const_cast<Node&>(*found);
        return *written.emplace_back(std::string(segment), std::make_unique<Node>()).second;
    }

    // Depth first, so that /needs/{id}/claims is found beside /needs/drafts.
    const Node* find(std::string_view path, Match& match, std::size_t depth) const {
        std::string_view segment;
        if (path.empty()) return this;
        if (depth == segments_most || !next_segment(path, segment)) return nullptr;
        if (const auto* next = child(segment)) {
            if (const auto* found = next->find(path, match, depth + 1); found && found->any()) {
                return found;
            }
        }
        if (!parameter || segment.empty()) return nullptr;
        match.parameters.emplace_back(parameter_name, segment);
        const auto* found = parameter->find(path, match, depth + 1);
        if (found == nullptr || !found->any()) {
            match.parameters.pop_back();
            return nullptr;
        }
        return found;
    }

    [[nodiscard]] bool any() const {
        for (const int route : routes) {
            if (route >= 0) return true;
        }
        return false;
    }
};

Router::Router()
    : root_(std::make_unique<Node>()) {}

Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Method method, std::string_view pattern, int route) {
    auto* node = root_.get();
    std::string_view segment;
    while (next_segment(pattern, segment))
        node = &node->make(segment);
    auto& place = node->routes[static_cast<std::size_t>(method)];
    base::ensure(place < 0, "two routes for one method and path");
    place = route;
}

Match Router::find(Method method, std::string_view path) const {
    Match match;
    const auto* node = root_->find(path, match, 0);
    if (node == nullptr || !node->any()) return match;
    match.known = true;
    const auto wanted = method == Method::head ? Method::get : method;
    match.route = node->routes[static_cast<std::size_t>(wanted)];
    return match;
}

} // namespace http
