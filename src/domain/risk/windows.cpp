#include "domain/risk/windows.hpp"

namespace risk {

void add_windows(
    const std::vector<rule::Clause>& clauses, const Window& like, std::vector<Window>& windows) {
    for (const auto& clause : clauses) {
        auto& window = windows.emplace_back(like);
        for (const auto& used : clause.used) {
            const bool first = window.looked_at.zh.empty();
            window.looked_at.zh += (first ? "" : "、") + used.label.zh;
            window.looked_at.en += (first ? "" : ", ") + used.label.en;
        }
        window.value = clause.value;
        // A clause that is a yes or no by itself has no bound to stand beside.
        if (window.value.zh.empty() && clause.used.size() == 1)
            window.value = clause.used.front().shown;
        window.bound = clause.bound;
        window.sentence = clause.sentence;
        window.holds = clause.outcome == rule::Outcome::holds;
    }
}

} // namespace risk
