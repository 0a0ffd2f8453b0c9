// Text that must not be printed: passwords, tokens, keys. Shows as *** wherever it is written.
#pragma once

#include <string>
#include <utility>

namespace base {

class Secret {
public:
    Secret() = default;

    explicit Secret(std::string text)
        : text_(std::move(text)) {}

    Secret(const Secret&) = default;
    Secret(Secret&&) = default;
    Secret& operator=(const Secret&) = default;
    Secret& operator=(Secret&&) = default;

    ~Secret() { text_.assign(text_.size(), '\0'); }

    // The one way to the text; the name is meant to stand out in review.
    [[nodiscard]] const std::string& reveal() const { return text_; }

    [[nodiscard]] bool empty() const { return text_.empty(); }

private:
    std::string text_;
};

} // namespace base
