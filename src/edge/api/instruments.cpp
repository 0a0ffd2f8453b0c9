// Instruments: kinds, lists, one with its chain of holders, upload, acts, what was pushed, what was
// financed.
#include "domain/instrument/import.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/evidence.hpp"
#include "edge/api/instrument_view.hpp"

#include <algorithm>

namespace api {
namespace {

constexpr std::uint64_t file_bytes_most = 16ULL << 20U;
constexpr std::size_t file_rows_most = 2'000;

struct KindView {
    std::string code;
    Text label;
    Text creditor;
    Text debtor;
    pack::InstrumentUnit unit = pack::InstrumentUnit::fen;
    bool divisible = false;
    bool transferable = false;
    bool pledgeable = false;
    bool dated = true;
    bool notice_first = false;
    bool registered = false;
    bool locked_account = false;
    std::vector<pack::InstrumentField> fields;
    std::vector<pack::InstrumentTerm> terms;
    std::vector<pack::Law> laws;
    std::vector<Labelled> states;
};
BOOST_DESCRIBE_STRUCT(
    KindView,
    (),
    (code,
     label,
     creditor,
     debtor,
     unit,
     divisible,
     transferable,
     pledgeable,
     dated,
     notice_first,
     registered,
     locked_account,
     fields,
     terms,
     laws,
     states))

struct AsOf {
    std::optional<Instant> as_of;
};
BOOST_DESCRIBE_STRUCT(AsOf, (), (as_of))

struct InstrumentQuery {
    instrument::View view = instrument::View::all;
    std::string kind;
    std::string state;
    std::string text;
    bool open_only = false;
    std::optional<base::Date> due_until;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(
    InstrumentQuery, (), (view, kind, state, text, open_only, due_until, page, per_page))

struct PushQuery {
    std::optional<instrument::PushState> state;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(PushQuery, (), (state, page, per_page))

struct DealQuery {
    std::optional<instrument::DealState> state;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(DealQuery, (), (state, page, per_page))

struct FileQuery {
    std::string file; // its name
};
BOOST_DESCRIBE_STRUCT(FileQuery, (), (file))

struct UploadLine {
    std::int64_t row = 0;
    std::string column_label;
    std::string value;
    std::string code;
    Text reason;
    Text cure;
};
BOOST_DESCRIBE_STRUCT(UploadLine, (), (row, column_label, value, code, reason, cure))

struct PartyQuery {
    std::string code; // a credit code, a unit's or institution's code, or a full name
};
BOOST_DESCRIBE_STRUCT(PartyQuery, (), (code))

struct Counterparty {
    Id<base::Party> id;
    Text name;
    base::PartyKind kind = base::PartyKind::enterprise;
};
BOOST_DESCRIBE_STRUCT(Counterparty, (), (id, name, kind))

// With any rejected row nothing was taken.
struct UploadReport {
    std::int64_t rows = 0;
    std::int64_t accepted = 0;
    std::int64_t unchanged = 0;
    std::int64_t rejected = 0;
    std::vector<UploadLine> lines;
};
BOOST_DESCRIBE_STRUCT(UploadReport, (), (rows, accepted, unchanged, rejected, lines))

Access everybody_concerned() {
    return Access::any_of(
        {Right::instrument_hold, Right::instrument_fund, Right::instrument_oversee});
}

std::vector<KindView> kinds(const pack::Policy& policy) {
    std::vector<KindView> all;
    for (const auto& kind : policy.pack().instruments) {
        KindView view{
            .code = kind.code,
            .label = kind.label,
            .creditor = kind.creditor,
            .debtor = kind.debtor,
            .unit = kind.unit,
            .divisible = kind.divisible,
            .transferable = kind.transferable,
            .pledgeable = kind.pledgeable,
            .dated = kind.dated,
            .notice_first = kind.notice_first,
            .registered = kind.registered,
            .locked_account = kind.locked_account,
            .fields = kind.fields,
            .terms = kind.terms};
        for (const auto& code : kind.laws) {
            if (const auto* law = policy.law(code)) view.laws.push_back(*law);
        }
        for (const auto& state : policy.life(kind).states)
            view.states.push_back({state.code, state.label});
        all.push_back(std::move(view));
    }
    return all;
}

Page<InstrumentItem> list(
    const Services& services, const Call& call, const InstrumentQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        const auto found = instrument::list(
            db,
            call.actor,
            {.view = query.view,
             .kind = query.kind,
             .state = query.state,
             .text = query.text,
             .open_only = query.open_only,
             .due_until = query.due_until,
             .page = query.page,
             .per_page = query.per_page});
        InstrumentViews views(*services.policy, db, call);
        auto page = page_of<InstrumentItem>(query, found.total);
        for (const auto& row : found.items)
            page.items.push_back(views.item(row));
        return page;
    });
}

Result<InstrumentView> one(const Services& services, Call& call, const AsOf& query) {
    const auto id = TRY(call.id<base::Instrument>());
    return services.database->read([&](const store::Snapshot& db) -> Result<InstrumentView> {
        const auto file = instrument::dossier(db, id);
        TRY(instrument::may_see(call.actor, file.value_or(instrument::Dossier{})));
        const auto missing = base::not_found(
            "instrument.none",
            {"没有找到该凭证，或当时尚未登记。", "No such instrument, or it was not there then."},
            {"请核对编号与时间。", "Check the number and the time."});
        if (!file) return missing;
        InstrumentViews views(*services.policy, db, call);
        if (!query.as_of) return views.whole(*file, instrument::lines(db, id));
        const auto past = instrument::as_of(db, id, *query.as_of);
        if (!past) return missing;
        auto view = views.whole(past->file, past->lines);
        view.as_of = query.as_of;
        view.acts.clear();
        return view;
    });
}

// The proof of one act, for every party to the instrument who is shown that act.
Result<File> proof_of(const Services& services, Call& call) {
    const auto id = TRY(call.id<base::Instrument>());
    const auto seq = TRY(call.number("seq"));
    const auto seen = services.database->read([&](const store::Snapshot& db) -> Result<> {
        const auto file = instrument::dossier(db, id);
        TRY(instrument::may_see(call.actor, file.value_or(instrument::Dossier{})));
        InstrumentViews views(*services.policy, db, call);
        const auto lines = file ? views.lines(*file, instrument::lines(db, id))
                                : std::vector<InstrumentLineView>{};
        if (std::ranges::find(lines, seq, &InstrumentLineView::seq) != lines.end()) return {};
        return base::not_found(
            "instrument.no_line",
            {"该凭证没有这条记录。", "The instrument has no such record."},
            {"请从办理记录中选择。", "Choose one of its records."});
    });
    if (!seen) return seen.error();
    return proof_file(services, seq);
}

// Departments that oversee see all; the others what was pushed by them or to them, and debtors what
// they were notified of.
instrument::PushFilter push_filter(const Call& call, const PushQuery& query) {
    instrument::PushFilter filter{
        .state = query.state, .page = query.page, .per_page = query.per_page};
    if (call.actor.rights.has(Right::instrument_oversee)) return filter;
    if (call.actor.rights.has(Right::instrument_fund)) {
        filter.funder = call.actor.party;
    } else {
        filter.holder = call.actor.party;
    }
    return filter;
}

Page<PushView> pushes(const Services& services, const Call& call, const PushQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        const auto found = instrument::pushes(db, push_filter(call, query));
        InstrumentViews views(*services.policy, db, call);
        auto page = page_of<PushView>(query, found.total);
        for (const auto& row : found.items)
            page.items.push_back(views.push(row));
        return page;
    });
}

Page<PushView> notices_of_debtor(
    const Services& services, const Call& call, const PushQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        const auto found = instrument::pushes(
            db,
            {.debtor = call.actor.party,
             .state = query.state,
             .page = query.page,
             .per_page = query.per_page});
        InstrumentViews views(*services.policy, db, call);
        auto page = page_of<PushView>(query, found.total);
        for (const auto& row : found.items)
            page.items.push_back(views.push(row));
        return page;
    });
}

