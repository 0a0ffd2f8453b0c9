// The county's stream of payments: rows sent as a file or as JSON, how it stands, the demo's play.
#include "domain/risk/watching.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/jobs/replay.hpp"
#include "engine/table/csv.hpp"
#include "engine/table/xlsx.hpp"

namespace api {
namespace {

using base::Money;

constexpr std::uint64_t stream_bytes_most = 512ULL << 20U;
constexpr std::uint64_t rows_bytes_most = 8ULL << 20U;
constexpr std::int64_t replay_ms = 20'000;

struct StreamFileQuery {
    std::string file;                 // its name
    std::vector<std::string> columns; // payer=付款账号, for headings nobody would guess
};
BOOST_DESCRIBE_STRUCT(StreamFileQuery, (), (file, columns))

struct PaymentIn {
    std::string id;
    Instant time;
    std::string payer; // empty: cash paid in
    std::string payee; // empty: cash paid out
    Money amount;
    std::string kind;
};
BOOST_DESCRIBE_STRUCT(PaymentIn, (), (id, time, payer, payee, amount, kind))

struct PaymentsIn {
    std::vector<PaymentIn> rows;
};
BOOST_DESCRIBE_STRUCT(PaymentsIn, (), (rows))

struct StreamView {
    bool ready = false; // rows can be sent
    std::string rules;  // digest
    std::int64_t events = 0;
    std::optional<Instant> watermark;
    std::int64_t warnings = 0;
    std::int64_t snoozed = 0;
    std::int64_t over_budget = 0; // beyond the alerts people can look at
    std::int64_t learning = 0;
    bool can_replay = false;             // a demo county whose stream is empty
    std::optional<base::Rate> replaying; // how far
};
BOOST_DESCRIBE_STRUCT(
    StreamView,
    (),
    (ready,
     rules,
     events,
     watermark,
     warnings,
     snoozed,
     over_budget,
     learning,
     can_replay,
     replaying))

// Rows that were sent as JSON, as a table.
class SentRows final : public table::RowSource {
public:
    explicit SentRows(const PaymentsIn& in)
        : in_(in) {}

    [[nodiscard]] const std::vector<std::string>& header() const override { return header_; }

    Result<bool> next(table::Row& row) override {
        if (at_ == in_.rows.size()) return false;
        const auto& each = in_.rows[at_++];
        cells_ = {
            each.id, each.time.text(), each.payer, each.payee, each.amount.yuan_text(), each.kind};
        views_.assign(cells_.begin(), cells_.end());
        row = {
            .number = static_cast<std::int64_t>(at_),
            .line = static_cast<std::int64_t>(at_),
            .cells = views_,
            .fault = {}};
        return true;
    }

private:
    const PaymentsIn& in_;
    std::size_t at_ = 0;
    std::vector<std::string> header_{"id", "time", "payer", "payee", "amount", "kind"};
    std::vector<std::string> cells_;
    std::vector<std::string_view> views_;
};

Result<watch::Mapping> mapping_of(const std::vector<std::string>& columns) {
    watch::Mapping mapping;
    for (const auto& each : columns) {
        const auto sign = each.find('=');
        if (sign == std::string::npos || sign == 0) {
            return base::invalid(
                       "watch.mapping",
                       {"“" + each + "”应写成 字段=列名。",
                        "“" + each + "” should read FIELD=HEADING."},
                       {"例如 payer=付款账号", "For example payer=Sender"})
                .at("/columns");
        }
        mapping.columns[each.substr(0, sign)] = each.substr(sign + 1);
    }
    return mapping;
}

Result<std::unique_ptr<table::RowSource>> open_sent(const Call& call) {
    auto csv = table::open_csv_file(call.request.file.string());
    if (csv || csv.error().code != "table.not_csv") return csv;
    return table::open_xlsx_file(call.request.file.string());
}

Result<risk::Watching*> watching_of(const Services& services) {
    if (services.watching != nullptr) return services.watching;
    return base::unavailable(
        "risk.no_stream",
        {"这里没有交易监测。", "No payments are watched here."},
        {"请系统管理员检查政策包的 watch/ 目录。", "Have the pack's folder watch/ looked at."});
}

StreamView stream_view(const Services& services) {
    StreamView view;
    if (services.watching == nullptr) return view;
    const auto standing = services.watching->standing();
    const auto count = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    view.ready = standing.ready;
    view.rules = standing.rules;
    view.events = standing.events;
    view.watermark = standing.watermark;
    view.warnings = count(standing.tally.alerts);
    view.snoozed = count(standing.tally.snoozed);
    view.over_budget = count(standing.tally.over_budget + standing.tally.over_cap);
    view.learning = count(standing.tally.learning);
    if (services.replay == nullptr) return view;
    view.replaying = services.replay->progress();
    view.can_replay = view.ready && view.events == 0 && !view.replaying;
    return view;
}

} // namespace

void declare_streams(Endpoints& all, Services& services) {
    all.capability("streams");
    all.get(
        "/v1/stream",
        Right::risk_handle,
        {"交易监测现状", "How the watch of payments stands"},
        [&](Call&) -> Result<StreamView> { return stream_view(services); });
    all.upload(
        "/v1/stream/files",
        Right::risk_handle,
        {"上传交易流水（CSV、Excel）", "Send payments as a file (CSV, Excel)"},
        stream_bytes_most,
        [&](Call& call, const StreamFileQuery& query) -> Result<risk::Batch> {
            auto* watching = TRY(watching_of(services));
            const auto mapping = TRY(mapping_of(query.columns));
            const auto rows = TRY(open_sent(call));
            return watching->take(call.actor, *rows, mapping);
        });
    all.post(
           "/v1/stream/rows",
           Right::risk_handle,
           {"报送一批交易", "Send a batch of payments"},
           [&](Call& call, const PaymentsIn& wish) -> Result<risk::Batch> {
               auto* watching = TRY(watching_of(services));
               SentRows rows(wish);
               return watching->take(call.actor, rows, {});
           })
        .body_most(rows_bytes_most);
    all.post(
           "/v1/stream/replay",
           Right::risk_handle,
           {"重放演示流水（合成，仅演示县）", "Play the demo's synthetic payments"},
           [&](Call& call) -> Result<StreamView> {
               if (services.replay == nullptr) {
                   return base::rejected(
                       "risk.no_replay",
                       {"只有演示县可以重放。", "Only a demo county plays synthetic payments."},
                       {"请上传交易流水。", "Upload payments instead."});
               }
               TRY(services.replay->start(call.actor, replay_ms));
               return stream_view(services);
           })
        .without_key();
}

} // namespace api
