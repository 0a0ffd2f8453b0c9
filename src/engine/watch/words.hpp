// Texts as small numbers and back, in the order in which they were first met.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace watch {

class Words {
public:
    struct Met {
        std::int64_t code;
        bool first; // never met before
    };

    Met meet(std::string_view word) {
        if (const auto found = codes_.find(word); found != codes_.end())
            return {found->second, false};
        const auto code = static_cast<std::int64_t>(words_.size());
        words_.emplace_back(word);
        codes_.emplace(words_.back(), code);
        return {code, true};
    }

    [[nodiscard]] const std::string& of(std::int64_t code) const {
        return words_[static_cast<std::size_t>(code)];
    }

    [[nodiscard]] bool knows(std::string_view word) const { return codes_.contains(word); }

    [[nodiscard]] std::size_t size() const { return words_.size(); }

private:
    std::deque<std::string> words_; // a deque does not move what the table points at
    std::unordered_map<std::string_view, std::int64_t> codes_;
};

} // namespace watch
