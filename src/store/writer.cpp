#include "store/writer.hpp"

#include "base/log.hpp"
#include "store/faults.hpp"
#include "store/file.hpp"
#include "store/journal.hpp"

namespace store {
namespace {

constexpr std::size_t command_id_most = 128;
constexpr std::int64_t log_step = 16 << 20; // bytes

bool is_command_id(std::string_view id) {
    const auto printable = [](char letter) { return letter >= ' ' && letter <= '~'; };
    return !id.empty() && id.size() <= command_id_most && std::ranges::all_of(id, printable);
}

struct Thrown {
    SqlFault::Kind kind = SqlFault::Kind::statement;
    std::string what;
};

Thrown look_at(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const SqlFault& fault) {
        return {.kind = fault.kind(), .what = fault.what()};
    } catch (const std::exception& fault) {
        return {.what = fault.what()};
    } catch (...) {
        return {.what = "not an exception of the standard kind"};
    }
}

// What a command that threw is answered; the log has the rest.
base::Error explain(const std::string& id, const std::exception_ptr& thrown) {
    auto [kind, what] = look_at(thrown);
    base::log::error("store.fault", {{"command", id}, {"detail", what}});
    if (kind == SqlFault::Kind::statement) return faults::fault(std::move(what));
    return faults::unavailable(std::move(what));
}

std::function<bool()> flush_of(Connection& connection, const Options& options) {
    if (options.flush) return options.flush;
    if (options.durable) return connection.log_flush();
    return [] { return true; };
}

} // namespace

Writer::Writer(
    Connection& connection,
    const Projections& projections,
    const base::Clock& clock,
    const Options& options)
    : connection_(connection)
    , projections_(projections)
    , clock_(clock)
    , log_(options.durable ? options.file.string() + "-wal" : std::string())
    , batch_most_(std::max<std::size_t>(options.batch_most, 1))
    , queue_most_(options.queue_most)
    , settling_(flush_of(connection, options)) {
    // A commit leaves flushing to `settling_`; going back into the file, the log is flushed before
    // it is read and the file after it is written, as ever.
    if (options.durable) connection_.script("pragma synchronous=normal");
    answers_.load(connection_);
    make_room();
    thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    something_waits_.notify_one();
    thread_.join();
}

std::optional<Writer::Place> Writer::queue(Job& job) {
    Place place;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_ >= queue_most_) return std::nullopt;
        if (turns_.empty() || turns_.back()->alone || turns_.back()->jobs.size() >= batch_most_) {
            turns_.push_back(std::make_shared<Turn>());
        }
        const auto& turn = turns_.back();
        place = {turn, turn->jobs.size()};
        turn->jobs.push_back(std::move(job));
        first = waiting_++ == 0;
    }
    if (first) something_waits_.notify_one();
    return place;
}

base::Result<Receipt> Writer::wait(const Place& place) {
    place.turn->over.wait();
    return *std::move(place.turn->jobs[place.index].answer);
}

base::Result<Receipt> Writer::write(const Command& command, Database::Work work) {
    ensure_not_working();
    if (!is_command_id(command.id)) return faults::command_id();
    Job job;
    job.command = command;
    job.work = std::move(work);
    const auto place = queue(job);
    return place ? wait(*place) : faults::busy();
}

void Writer::submit(Command command, Database::Work work, Database::Done done) {
    if (!is_command_id(command.id)) return done(faults::command_id());
    Job job;
    job.command = std::move(command);
    job.work = std::move(work);
    job.done = std::move(done);
    if (!queue(job)) job.done(faults::busy());
}

base::Result<> Writer::chore(Chore chore) {
    ensure_not_working();
    Job job;
    job.chore = std::move(chore);
    const auto place = queue(job);
    if (!place) return faults::busy();
    TRY(wait(*place));
    return {};
}

void Writer::ensure_elsewhere() const {
    base::ensure(!settling_.is_here(), "an answer or a listener does not wait for the store");
}

void Writer::ensure_not_working() const {
    ensure_elsewhere();
    const bool here = std::this_thread::get_id() == thread_.get_id();
    base::ensure(!here, "the writer thread does not wait for itself");
}