Page<DealView> deals(const Services& services, const Call& call, const DealQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        instrument::DealFilter filter{
            .state = query.state, .page = query.page, .per_page = query.per_page};
        if (!call.actor.rights.has(Right::instrument_oversee)) {
            const bool funds = call.actor.rights.has(Right::instrument_fund);
            (funds ? filter.funder : filter.client) = call.actor.party;
        }
        const auto found = instrument::deals(db, filter);
        InstrumentViews views(*services.policy, db, call);
        auto page = page_of<DealView>(query, found.total);
        for (const auto& row : found.items)
            page.items.push_back(views.deal(row));
        return page;
    });
}

base::Error too_many_rows() {
    return base::invalid(
        "instrument.rows_most",
        {"一次最多上传 " + std::to_string(file_rows_most) + " 行。",
         "At most " + std::to_string(file_rows_most) + " rows at once."},
        {"请分成几个文件。", "Make several files of it."});
}

Result<UploadReport> upload(const Services& services, Call& call, const FileQuery& query) {
    const intake::File file{
        .path = call.request.file, .name = query.file.empty() ? "upload" : query.file};
    intake::Progress progress;
    auto read = TRY(instrument::read_file(
        *services.database,
        *services.policy,
        file,
        services.policy->zone().date(call.now),
        progress));
    if (read.issues.size() > file_rows_most) return too_many_rows();
    UploadReport report{
        .rows = read.counts.rows,
        .accepted = read.counts.accepted,
        .unchanged = read.counts.unchanged,
        .rejected = read.counts.rejected};
    for (const auto& line : read.lines) {
        const auto explained = intake::explain(line.code);
        report.lines.push_back(
            {.row = line.row,
             .column_label = line.column_label,
             .value = line.value,
             .code = line.code,
             .reason = explained.reason,
             .cure = explained.cure});
    }
    if (report.rejected > 0) {
        report.accepted = 0;
        return report;
    }
    TRY(services.instruments->issue_all(call.command(), read.issues));
    return report;
}

