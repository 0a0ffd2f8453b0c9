#include "edge/jobs/imports.hpp"

#include "base/log.hpp"

namespace jobs {

using base::Id;
using base::Import;

Imports::Imports(intake::Intake& intake, std::filesystem::path folder)
    : intake_(intake)
    , folder_(std::move(folder)) {
    // What an earlier run left here belongs to imports that were never done.
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    thread_ = std::thread([this] { work(); });
}

Imports::~Imports() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        for (auto& [id, progress] : known_)
            progress->cancelled = true;
    }
    wake_.notify_all();
    thread_.join();
}

base::Result<Id<Import>> Imports::start(const store::Command& command, const Upload& upload) {
    const auto id = TRY(intake_.start(command, {.kind = upload.kind, .file = upload.file}));
    const std::scoped_lock lock(mutex_);
    if (known_.contains(id)) return id; // the same command again
    const auto place = folder_ / std::to_string(id.value);
    std::error_code error;
    std::filesystem::rename(upload.file.path, place, error);
    if (error)
        std::filesystem::copy_file(
            upload.file.path, place, std::filesystem::copy_options::overwrite_existing);
    auto progress = std::make_shared<intake::Progress>();
    known_.emplace(id, progress);
    queue_.push_back(
        {.actor = command.actor,
         .run =
             {.import = id,
              .file = {.path = place, .name = upload.file.name},
              .skip_rejected = upload.skip_rejected},
         .progress = std::move(progress)});
    wake_.notify_one();
    return id;
}

std::optional<base::Rate> Imports::progress(Id<Import> id) const {
    const std::scoped_lock lock(mutex_);
    const auto found = known_.find(id);
    if (found == known_.end()) return std::nullopt;
    return base::Rate{found->second->done_ppm.load()};
}

bool Imports::cancel(Id<Import> id) {
    const std::scoped_lock lock(mutex_);
    const auto found = known_.find(id);
    if (found == known_.end()) return false;
    found->second->cancelled = true;
    return true;
}

void Imports::work() {
    for (;;) {
        Waiting next;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            next = std::move(queue_.front());
            queue_.pop_front();
        }
        const auto id = next.run.import;
        try {
            const auto done = intake_.run(next.actor, next.run, *next.progress);
            if (!done)
                base::log::warn(
                    "jobs.import_failed", {{"import", id}, {"code", done.error().code}});
        } catch (const std::exception& fault) {
            // A fault of the machine: the import's row stays running and the next start marks it as
            // refused.
            base::log::error("jobs.import_fault", {{"import", id}, {"what", fault.what()}});
        }
        std::error_code ignored;
        std::filesystem::remove(next.run.file.path, ignored);
        const std::scoped_lock lock(mutex_);
        known_.erase(id);
    }
}

} // namespace jobs
