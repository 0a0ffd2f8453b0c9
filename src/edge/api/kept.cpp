#include "edge/api/kept.hpp"

#include <algorithm>

namespace api {
namespace {

// Beyond this all are forgotten; what is asked often is soon kept again.
constexpr std::size_t bytes_most = 64U << 20U;

std::string key_of(const Call& call, base::Date today) {
    std::string key(call.request.path);
    key += '?';
    key += call.request.query;
    key += call.language == http::Language::en ? "\nen " : "\nzh ";
    key += std::to_string(call.actor.party.value);
    key += ' ';
    key += base::json::enum_name(call.actor.kind);
    key += ' ';
    key += today.text();
    return key;
}

} // namespace

KeptAnswers::KeptAnswers(const Endpoints& endpoints, store::Database* database)
    : newest_(std::make_shared<Newest>()) {
    for (const auto& endpoint : endpoints.list()) {
        for (const auto& module : endpoint.kept_by)
            (*newest_)[module] = 0;
    }
    if (database == nullptr || newest_->empty()) return;
    database->listen([newest = newest_](std::span<const store::Event> events) {
        for (const auto& event : events) {
            const auto module = std::string_view(event.kind).substr(0, event.kind.find('.'));
            const auto found = newest->find(module);
            if (found != newest->end()) found->second = event.seq;
        }
    });
}

Result<http::Response> KeptAnswers::answer(
    const Endpoint& endpoint,
    const Call& call,
    base::Date today,
    const std::function<Result<http::Response>()>& make) {
    auto key = key_of(call, today);
    // Read before the tables are: what is committed in between makes the answer stale at once.
    const auto now = newest(endpoint);
    {
        const std::scoped_lock lock(mutex_);
        const auto found = answers_.find(key);
        if (found != answers_.end() && found->second.newest == now) {
            auto response = found->second.head;
            response.fixed = found->second.body.get();
            response.keeps = found->second.body;
            return response;
        }
    }
    auto response = TRY(make());
    if (response.status == 200 && !response.live) keep(std::move(key), now, response);
    return response;
}

std::int64_t KeptAnswers::newest(const Endpoint& endpoint) const {
    std::int64_t newest = 0;
    for (const auto& module : endpoint.kept_by)
        newest = std::max(newest, newest_->find(module)->second.load());
    return newest;
}

void KeptAnswers::keep(std::string key, std::int64_t newest, const http::Response& response) {
    Answer answer{.newest = newest, .head = response, .body = {}};
    answer.head.body.clear();
    answer.body = std::make_shared<const std::string>(response.body);
    const auto size = key.size() + answer.body->size();
    const std::scoped_lock lock(mutex_);
    if (bytes_ + size > bytes_most) {
        answers_.clear();
        bytes_ = 0;
    }
    auto& place = answers_[std::move(key)];
    // A key that was there before keeps its own bytes counted; only the body is exchanged.
    bytes_ += place.body ? 0 : size;
    if (place.body) bytes_ = bytes_ - place.body->size() + answer.body->size();
    place = std::move(answer);
}

} // namespace api