// Exactly one, by the whole code or name: nobody looks through the register this way.
Result<Counterparty> counterparty(const Services& services, const PartyQuery& query) {
    return services.database->read([&](const store::Snapshot& db) -> Result<Counterparty> {
        if (const auto firm = party::find_enterprise_code(db, query.code)) {
            return Counterparty{
                .id = firm->id,
                .name = {firm->name, firm->name},
                .kind = base::PartyKind::enterprise};
        }
        for (const auto kind : {base::PartyKind::institution, base::PartyKind::department}) {
            for (const auto& one : party::all_of(db, kind)) {
                const bool meant = one.code == query.code || one.name.zh == query.code;
                if (meant) return Counterparty{.id = one.id, .name = one.name, .kind = kind};
            }
        }
        return base::not_found(
            "instrument.no_party",
            {"平台上没有这家单位：" + query.code, "There is no such organisation: " + query.code},
            {"请核对统一社会信用代码，或机构、单位的全称。",
             "Check the credit code, or the full name of an institution or department."});
    });
}

Text amount_unit(pack::InstrumentUnit unit) {
    switch (unit) {
    case pack::InstrumentUnit::fen: return {"元", "CNY"};
    case pack::InstrumentUnit::gram: return {"克", "g"};
    case pack::InstrumentUnit::piece: return {"件", "pieces"};
    }
    base::bug("unit out of range");
}

// An amount takes two columns of a sheet, since a column holds either money or whole numbers: in
// yuan for what is counted in 分, and as a number of grams or pieces for goods.
template <class Row>
void add_amount(
    std::vector<Column<Row>>& columns,
    const Text& money_title,
    const Text& count_title,
    std::int64_t Row::*amount) {
    columns.push_back({money_title, [amount](const Row& row) -> SheetCell {
                           if (row.unit != pack::InstrumentUnit::fen) return {};
                           return base::Money{row.*amount};
                       }});
    columns.push_back({count_title, [amount](const Row& row) -> SheetCell {
                           if (row.unit == pack::InstrumentUnit::fen) return {};
                           return row.*amount;
                       }});
}

