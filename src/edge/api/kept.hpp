// Answers that are kept until something they are made of changes.
#pragma once

#include "edge/api/endpoint.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace api {

// For endpoints declared kept(): asked again, they answer with the same bytes, until an event of
// one of their modules is committed or the day ends. Safe to call from many threads.
class KeptAnswers {
public:
    // Follows the commits of `database`, which may be null where only documents are made.
    KeptAnswers(const Endpoints& endpoints, store::Database* database);

    // What `make` answered when the reader's organisation last asked this, in this language and on
    // this day; or what it answers now.
    Result<http::Response> answer(
        const Endpoint& endpoint,
        const Call& call,
        base::Date today,
        const std::function<Result<http::Response>()>& make);

private:
    // The newest event of each module; the names never change.
    using Newest = std::map<std::string, std::atomic<std::int64_t>, std::less<>>;

    struct Answer {
        std::int64_t newest = 0; // event of its modules when it was made
        http::Response head;     // without a body
        std::shared_ptr<const std::string> body;
    };

    [[nodiscard]] std::int64_t newest(const Endpoint& endpoint) const;
    void keep(std::string key, std::int64_t newest, const http::Response& response);

    std::shared_ptr<Newest> newest_;
    std::mutex mutex_;
    std::unordered_map<std::string, Answer> answers_;
    std::size_t bytes_ = 0;
};

} // namespace api
