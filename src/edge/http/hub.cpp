#include "edge/http/hub.hpp"

#include <algorithm>

namespace http {

void Subscriber::offer(const Signal& signal) {
    auto data = view_(signal);
    if (data.empty()) return;
    auto line = "event: change\ndata: " + data + "\n\n";
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    if (lines_.size() == live_waiting_most) {
        closed_ = true;
        lines_.clear();
    } else {
        lines_.push_back(std::move(line));
    }
    if (wake_) wake_();
}

void Subscriber::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (wake_) wake_();
}

std::string Subscriber::take() {
    const std::lock_guard lock(mutex_);
    std::string all;
    for (const auto& line : lines_)
        all += line;
    lines_.clear();
    return all;
}

bool Subscriber::closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
}

void Subscriber::on_news(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

std::shared_ptr<Subscriber> Hub::subscribe(Subscriber::View view, Subscriber::Alive alive) {
    auto subscriber = std::make_shared<Subscriber>(std::move(view), std::move(alive));
    const std::lock_guard lock(mutex_);
    std::erase_if(subscribers_, [](const auto& each) { return each.expired(); });
    subscribers_.push_back(subscriber);
    if (closed_) subscriber->close();
    return subscriber;
}

void Hub::publish(const Signal& signal) {
    std::vector<std::shared_ptr<Subscriber>> all;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& each : subscribers_) {
            if (auto subscriber = each.lock()) all.push_back(std::move(subscriber));
        }
    }
    for (const auto& subscriber : all)
        subscriber->offer(signal);
}

std::int64_t Hub::clients() const {
    const std::lock_guard lock(mutex_);
    return std::ranges::count_if(subscribers_, [](const auto& each) {
        const auto subscriber = each.lock();
        return subscriber && !subscriber->closed();
    });
}

void Hub::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& each : subscribers_) {
        if (const auto subscriber = each.lock()) subscriber->close();
    }
}

} // namespace http
