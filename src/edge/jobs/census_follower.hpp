// Keeps the census near the journal, so that whoever asks about all enterprises does not wait for
// them to be read: at the start, and after an import of thousands.
#pragma once

#include "domain/census/census.hpp"

#include <condition_variable>
#include <memory>
#include <thread>

namespace jobs {

class CensusFollower {
public:
    // Listens to the database from here on.
    CensusFollower(store::Database& database, census::Census& census);
    ~CensusFollower();
    CensusFollower(const CensusFollower&) = delete;
    CensusFollower& operator=(const CensusFollower&) = delete;

    void start(); // a thread that reads at once, and then at most every second

private:
    // The listener outlives the follower, since a database's listeners stay.
    struct Bell {
        std::mutex mutex;
        std::condition_variable wake;
        bool rung = true;
        bool stopping = false;
    };

    bool wait();
    void work();

    census::Census& census_;
    std::shared_ptr<Bell> bell_;
    std::thread thread_;
};

} // namespace jobs
