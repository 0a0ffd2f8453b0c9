// Imports in the background: one at a time, each watched by its progress and stoppable until it
// writes.
#pragma once

#include "domain/intake/intake.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace jobs {

class Imports {
public:
    // Uploaded files are kept in `folder` while their import runs. Call Intake::mend() before
    // making this.
    Imports(intake::Intake& intake, std::filesystem::path folder);
    ~Imports(); // cancels what runs and what waits
    Imports(const Imports&) = delete;
    Imports& operator=(const Imports&) = delete;

    struct Upload {
        intake::Kind kind = intake::Kind::facts;
        intake::File file; // moved into the folder
        bool skip_rejected = false;
    };

    // Opens the import and queues it; the id comes back at once.
    base::Result<base::Id<base::Import>> start(const store::Command& command, const Upload& upload);
    // 0 … 1,000,000 for one that waits or runs here; nothing for one that has ended.
    [[nodiscard]] std::optional<base::Rate> progress(base::Id<base::Import> id) const;
    // False when it has ended, or was never here.
    bool cancel(base::Id<base::Import> id);

private:
    struct Waiting {
        base::Actor actor;
        intake::Intake::Run run;
        std::shared_ptr<intake::Progress> progress;
    };

    void work();

    intake::Intake& intake_;
    std::filesystem::path folder_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Waiting> queue_;
    std::map<base::Id<base::Import>, std::shared_ptr<intake::Progress>> known_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace jobs
