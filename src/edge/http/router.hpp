// Paths to numbers: a tree of segments. `/v1/needs/{id}` takes any one segment for {id}; a segment
// written out wins over a parameter.
#pragma once

#include "edge/http/message.hpp"

#include <memory>

namespace http {

struct Match {
    int route = -1;     // what add() was given; -1: none
    bool known = false; // the path exists, perhaps under another method
    std::vector<std::pair<std::string_view, std::string_view>> parameters; // name, segment as sent
};

class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    // A second route of the same shape and method is a Bug.
    void add(Method method, std::string_view pattern, int route);
    [[nodiscard]] Match find(Method method, std::string_view path) const;

private:
    struct Node;
    std::unique_ptr<Node> root_;
};

} // namespace http
