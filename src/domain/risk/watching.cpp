#include "domain/risk/watching.hpp"

#include "base/digest.hpp"
#include "domain/risk/windows.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <fstream>

namespace risk {
namespace {

constexpr std::size_t name_digits = 16;        // of the rules' digest
constexpr std::size_t piece_bytes = 4U << 20U; // of records in one command
constexpr std::size_t refused_shown = 20;

base::Error no_rules() {
    return base::rejected(
        "risk.no_rules",
        {"政策包没有交易监测规则。", "The pack has no rules to watch payments by."},
        {"请系统管理员补充 watch/ 目录。", "Have the pack's folder watch/ completed."});
}

base::Error no_records(const std::filesystem::path& file) {
    return base::unavailable(
        "risk.records",
        {"读不了监测记录“" + file.string() + "”。",
         "The records “" + file.string() + "” cannot be read."},
        {"请系统管理员检查数据目录。", "Have the data folder looked at."});
}

// Up to `most` bytes from there, whole lines only.
Result<std::string> lines_from(const std::filesystem::path& file, std::int64_t from) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return no_records(file);
    in.seekg(from);
    std::string bytes(piece_bytes, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    bytes.resize(bytes.rfind('\n') + 1); // npos + 1: none
    return bytes;
}

} // namespace

Watching::Watching(
    store::Database& database, const pack::Policy& policy, Risks& risks, Settings settings)
    : database_(database)
    , policy_(policy)
    , risks_(risks)
    , settings_(std::move(settings)) {}

Result<> Watching::open() {
    const std::scoped_lock feeding(feeding_);
    return ready();
}

void Watching::keep(const watch::Given& given, const watch::Watch& watch) {
    const auto word = [&](std::size_t field) {
        const auto code = given.fields[field];
        return code == watch::nothing ? std::string_view() : watch.words().of(code);
    };
    past_->add(
        {.id = given.id,
         .time_ms = given.time_ms,
         .payer = word(0),
         .payee = word(1),
         .amount = given.fields[2] == watch::nothing ? 0 : given.fields[2],
         .kind = word(3)});
}

// Brings a former stream's rows under these rules; what they record of them is passed over.
Result<> Watching::carry(const std::string& former, const std::filesystem::path& folder) {
    const auto made = TRY(stream::Stream::open({.folder = folder}, *book_));
    const auto from = settings_.folder / former;
    const auto take = [&](const watch::Given& given) -> Result<> {
        made->take(given);
        if (made->waiting() < settings_.group) return {};
        return made->commit();
    };
    TRY(stream::each_event(from, made->watch(), take));
    TRY(made->keep());
    std::error_code error;
    const auto bytes = std::filesystem::file_size(made->decisions_file(), error);
    if (error) return no_records(made->decisions_file());
    TRY(risks_.raise(
        store::Command::internal("risk.carry:" + name_ + ":" + former + ":" + base::random_hex(4)),
        {.warnings = {},
         .continued = {},
         .superseded = {},
         .reached =
             Reached{
                 .stream = name_,
                 .bytes = static_cast<std::int64_t>(bytes),
                 .events = static_cast<std::int64_t>(made->watch().tally().events),
                 .at = {}},
         .turned = {}}));
    return {};
}

Result<> Watching::ready() {
    if (stream_) return {};
    if (!std::filesystem::is_directory(settings_.rules)) return no_rules();
    const auto book = TRY(watch::load(settings_.rules));
    const auto probe = TRY(watch::Watch::make(book));
    {
        const std::unique_lock lock(mutex_);
        book_ = book;
        past_ = std::make_unique<watch::Past>();
    }
    name_ = probe->digest().substr(0, name_digits);
    const auto folder = settings_.folder / name_;
    const auto find = [&] {
        return database_.read([&](const store::Snapshot& db) {
            return std::pair(reached(db, name_), newest_stream(db));
        });
    };
    auto [mark, newest] = find();
    if (!mark && newest) {
        TRY(carry(newest->stream, folder));
        mark = find().first;
    }
    reached_ = mark.value_or(Reached{.stream = name_, .bytes = 0, .events = 0, .at = {}});
    TRY(stream::each_event(folder, *probe, [&](const watch::Given& given) -> Result<> {
        const std::unique_lock lock(mutex_);
        keep(given, *probe);
        return {};
    }));
    stream_ = TRY(stream::Stream::open({.folder = folder}, book));
    Batch batch;
    TRY(settle(base::Actor::platform(), batch));
    return {};
}

void Watching::tell() {
    const std::unique_lock lock(mutex_);
    standing_.ready = true;
    standing_.rules = stream_->watch().digest();
    standing_.tally = stream_->watch().tally();
    standing_.events = static_cast<std::int64_t>(standing_.tally.events);
    if (const auto at = stream_->watch().watermark_ms(); at != watch::nothing)
        standing_.watermark = Instant{at};
}

Result<> Watching::settle(const base::Actor& actor, Batch& batch) {
    if (const auto done = stream_->commit(); !done) {
        stream_.reset(); // what the disk holds is known upon opening alone
        return done.error();
    }
    tell();
    return raise_all(actor, batch);
}

Result<> Watching::raise_all(const base::Actor& actor, Batch& batch) {
    for (;;) {
        const auto lines = TRY(lines_from(stream_->decisions_file(), reached_.bytes));
        if (lines.empty()) return {};
        const auto upto = reached_.bytes + static_cast<std::int64_t>(lines.size());
        TRY(raise_piece(actor, lines, upto, batch));
    }
}

Result<> Watching::raise_piece(
    const base::Actor& actor, std::string_view lines, std::int64_t upto, Batch& batch) {
    Risks::Wish wish;
    std::map<std::pair<std::string, std::string>, Warning> continued; // the last of each
    while (!lines.empty()) {
        const auto line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(line.size() + 1);
        if (line.starts_with(R"({"kind":"superseded")")) {
            const auto told = TRY(base::json::from_text<watch::Superseded>(line));
            wish.superseded.push_back({name_, told.event, told.by});
        }
        const bool seen =
            line.contains(R"("action":"alert")") || line.contains(R"("action":"snoozed")");
        if (!seen || !line.starts_with(R"({"kind":"decision")")) continue;
        const auto decision = TRY(base::json::from_text<watch::Decision>(line));
        auto warning = warning_of(decision);
        if (decision.action == watch::Action::alert) {
            wish.warnings.push_back(std::move(warning));
        } else if (decision.action == watch::Action::snoozed) {
            continued.insert_or_assign({warning.rule, warning.subject}, std::move(warning));
        }
    }
    for (auto& [what, warning] : continued)
        wish.continued.push_back(std::move(warning));
    auto next = reached_;
    next.bytes = upto;
    next.events = static_cast<std::int64_t>(stream_->watch().tally().events);
    wish.reached = next;
    // Another id each time: a refusal is remembered under its id, and what it was for may be
    // mended.
    const auto id =
        "risk.follow:" + name_ + ":" + std::to_string(reached_.bytes) + ":" + base::random_hex(4);
    const auto done = TRY(risks_.raise(store::Command::internal(id, actor), wish));
    reached_ = next;
    batch.opened += done.opened;
    batch.joined += done.joined;
    return {};
}

std::vector<Payment> Watching::payments(const std::vector<std::string>& ids) const {
    const std::shared_lock lock(mutex_);
    std::vector<Payment> found;
    for (const auto& id : ids) {
        const auto deal = past_->find(id);
        if (!deal) continue;
        found.push_back(
            {.id = id,
             .at = {deal->time_ms},
             .payer = std::string(deal->payer),
             .payee = std::string(deal->payee),
             .amount = {deal->amount},
             .kind = std::string(deal->kind)});
    }
    return found;
}

Warning Watching::warning_of(const watch::Decision& decision) const {
    Warning made;
    made.key = name_ + ":" + std::to_string(decision.number) + ":" + decision.typology;
    made.source = Source::transactions;
    made.rule = decision.typology;
    made.label = decision.label;
    made.rules = name_;
    made.subject = decision.subject.empty() ? "—" : decision.subject;
    if (const auto at = Instant::parse(decision.time)) made.at = *at;
    made.event = decision.event;
    made.score = decision.score;
    const auto day = policy_.zone().date(made.at);
    for (const auto& outcome : decision.rules) {
        const auto told = stream_->watch().explain(outcome, day);
        if (!told) continue;
        Window like;
        like.rule = outcome.rule;
        like.rule_label = outcome.label;
        like.shadow = outcome.shadow;
        add_windows(told->clauses, like, made.windows);
    }
    made.payments = payments(decision.evidence);
    made.payments_all = static_cast<std::int64_t>(decision.evidence.size());
    std::ranges::stable_sort(made.payments, {}, [](const Payment& each) { return each.at.ms; });
    if (made.payments.size() > payments_most)
        made.payments.erase(
            made.payments.begin(),
            made.payments.end() - static_cast<std::ptrdiff_t>(payments_most));
    return made;
}

Result<Batch> Watching::take(
    const base::Actor& actor, table::RowSource& rows, watch::Mapping mapping) {
    const std::scoped_lock feeding(feeding_);
    TRY(ready());
    const auto book = this->book();
    mapping.needs_id = true;
    mapping.zone_minutes = book->zone_minutes;
    auto feed = TRY(watch::Feed::open(rows, stream_->watch(), *book, std::move(mapping)));
    Batch batch;
    const auto late = stream_->watch().tally().too_late;
    watch::Given given;
    watch::Refused refused;
    Result<> ended;
    for (;;) {
        const auto next = feed.next(given, refused);
        if (!next) ended = next.error(); // what came before it is taken
        if (!next || *next == watch::Feed::Next::end) break;
        if (*next == watch::Feed::Next::refused) {
            ++batch.refused;
            if (batch.first_refused.size() < refused_shown) batch.first_refused.push_back(refused);
        } else if (!stream_->take(given)) {
            ++batch.known;
        } else {
            ++batch.events;
            const std::unique_lock lock(mutex_);
            keep(given, stream_->watch());
        }
        if (stream_->waiting() >= settings_.group) TRY(settle(actor, batch));
    }
    TRY(settle(actor, batch));
    TRY(std::move(ended));
    batch.too_late = static_cast<std::int64_t>(stream_->watch().tally().too_late - late);
    return batch;
}

Watching::Standing Watching::standing() const {
    const std::shared_lock lock(mutex_);
    return standing_;
}

std::optional<watch::Book> Watching::book() const {
    const std::shared_lock lock(mutex_);
    return book_;
}

watch::Past::Web Watching::around(const watch::Past::Asked& asked) const {
    const std::shared_lock lock(mutex_);
    return past_->around(asked);
}

} // namespace risk
