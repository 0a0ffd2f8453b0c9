#include "engine/graph/cut.hpp"

#include "engine/graph/parts.hpp"

#include <algorithm>
#include <numeric>
#include <queue>

namespace graph {
namespace {

// Ties counted first, then 分.
struct Cost {
    std::size_t ties = 0;
    std::int64_t fen = 0;
    friend auto operator<=>(const Cost&, const Cost&) = default;
};

// The smallest hitting set by branch and bound. A circle that is whole must lose one of its ties:
// each is tried, and then kept for good. Circles without a common tie bound the cost from below.
class Breaking {
public:
    Breaking(
        const Graph& graph, const Circles& all, std::span<const Place> group, std::size_t effort)
        : effort_(effort) {
        for (const auto place : group) {
            const auto& circle = all.list[place];
            ties_.insert(ties_.end(), circle.all().begin(), circle.all().end());
        }
        std::ranges::sort(ties_);
        ties_.erase(std::ranges::unique(ties_).begin(), ties_.end());
        through_.resize(ties_.size());
        for (const auto place : group) {
            auto& circle = circles_.emplace_back();
            for (const auto tie : all.list[place].all()) {
                const auto local = std::ranges::lower_bound(ties_, tie) - ties_.begin();
                circle.push_back(static_cast<Place>(local));
                through_[static_cast<std::size_t>(local)].push_back(
                    static_cast<Place>(circles_.size() - 1));
            }
        }
        for (const auto tie : ties_)
            fen_.push_back(graph.amount(graph.ties[tie]).fen);
        broken_.assign(circles_.size(), 0);
        kept_.assign(ties_.size(), 0);
        stamp_.assign(ties_.size(), 0);
    }

    Cut run() {
        const auto floor = bound();
        greedy();
        if (best_cost_ > floor) branch({});
        Cut cut{.amount = {best_cost_.fen}, .exact = !ended_};
        for (const auto tie : best_)
            cut.ties.push_back(ties_[tie]);
        std::ranges::sort(cut.ties);
        cut.at_least = cut.exact ? cut.ties.size() : floor.ties;
        return cut;
    }

private:
    void choose(Place tie, int by) {
        for (const auto circle : through_[tie])
            broken_[circle] += by;
    }

    // Takes the tie of most whole circles again and again, of several the smallest.
    void greedy() {
        struct Offer {
            std::size_t circles;
            std::int64_t fen;
            Place tie;

            bool operator<(const Offer& other) const {
                if (circles != other.circles) return circles < other.circles;
                return std::pair(fen, tie) > std::pair(other.fen, other.tie);
            }
        };

        const auto offer = [&](Place tie) {
            const auto whole = std::ranges::count_if(
                through_[tie], [&](Place circle) { return broken_[circle] == 0; });
            return Offer{static_cast<std::size_t>(whole), fen_[tie], tie};
        };
        std::priority_queue<Offer> offers;
        for (Place tie = 0; tie < ties_.size(); ++tie)
            offers.push(offer(tie));
        while (!offers.empty()) {
            const auto top = offers.top();
            offers.pop();
            const auto now = offer(top.tie);
            if (now.circles == 0) continue;
            if (now.circles < top.circles) {
                offers.push(now);
                continue;
            }
            choose(top.tie, 1);
            best_.push_back(top.tie);
            best_cost_ = {best_cost_.ties + 1, best_cost_.fen + top.fen};
        }
        for (const auto tie : best_)
            choose(tie, -1);
    }

    // What whole circles that share no tie cost in any case.
    Cost bound() {
        Cost cost;
        ++round_;
        for (std::size_t i = 0; i < circles_.size(); ++i) {
            if (broken_[i] > 0) continue;
            const auto taken = [&](Place tie) { return stamp_[tie] == round_; };
            if (std::ranges::any_of(circles_[i], taken)) continue;
            auto least = base::Money::limit_fen;
            for (const auto tie : circles_[i]) {
                stamp_[tie] = round_;
                if (kept_[tie] == 0) least = std::min(least, fen_[tie]);
            }
            cost = {cost.ties + 1, cost.fen + least};
        }
        return cost;
    }

    // The whole circle with the fewest ties to choose from; none when all are broken.
    const std::vector<Place>* narrowest() {
        const std::vector<Place>* found = nullptr;
        auto least = longest_circle + 1;
        for (std::size_t i = 0; i < circles_.size(); ++i) {
            if (broken_[i] > 0) continue;
            const auto free = static_cast<std::size_t>(
                std::ranges::count_if(circles_[i], [&](Place tie) { return kept_[tie] == 0; }));
            if (free < least) {
                least = free;
                found = &circles_[i];
            }
        }
        return found;
    }

    void branch(Cost so_far) {
        spent_ += 2 * circles_.size();
        if (spent_ > effort_) {
            ended_ = true;
            return;
        }
        const auto more = bound();
        if (Cost{so_far.ties + more.ties, so_far.fen + more.fen} >= best_cost_) return;
        const auto* circle = narrowest();
        if (circle == nullptr) {
            best_ = chosen_;
            best_cost_ = so_far;
            return;
        }
        std::vector<Place> tried;
        for (const auto tie : *circle) {
            if (kept_[tie] != 0) continue;
            choose(tie, 1);
            chosen_.push_back(tie);
            branch({so_far.ties + 1, so_far.fen + fen_[tie]});
            chosen_.pop_back();
            choose(tie, -1);
            if (ended_) break;
            kept_[tie] = 1;
            tried.push_back(tie);
        }
        for (const auto tie : tried)
            kept_[tie] = 0;
    }

    std::size_t effort_;
    std::size_t spent_ = 0;
    bool ended_ = false;
    std::vector<Place> ties_; // of the graph, by local number
    std::vector<std::int64_t> fen_;
    std::vector<std::vector<Place>> circles_; // local ties
    std::vector<std::vector<Place>> through_; // circles of each tie
    std::vector<int> broken_;                 // chosen ties of each circle
    std::vector<std::uint8_t> kept_;
    std::vector<std::uint32_t> stamp_;
    std::uint32_t round_ = 0;
    std::vector<Place> chosen_;
    std::vector<Place> best_;
    Cost best_cost_;
};

} // namespace

std::vector<Group> break_circles(const Graph& graph, const Circles& circles, std::size_t effort) {
    constexpr Place none = 0xffff'ffff;
    std::vector<Place> parents(circles.list.size());
    std::iota(parents.begin(), parents.end(), Place{0});
    std::vector<Place> first_of(graph.ties.size(), none);
    for (Place place = 0; place < parents.size(); ++place)
        for (const auto tie : circles.list[place].all()) {
            if (first_of[tie] == none) first_of[tie] = place;
            const auto one = root_of(parents, place);
            const auto other = root_of(parents, first_of[tie]);
            parents[std::max(one, other)] = std::min(one, other);
        }
    std::vector<Group> groups;
    std::vector<Place> group_of(circles.list.size(), none);
    for (Place place = 0; place < parents.size(); ++place) {
        const auto root = root_of(parents, place);
        if (group_of[root] == none) {
            group_of[root] = static_cast<Place>(groups.size());
            groups.emplace_back();
        }
        groups[group_of[root]].circles.push_back(place);
    }
    for (auto& group : groups) {
        for (const auto place : group.circles)
            for (const auto tie : circles.list[place].all())
                group.firms.push_back(graph.ties[tie].from);
        std::ranges::sort(group.firms);
        group.firms.erase(std::ranges::unique(group.firms).begin(), group.firms.end());
        group.cut = Breaking(graph, circles, group.circles, effort).run();
    }
    return groups;
}

} // namespace graph
