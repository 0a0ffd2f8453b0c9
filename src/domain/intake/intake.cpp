#include "domain/intake/intake.hpp"

#include "domain/permission/permission.hpp"

#include <algorithm>
#include <fstream>

namespace intake {
namespace {

constexpr std::size_t lines_an_event = 1'000;

struct Sentence {
    std::string_view code;
    const char* reason_zh;
    const char* reason_en;
    const char* cure_zh;
    const char* cure_en;
};

// Every code an import may report, with its two sentences.
constexpr Sentence sentences[] = {
    {"intake.ragged",
     "这一行的列数与表头不一致。",
     "This row does not have as many cells as the header.",
     "检查是否多了或少了分隔符，补齐后重新导入。",
     "Look for a separator too many or too few, and import again."},
    {"intake.no_enterprise",
     "平台没有这家企业，该行未导入。",
     "There is no such enterprise here; the row was not taken.",
     "先导入企业名单，或核对企业代号、统一社会信用代码。",
     "Import the list of enterprises first, or check the number or credit code."},
    {"intake.empty",
     "必填单元格为空。",
     "A cell that must be filled is empty.",
     "补填后重新导入。",
     "Fill it in and import again."},
    {"intake.date",
     "日期无法识别。",
     "The date cannot be read.",
     "写成 2023-07-15 或 2023/7/15。",
     "Write 2023-07-15 or 2023/7/15."},
    {"intake.amount",
     "金额无法识别。",
     "The amount cannot be read.",
     "写成数字，单位为元，最多两位小数。",
     "Write a number of yuan with two decimals at most."},
    {"intake.value",
     "取值不符合数据目录的类型或选项。",
     "The value does not fit the catalogue's type or choices.",
     "对照数据目录中的类型、单位和选项修改。",
     "Correct it by the type, unit and choices of the catalogue."},
    {"intake.column_ignored",
     "数据目录中没有这一列，已忽略。",
     "The catalogue has no such column; it was ignored.",
     "需要时请在政策包的数据目录中增加该项。",
     "Add it to the catalogue of the pack if it is needed."},
    {"intake.column_repeated",
     "这一列与前面的列是同一项数据，已忽略。",
     "This column is the same datum as one before it; it was ignored.",
     "删除重复的列后重新导入。",
     "Remove the repeated column and import again."},
    {"intake.code_check_digit",
     "统一社会信用代码校验位不符，已按原样登记。",
     "The credit code fails its check digit; it was taken as it is.",
     "核对营业执照；确属早期代码的无需处理。",
     "Compare the licence; a genuine early code needs nothing."},
    {"intake.code_malformed",
     "统一社会信用代码格式错误。",
     "Not a credit code.",
     "应为 18 位数字或大写字母（不含 I、O、S、V、Z）。",
     "It has 18 digits or capital letters, without I, O, S, V, Z."},
    {"intake.enterprise_repeated",
     "同一企业在文件中重复出现，以第一行为准。",
     "The enterprise is in the file more than once; the first row counts.",
     "请数据提供方核对重复行。",
     "Ask the provider to check the repeated rows."},
    {"intake.code_made",
     "匿名企业没有统一社会信用代码，已生成合成代码。",
     "An anonymous enterprise has no credit code; a synthetic one was made.",
     "仅用于测试数据，无需处理。",
     "For test data only; nothing to do."},
    {"loan.no_institution",
     "平台没有这家机构。",
     "There is no such institution here.",
     "填写机构代码或全称，机构须已入驻。",
     "Give its code or full name; it must have settled here."},
    {"loan.rate",
     "年利率无法识别。",
     "The rate cannot be read.",
     "写成百分数，如 3.85 或 3.85%。",
     "Write a percentage, as 3.85 or 3.85%."},
    {"instrument.kind_unknown",
     "没有这种凭证。",
     "There is no such kind of instrument.",
     "填写目录中的种类名称或代码。",
     "Give a kind of the catalogue, by name or code."},
    {"instrument.no_party",
     "平台没有这家单位。",
     "There is no such organisation here.",
     "填写统一社会信用代码、单位代码或全称，并先登记该单位。",
     "Give its credit code, code or full name; register it first."},
    {"instrument.same_party",
     "债权人和债务人是同一家。",
     "Creditor and debtor are the same.",
     "核对双方。",
     "Check the two sides."},
    {"instrument.not_party",
     "上传方不是债权人或债务人。",
     "The uploader is neither creditor nor debtor.",
     "只上传本方为债权人或债务人的凭证。",
     "Upload only those of your own."},
    {"instrument.face",
     "金额或数量应大于零。",
     "The amount is more than nothing.",
     "核对金额或数量。",
     "Check the amount."},
    {"instrument.dates",
     "开立日应不晚于今天，到期日应晚于开立日。",
     "It is issued today at the latest and due after that.",
     "核对日期；没有到期日的种类留空。",
     "Check the days; leave the due day out where the kind has none."},
    {"instrument.field",
     "必填项缺失，或内容与类型不符。",
     "A field is missing or not of its type.",
     "按该种类的要求填写。",
     "Fill it in as the kind asks."},
    {"instrument.term_too_long",
     "期限超过规定的最长期限。",
     "It runs longer than the rule allows.",
     "核对到期日。",
     "Check the due day."},
    {"instrument.term_reason",
     "期限超过规定的通常期限，应说明理由。",
     "It runs longer than usual and needs a reason.",
     "在“长期限理由”中说明。",
     "Give it in the column of reasons."},
    {"instrument.uploaded_already",
     "同一债务人的这笔已上传。",
     "This one of the same debtor is here already.",
     "核对合同、发票等编号。",
     "Check the numbers of contract and invoice."},
    {"indicator.unknown",
     "没有这个指标。",
     "There is no such indicator.",
     "填写指标代码或指标表中的名称。",
     "Give its code, or its name in the table of indicators."},
    {"indicator.period",
     "期间无法识别。",
     "The period cannot be read.",
     "写成 2023-07、2023Q3、2023H2 或 2023。",
     "Write 2023-07, 2023Q3, 2023H2 or 2023."},
    {"invoice.status_spaces",
     "发票状态前后有空格，已去除后导入。",
     "The state had spaces around it; it was taken without them.",
     "请提醒数据提供方清理。",
     "Tell the provider to clean it."},
    {"invoice.status",
     "发票状态无法识别。",
     "The state of the invoice cannot be read.",
     "应为“有效发票”或“作废发票”。",
     "It is 有效发票 (valid) or 作废发票 (voided)."},
    {"invoice.sum",
     "金额与税额之和不等于价税合计，已按原样导入。",
     "Net and tax do not add up to the gross amount; taken as it is.",
     "请数据提供方核对该张发票。",
     "Ask the provider to check this invoice."},
    {"invoice.red_letter",
     "负数（红字）发票，计为冲减。",
     "A negative (red-letter) invoice; it reduces sales.",
     "无需处理。",
     "Nothing to do."},
    {"invoice.number_repeated",
     "同一企业的发票号码重复，各张均已保留。",
     "The enterprise has this invoice number more than once; each was kept.",
     "不同发票代码下号码可以相同；如系重复报送，请数据提供方核对。",
     "Different invoice codes may share a number; ask the provider if it was sent twice."},
};

void add_lines(store::Transaction& tx, Id<Import> import, const std::vector<Line>& lines) {
    for (std::size_t first = 0; first < lines.size(); first += lines_an_event) {
        const auto last = std::min(first + lines_an_event, lines.size());
        Reported event{
            .import = import, .first_number = static_cast<std::int64_t>(first) + 1, .lines = {}};
        event.lines.assign(
            lines.begin() + static_cast<std::ptrdiff_t>(first),
            lines.begin() + static_cast<std::ptrdiff_t>(last));
        tx.publish(event, import);
    }
}

Result<std::string> file_digest(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return base::invalid(
            "intake.no_file",
            {"文件无法读取。", "The file cannot be read."},
            {"请检查文件是否存在、是否有权限。", "Check that it is there and may be read."});
    }
    base::Hasher digest;
    std::string buffer(1U << 20U, '\0');
    while (in) {
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        digest.add({buffer.data(), static_cast<std::size_t>(in.gcount())});
    }
    return base::hex(digest.finish());
}

std::string job_command(Id<Import> import, std::string_view step) {
    return "intake:" + std::to_string(import.value) + ":" + std::string(step);
}

} // namespace

