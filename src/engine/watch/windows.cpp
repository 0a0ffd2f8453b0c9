#include "engine/watch/windows.hpp"

#include "engine/watch/keyed.hpp"

namespace watch {

Windows::Windows(
    std::vector<Series> series, const std::vector<Feature>& features, std::int64_t lateness_ms)
    : lateness_ms_(lateness_ms) {
    base::ensure(series.size() <= series_most, "more series than an event can belong to");
    for (auto& each : series)
        series_.push_back(std::make_unique<Keyed>(std::move(each), lateness_ms));
    for (std::size_t place = 0; place < features.size(); ++place)
        series_[features[place].series]->add(features[place], place);
    for (auto& each : series_) {
        each->arrange();
        longest_ms_ = std::max(longest_ms_, each->longest_ms());
    }
}

Windows::Windows(Windows&&) noexcept = default;
Windows& Windows::operator=(Windows&&) noexcept = default;
Windows::~Windows() = default;

Taken Windows::take(
    const Event& event, std::span<Reading> readings, std::vector<std::uint64_t>& superseded) {
    superseded.clear();
    if (watermark_ms_ != nothing && event.time_ms < watermark_ms_ - lateness_ms_)
        return Taken::too_late;
    if (watermark_ms_ == nothing || event.time_ms > watermark_ms_) {
        if (watermark_ms_ == nothing) swept_ms_ = event.time_ms;
        watermark_ms_ = event.time_ms;
    }
    bool late = event.time_ms < watermark_ms_;
    for (std::size_t i = 0; i < series_.size(); ++i) {
        const bool belongs = (event.belongs >> i & 1U) != 0;
        late |= series_[i]->take(event, belongs, watermark_ms_, readings, superseded);
    }
    if (!superseded.empty()) {
        std::ranges::sort(superseded);
        const auto rest = std::ranges::unique(superseded);
        superseded.erase(rest.begin(), rest.end());
    }
    if (watermark_ms_ - swept_ms_ > (longest_ms_ + lateness_ms_) / 2 + 1) forget();
    return late ? Taken::late : Taken::in_order;
}

void Windows::prefetch(const Event& event, Ahead ahead) const {
    for (const auto& each : series_)
        each->prefetch(event, ahead);
}

std::vector<std::uint64_t> Windows::inside(const Feature& feature, const Event& event) {
    std::vector<std::uint64_t> numbers;
    series_[feature.series]->inside(feature.length_ms, event, numbers);
    std::ranges::sort(numbers);
    return numbers;
}

void Windows::forget() {
    for (auto& each : series_)
        each->forget(watermark_ms_);
    swept_ms_ = watermark_ms_;
}

void Windows::write(ByteWriter& out) const {
    out.whole(watermark_ms_);
    out.whole(swept_ms_);
    for (const auto& each : series_)
        each->write(out, watermark_ms_);
}

bool Windows::read(ByteReader& in, const Bounds& bounds) {
    watermark_ms_ = in.whole();
    swept_ms_ = in.whole();
    const bool begun =
        possible_time(watermark_ms_) && possible_time(swept_ms_) && swept_ms_ <= watermark_ms_;
    if (!begun && (watermark_ms_ != nothing || swept_ms_ != nothing)) return false;
    return std::ranges::all_of(
        series_, [&](auto& each) { return each->read(in, watermark_ms_, bounds); });
}

} // namespace watch