void Writer::alone(Chore chore) {
    ensure_not_working();
    auto turn = std::make_shared<Turn>();
    turn->alone = std::move(chore);
    {
        const std::lock_guard lock(mutex_);
        turns_.push_back(turn);
        ++waiting_;
    }
    something_waits_.notify_one();
    turn->over.wait();
    if (turn->escaped) std::rethrow_exception(turn->escaped);
}

void Writer::listen(Listener listener) {
    const std::lock_guard lock(listeners_mutex_);
    listeners_.push_back(std::move(listener));
}

void Writer::loop() {
    while (const auto turn = next()) {
        if (turn->alone) {
            settling_.drain();
            try {
                memory_.forget();
                turn->alone(connection_);
            } catch (...) {
                turn->escaped = std::current_exception();
            }
            turn->over.open();
        } else {
            commit(turn);
        }
        make_room();
    }
}

std::shared_ptr<Writer::Turn> Writer::next() {
    std::unique_lock lock(mutex_);
    something_waits_.wait(lock, [this] { return stopping_ || !turns_.empty(); });
    if (turns_.empty()) return nullptr;
    auto turn = std::move(turns_.front());
    turns_.pop_front();
    waiting_ -= turn->alone ? 1 : turn->jobs.size();
    return turn;
}

bool Writer::others_wait() {
    const std::lock_guard lock(mutex_);
    return !turns_.empty();
}

void Writer::commit(const std::shared_ptr<Turn>& turn) {
    Transaction::Batch batch{
        .projections = projections_, .memory = memory_, .seq = 0, .events = {}};
    try {
        recover();
        connection_.run("begin immediate", {});
        batch.seq = journal::last_seq(connection_);
        for (std::size_t i = 0; i < turn->jobs.size(); ++i)
            decide(*turn, i, batch);
        settling_.expect();
        connection_.run("commit", {});
    } catch (...) {
        give_up(*turn, batch, std::current_exception());
    }
    auto then = [this, turn, events = std::move(batch.events)](bool durable) mutable {
        end(*turn, std::move(events), durable);
    };
    // Going to another thread and back takes a lone command longer than it gains.
    if (turn->jobs.size() > 1 || others_wait()) return settling_.hand_over(std::move(then));
    settling_.settle(std::move(then));
}

// A turn that the disk refused stands in the tables, and the next would stand on it. Once all of
// the log is back in the file, and the file flushed, it is durable after all.
void Writer::recover() {
    if (!settling_.refused()) return;
    settling_.drain();
    if (!connection_.empty_log())
        throw SqlFault(SqlFault::Kind::lost, "the disk refused an earlier change");
    settling_.recovered();
    tell(std::exchange(untold_, {}));
}

void Writer::end(Turn& turn, std::vector<Event> events, bool durable) {
    if (durable) {
        tell(events);
    } else {
        untold_.insert(untold_.end(), events.begin(), events.end());
        for (auto& job : turn.jobs)
            job.answer.emplace(faults::unavailable("the disk refused to flush the log"));
    }
    answer(turn);
    turn.over.open();
}

// Nothing of the turn is acknowledged. The next turn tries again: a disk may be full for a while
// only.
void Writer::give_up(Turn& turn, Transaction::Batch& batch, const std::exception_ptr& thrown) {
    const auto what = look_at(thrown).what;
    base::log::error("store.commit_failed", {{"commands", turn.jobs.size()}, {"detail", what}});
    try {
        if (connection_.in_transaction()) connection_.run("rollback", {});
    } catch (const SqlFault& fault) {
        base::log::error("store.rollback_failed", {{"detail", fault.what()}});
    }
    batch.events.clear();
    memory_.forget();
    for (auto& job : turn.jobs)
        job.answer.emplace(faults::unavailable(what));
}