std::vector<Column<InstrumentItem>> item_columns() {
    std::vector<Column<InstrumentItem>> out{
        column(&InstrumentItem::number, {"编号", "Number"}),
        {{"种类", "Kind"}, [](const InstrumentItem& row) -> SheetCell { return row.kind.label; }},
        {{"债权人", "Creditor"},
         [](const InstrumentItem& row) -> SheetCell { return row.creditor.name; }},
        {{"债务人", "Debtor"},
         [](const InstrumentItem& row) -> SheetCell { return row.debtor.name; }}};
    add_amount(out, {"面额（元）", "Face (CNY)"}, {"数量", "Quantity"}, &InstrumentItem::face);
    add_amount(
        out,
        {"已兑付（元）", "Redeemed (CNY)"},
        {"已提取数量", "Quantity redeemed"},
        &InstrumentItem::redeemed);
    add_amount(
        out,
        {"本单位持有（元）", "Held here (CNY)"},
        {"本单位持有数量", "Quantity held here"},
        &InstrumentItem::mine);
    add_amount(
        out,
        {"其中已质押（元）", "Of that pledged (CNY)"},
        {"其中已质押数量", "Quantity pledged"},
        &InstrumentItem::pledged);
    out.push_back({{"单位", "Unit"}, [](const InstrumentItem& row) -> SheetCell {
                       return amount_unit(row.unit);
                   }});
    out.push_back(column(&InstrumentItem::issued_on, {"开立日", "Issued"}));
    out.push_back(column(&InstrumentItem::due, {"到期日", "Due"}));
    out.push_back({{"状态", "State"}, [](const InstrumentItem& row) -> SheetCell {
                       return row.state.label;
                   }});
    return out;
}

std::vector<Column<PushView>> push_columns() {
    std::vector<Column<PushView>> out{
        column(&PushView::number, {"凭证", "Instrument"}),
        {{"种类", "Kind"}, [](const PushView& row) -> SheetCell { return row.kind.label; }},
        {{"持有人", "Holder"}, [](const PushView& row) -> SheetCell { return row.holder.name; }},
        {{"债务人", "Debtor"}, [](const PushView& row) -> SheetCell { return row.debtor.name; }},
        {{"机构", "Institution"},
         [](const PushView& row) -> SheetCell { return row.funder.name; }}};
    add_amount(out, {"金额（元）", "Amount (CNY)"}, {"数量", "Quantity"}, &PushView::amount);
    out.push_back(
        {{"单位", "Unit"}, [](const PushView& row) -> SheetCell { return amount_unit(row.unit); }});
    out.push_back(column(&PushView::due, {"到期日", "Due"}));
    out.push_back(column(&PushView::state, {"进展", "Stage"}));
    out.push_back(column(&PushView::pushed_at, {"推送时间", "Pushed"}));
    out.push_back(column(&PushView::read_at, {"债务人签收", "Notice read"}));
    out.push_back(column(&PushView::registration, {"登记编号", "Registration"}));
    return out;
}

std::vector<Column<DealView>> deal_columns() {
    std::vector<Column<DealView>> out{
        column(&DealView::number, {"凭证", "Instrument"}),
        column(&DealView::way, {"方式", "Way"}),
        column(&DealView::recourse, {"有追索权", "With recourse"}),
        {{"融资方", "Client"}, [](const DealView& row) -> SheetCell { return row.client.name; }},
        {{"机构", "Institution"},
         [](const DealView& row) -> SheetCell { return row.funder.name; }}};
    add_amount(
        out, {"凭证金额（元）", "Amount (CNY)"}, {"凭证数量", "Quantity"}, &DealView::amount);
    add_amount(
        out,
        {"尚质押（元）", "Still held (CNY)"},
        {"尚质押数量", "Quantity held"},
        &DealView::held);
    out.push_back(column(&DealView::paid, {"融资款（元）", "Paid (CNY)"}));
    out.push_back(column(&DealView::rate, {"年利率", "Yearly rate"}));
    out.push_back(column(&DealView::contract, {"合同", "Contract"}));
    out.push_back(column(&DealView::registration, {"登记编号", "Registration"}));
    out.push_back(column(&DealView::day, {"放款日", "Paid on"}));
    out.push_back(column(&DealView::state, {"状态", "State"}));
    return out;
}