Explained explain(std::string_view code) {
    const auto* found = std::ranges::find(sentences, code, &Sentence::code);
    if (found == std::end(sentences)) return {{std::string(code), std::string(code)}, {}};
    return {{found->reason_zh, found->reason_en}, {found->cure_zh, found->cure_en}};
}

void Intake::offer(Kind kind, Prepare prepare) { prepares_[kind] = std::move(prepare); }

Result<> Intake::mend() {
    const auto broken = database_.read([](const store::Snapshot& db) {
        return db.rows<Id<Import>>("select id from intake_batch where state = 'running'");
    });
    for (const auto import : broken) {
        TRY(
            end(base::Actor::platform(),
                import,
                State::refused,
                Text{
                    "服务中断，导入没有完成，数据没有改变。请重新上传。",
                    "The program stopped before the import was done; nothing was changed. Upload "
                    "it again."},
                {}));
    }
    return {};
}

Result<Id<Import>> Intake::start(const store::Command& command, const Start& wish) {
    const auto sha256 = TRY(file_digest(wish.file.path));
    const auto open = [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::fact_import));
        Started event;
        event.batch.id = tx.new_id<Import>();
        event.batch.kind = wish.kind;
        event.batch.file = wish.file.name;
        event.batch.bytes = static_cast<std::int64_t>(std::filesystem::file_size(wish.file.path));
        event.batch.sha256 = sha256;
        event.batch.at = tx.now();
        event.batch.party = tx.actor().party;
        event.batch.person_name = tx.actor().name;
        tx.publish(event, event.batch.id);
        return std::to_string(event.batch.id.value);
    };
    const auto receipt = TRY(database_.write(command, open));
    return Id<Import>{std::stoll(receipt.subject)};
}

