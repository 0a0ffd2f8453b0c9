#include "engine/watch/order.hpp"

#include "base/result.hpp"

namespace watch {

std::size_t Ordered::chunk_of(std::int64_t value) const {
    const auto found = std::partition_point(
        chunks_.begin(), chunks_.end(), [&](const auto& chunk) { return chunk.back() < value; });
    return static_cast<std::size_t>(found - chunks_.begin());
}

void Ordered::insert(std::int64_t value) {
    ++size_;
    if (chunks_.empty()) {
        chunks_.push_back({value});
        return;
    }
    const auto index = std::min(chunk_of(value), chunks_.size() - 1);
    auto& chunk = chunks_[index];
    chunk.insert(std::ranges::lower_bound(chunk, value), value);
    if (chunk.size() <= chunk_most) return;
    const auto middle = chunk.begin() + static_cast<std::ptrdiff_t>(chunk.size() / 2);
    std::vector<std::int64_t> upper(middle, chunk.end());
    chunk.erase(middle, chunk.end());
    chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(index) + 1, std::move(upper));
}

void Ordered::remove(std::int64_t value) {
    const auto index = chunk_of(value);
    base::ensure(index < chunks_.size(), "a value leaves a window it never entered");
    auto& chunk = chunks_[index];
    const auto found = std::ranges::lower_bound(chunk, value);
    base::ensure(found != chunk.end() && *found == value, "a value leaves a window twice");
    chunk.erase(found);
    if (chunk.empty()) chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(index));
    --size_;
}

std::int64_t Ordered::at(std::size_t rank) const {
    std::size_t index = 0;
    while (rank >= chunks_[index].size())
        rank -= chunks_[index++].size();
    return chunks_[index][rank];
}

void LastSeen::grow(std::uint64_t first) {
    auto before = std::move(cells_);
    std::size_t kept = 0;
    for (const auto& cell : before) {
        if (cell.place != never && cell.place >= first) ++kept;
    }
    std::size_t size = 4;
    while (size < kept * 2 + 2)
        size *= 2;
    cells_.assign(size, Cell{});
    used_ = kept;
    for (const auto& cell : before) {
        if (cell.place != never && cell.place >= first) cells_[slot(cell.word)] = cell;
    }
}

std::vector<std::pair<std::int64_t, std::int64_t>> Keys::listed() const {
    std::vector<std::pair<std::int64_t, std::int64_t>> all(size_);
    for (const auto& cell : cells_) {
        if (cell.slot != absent) all[cell.slot] = {cell.a, cell.b};
    }
    return all;
}

std::uint32_t Keys::add(std::int64_t a, std::int64_t b) {
    if ((std::size_t{size_} + 1) * 2 > cells_.size()) {
        auto before = std::move(cells_);
        cells_.assign(std::max<std::size_t>(16, before.size() * 2), Cell{});
        for (const auto& cell : before) {
            if (cell.slot != absent) cells_[place(cell.a, cell.b)] = cell;
        }
    }
    auto& cell = cells_[place(a, b)];
    if (cell.slot == absent) cell = {a, b, size_++};
    return cell.slot;
}

} // namespace watch