void declare_instrument_lists(Endpoints& all, Services& services) {
    all.get(
        "/v1/instruments/kinds",
        everybody_concerned(),
        {"凭证种类", "Kinds of instruments"},
        [&](Call&) -> Result<std::vector<KindView>> { return kinds(*services.policy); });
    all.get(
        "/v1/instruments/counterparty",
        everybody_concerned(),
        {"按代码查对方单位", "The organisation of a code"},
        [&](Call&, const PartyQuery& query) -> Result<Counterparty> {
            return counterparty(services, query);
        });
    all.get(
           "/v1/instruments",
           everybody_concerned(),
           {"凭证列表：持有、应付、已质押、已融资", "Instruments: held, owed, pledged, funded"},
           [&](Call& call, const InstrumentQuery& query) -> Result<Page<InstrumentItem>> {
               return list(services, call, query);
           })
        .exportable("instruments", item_columns());
    all.get(
           "/v1/instruments/pushes",
           everybody_concerned(),
           {"融资推送：机构的收件箱，持有人的推送",
            "Pushes: an institution's inbox, a holder's own"},
           [&](Call& call, const PushQuery& query) -> Result<Page<PushView>> {
               return pushes(services, call, query);
           })
        .exportable("pushes", push_columns());
    all.get(
           "/v1/instruments/notices",
           everybody_concerned(),
           {"债务人收到的转让、质押通知", "Notices of transfer and pledge, to the debtor"},
           [&](Call& call, const PushQuery& query) -> Result<Page<PushView>> {
               return notices_of_debtor(services, call, query);
           })
        .exportable("instrument-notices", push_columns());
    all.get(
           "/v1/instruments/deals",
           everybody_concerned(),
           {"凭证融资台账", "What was financed on instruments"},
           [&](Call& call, const DealQuery& query) -> Result<Page<DealView>> {
               return deals(services, call, query);
           })
        .exportable("instrument-deals", deal_columns());
}

} // namespace

void declare_instruments(Endpoints& all, Services& services) {
    all.capability("instruments");
    declare_instrument_lists(all, services);
    all.get(
        "/v1/instruments/{id}",
        everybody_concerned(),
        {"凭证与持有链；as_of 为历史时点",
         "An instrument with its chain of holders; as_of: at an instant"},
        [&](Call& call, const AsOf& query) -> Result<InstrumentView> {
            return one(services, call, query);
        });
    all.get(
           "/v1/instruments/{id}/lines/{seq}/proof",
           everybody_concerned(),
           {"一步办理的证明文件（.tlog-proof）", "The proof file of one act (.tlog-proof)"},
           [&](Call& call) { return proof_of(services, call); })
        .answers("text/plain; charset=utf-8");
    all.post(
        "/v1/instruments",
        Right::instrument_hold,
        {"上传凭证：债权人上传待确权，债务人上传即确权",
         "Upload an instrument: by its creditor, to be confirmed; by its debtor, confirmed"},
        [&](Call& call, const instrument::Issue& wish) -> Result<store::Receipt> {
            return services.instruments->issue(call.command(), wish);
        });
    all.upload(
        "/v1/instruments/file",
        Right::instrument_hold,
        {"批量上传凭证（CSV、Excel）", "Upload many instruments (CSV, Excel)"},
        file_bytes_most,
        [&](Call& call, const FileQuery& query) -> Result<UploadReport> {
            return upload(services, call, query);
        });
    all.post(
        "/v1/instruments/{id}/acts/{act}",
        everybody_concerned(),
        {"办理凭证：确权、拆分、转让、推送、意向、通知、质押、贴现、保理、解除、兑付、违约、追索、"
         "冻结、"
         "介质转换",
         "Act on an instrument: confirm, split, transfer, push, intend, accept, notify, pledge, "
         "discount, factor, release, pay, redeem, default, recourse, freeze, retire …"},
        [&](Call& call, const instrument::Deed& deed) -> Result<store::Receipt> {
            const auto id = TRY(call.id<base::Instrument>());
            return services.instruments->act(call.command(), id, call.text("act"), deed);
        });
}

} // namespace api