// Whatever this command does, the others of the turn do not see it fail.
//
// A savepoint a command cost a third of a small command's time, and commands that fail have rarely
// written by then. So the first of a turn that has takes the whole turn back, what came before it
// is done again from its events, and from then on every command of the turn has a savepoint.
void Writer::decide(Turn& turn, std::size_t index, Transaction::Batch& batch) {
    auto& job = turn.jobs[index];
    const auto seq = batch.seq;
    const auto events = batch.events.size();
    const auto take_back = [&] {
        if (batch.seq != seq) memory_.forget(); // something was applied
        batch.seq = seq;
        batch.events.resize(events);
        if (turn.careful) return connection_.undo();
        if (!connection_.written()) return;
        turn.careful = true;
        do_again(turn, index, batch);
    };
    if (turn.careful) {
        connection_.mark();
    } else {
        connection_.watch();
    }
    std::exception_ptr thrown;
    try {
        job.answer.emplace(attempt(job, batch));
    } catch (...) {
        // A fault by which the engine gave up the whole transaction is the turn's.
        if (!connection_.in_transaction()) throw;
        thrown = std::current_exception();
    }
    if (!thrown && *job.answer) return connection_.keep();
    take_back();
    if (thrown) job.answer.emplace(explain(job.command.id, thrown));
    if (job.refused) remember(job, *job.answer, clock_.now());
}

void Writer::remember(Job& job, const base::Result<Receipt>& answer, base::Instant at) {
    answers_.remember(connection_, job.command, answer, at);
    job.remembered_at = at;
}

// The first `count` jobs, whose events and answers are known, in a transaction begun anew. Events
// say all that they changed: a rebuild makes the same tables from them.
void Writer::do_again(Turn& turn, std::size_t count, Transaction::Batch& batch) {
    connection_.run("rollback", {});
    connection_.run("begin immediate", {});
    memory_.forget();
    Transaction transaction(connection_, batch, {}, Command{});
    const auto jobs = std::span(turn.jobs).first(count);
    auto job_of = jobs.begin();
    const Event* before = nullptr;
    for (const auto& event : batch.events) {
        const auto done = projections_.again(transaction, event);
        base::ensure(done.has_value(), "an event that was applied is applied again");
        const bool first = before == nullptr || before->command != event.command;
        if (first)
            job_of = std::ranges::find(
                job_of, jobs.end(), event.command, [](const Job& job) -> const std::string& {
                    return job.command.id;
                });
        journal::append(connection_, event, first ? &job_of->command.digest : nullptr);
        before = &event;
    }
    for (auto& job : jobs) {
        if (job.chore) job.chore(connection_);
        if (job.remembered_at)
            answers_.remember(connection_, job.command, *job.answer, *job.remembered_at);
    }
}

base::Result<Receipt> Writer::attempt(Job& job, Transaction::Batch& batch) {
    if (job.chore) {
        job.chore(connection_);
        return Receipt{};
    }
    if (auto before = answers_.find(connection_, job.command)) return *std::move(before);
    const auto events = batch.events.size();
    const auto at = clock_.now();
    batch.digest = &job.command.digest;
    Transaction transaction(connection_, batch, at, job.command);
    auto subject = job.work(transaction);
    if (!subject) {
        job.refused = Answers::is_final(subject.error());
        return std::move(subject).error();
    }
    const auto left = std::span(batch.events).subspan(events);
    const Receipt receipt{
        .seq = left.empty() ? 0 : left.back().seq, .subject = *std::move(subject), .at = at};
    if (Answers::is_line(receipt, left)) {
        answers_.remember_line(left[0]);
    } else {
        remember(job, receipt, at);
    }
    return receipt;
}

void Writer::tell(std::span<const Event> events) {
    if (events.empty()) return;
    const std::lock_guard lock(listeners_mutex_);
    for (const auto& listener : listeners_) {
        try {
            listener(events);
        } catch (...) {
            base::log::error(
                "store.listener_threw", {{"detail", look_at(std::current_exception()).what}});
        }
    }
}

void Writer::answer(Turn& turn) {
    for (auto& job : turn.jobs) {
        if (!job.done) continue;
        try {
            job.done(*std::move(job.answer));
        } catch (...) {
            base::log::error(
                "store.answer_threw", {{"detail", look_at(std::current_exception()).what}});
        }
    }
}

// A file that grows has its new size synced at every commit, beside the data: on the disk where it
// was measured that took four times as long as overwriting. So the log is kept longer than what is
// written to it; SQLite takes the zeros for the end.
void Writer::make_room() {
    const auto wanted = connection_.log_bytes() + log_step / 2;
    if (log_.empty() || wanted <= log_room_) return;
    log_room_ = wanted + log_step / 2;
    if (const auto done = lengthen(log_, log_room_); !done)
        base::log::warn("store.log_room", {{"detail", done.error().detail}});
}

} // namespace store