Result<Batch> Intake::run(const base::Actor& actor, const Run& wish, Progress& progress) {
    const auto batch =
        database_.read([&](const store::Snapshot& db) { return find(db, wish.import); });
    base::ensure(batch.has_value(), "an import runs after it was started");
    const auto prepare = prepares_.find(batch->kind);
    base::ensure(prepare != prepares_.end(), "every kind of import is offered");
    auto prepared = prepare->second(wish.file, progress);
    if (progress.cancelled) {
        return end(
            actor,
            wish.import,
            State::cancelled,
            Text{"已取消，数据没有改变。", "Cancelled; nothing was changed."},
            {});
    }
    if (!prepared) return end(actor, wish.import, State::refused, prepared.error().message, {});
    if (prepared->counts.rejected > 0 && !wish.skip_rejected) {
        const auto count = std::to_string(prepared->counts.rejected);
        prepared->publish = nullptr;
        prepared->counts.accepted = 0;
        return end(
            actor,
            wish.import,
            State::refused,
            Text{
                "有 " + count + " 行不能导入，数据没有改变。请按报告修改，或选择跳过这些行。",
                count + " rows cannot be taken; nothing was changed. Correct them by the report, "
                        "or skip them."},
            *std::move(prepared));
    }
    return end(actor, wish.import, State::done, std::nullopt, *std::move(prepared));
}

Result<Batch> Intake::end(
    const base::Actor& actor,
    Id<Import> import,
    State state,
    std::optional<Text> message,
    Prepared prepared) {
    prepared.counts.reported = static_cast<std::int64_t>(prepared.lines.size());
    auto command = store::Command::internal(job_command(import, "end"), actor);
    const auto written =
        database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
            if (prepared.publish) TRY(prepared.publish(tx, import));
            add_lines(tx, import, prepared.lines);
            tx.publish(
                Ended{
                    .import = import,
                    .state = state,
                    .counts = prepared.counts,
                    .message = message},
                import);
            return std::to_string(import.value);
        });
    if (!written) {
        // Refused while writing: the savepoint is undone, so the import is closed by a command of
        // its own. Nothing was taken; the report stays.
        command = store::Command::internal(job_command(import, "refused"), actor);
        const auto& error = written.error();
        prepared.counts.accepted = 0;
        TRY(database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
            add_lines(tx, import, prepared.lines);
            tx.publish(
                Ended{
                    .import = import,
                    .state = State::refused,
                    .counts = prepared.counts,
                    .message = error.message},
                import);
            return std::to_string(import.value);
        }));
    }
    return *database_.read([&](const store::Snapshot& db) { return find(db, import); });
}

} // namespace intake
