// The one thread that writes. What is waiting when it comes round makes a turn: one durable
// transaction, one answer to everybody in it. While a turn is on its way to the disk, the next one
// is decided.
#pragma once

#include "store/answers.hpp"
#include "store/batch.hpp"
#include "store/gate.hpp"
#include "store/settling.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace store {

class Writer {
public:
    using Chore = std::move_only_function<void(Connection&)>;
    using Listener = std::function<void(std::span<const Event>)>;

    Writer(
        Connection& connection,
        const Projections& projections,
        const base::Clock& clock,
        const Options& options);
    ~Writer(); // after everything that waits is done

    base::Result<Receipt> write(const Command& command, Database::Work work);
    void submit(Command command, Database::Work work, Database::Done done);
    // A write of the store itself, in a turn with others; it is not a command and appends no event.
    base::Result<> chore(Chore chore);
    // A turn of its own, outside of any transaction.
    void alone(Chore chore);
    void listen(Listener listener);

    // For readers, before they give out what they read: until it is on the disk.
    void await_disk() const { settling_.await(); }

    void ensure_elsewhere() const; // than inside of a `done` or listener, which all others wait for

private:
    struct Job {
        Command command;
        Database::Work work;
        Database::Done done;
        Chore chore; // instead of `work`
        std::optional<base::Result<Receipt>> answer;
        bool refused = false;                       // by its own work, for good
        std::optional<base::Instant> remembered_at; // when its answer became a row
    };

    struct Turn {
        std::vector<Job> jobs;
        bool careful = false;       // each job has a savepoint of its own
        Chore alone;                // instead of jobs
        std::exception_ptr escaped; // from `alone`
        Gate over;
    };

    struct Place {
        std::shared_ptr<Turn> turn;
        std::size_t index = 0;
    };

    std::optional<Place> queue(Job& job); // takes the job, or nothing when too many wait
    static base::Result<Receipt> wait(const Place& place);
    void ensure_not_working() const; // nor inside of a `work`
    void loop();
    std::shared_ptr<Turn> next();
    bool others_wait();
    void commit(const std::shared_ptr<Turn>& turn);
    void recover();
    void end(Turn& turn, std::vector<Event> events, bool durable);
    void decide(Turn& turn, std::size_t index, Transaction::Batch& batch);
    base::Result<Receipt> attempt(Job& job, Transaction::Batch& batch);
    void remember(Job& job, const base::Result<Receipt>& answer, base::Instant at);
    void do_again(Turn& turn, std::size_t count, Transaction::Batch& batch);
    void give_up(Turn& turn, Transaction::Batch& batch, const std::exception_ptr& thrown);
    void tell(std::span<const Event> events);
    static void answer(Turn& turn);
    void make_room();

    Connection& connection_;
    const Projections& projections_;
    const base::Clock& clock_;
    Answers answers_; // the writer thread's own, as is the next
    Memory memory_{Memory::Purpose::commands};
    // The write-ahead log's file, and how long it is; none when nothing has to be durable.
    std::filesystem::path log_;
    std::int64_t log_room_ = 0;
    std::size_t batch_most_;
    std::size_t queue_most_;

    std::mutex mutex_;
    std::condition_variable something_waits_;
    std::deque<std::shared_ptr<Turn>> turns_; // the last one is still being filled
    std::size_t waiting_ = 0;
    bool stopping_ = false;
    std::mutex listeners_mutex_;
    std::vector<Listener> listeners_;
    std::vector<Event> untold_; // of turns that the disk refused

    Settling settling_;
    std::thread thread_;
};

} // namespace store
