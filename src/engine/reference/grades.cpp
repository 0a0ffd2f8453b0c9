#include "engine/reference/grades.hpp"

#include <algorithm>
#include <set>

namespace reference {

using base::Date;
using base::Error;
using base::Finding;
using base::Result;
using base::Text;

namespace {

// The version in force on a day; versions are sorted by `from`.
template <class Version>
Result<Version> version_on(const std::vector<Version>& versions, Date date) {
    const auto after = std::ranges::upper_bound(versions, date, {}, &Version::from);
    if (after == versions.begin()) {
        return base::not_found(
            "reference.no_version",
            {date.text() + " 没有生效的版本。", "No version was in force on " + date.text() + "."},
            {"在政策包中补充更早的版本。", "Add the earlier version to the pack."});
    }
    return *std::prev(after);
}

template <class Row>
const Row* row_of(const std::vector<Row>& rows, std::string_view code) {
    const auto found = std::ranges::find(rows, code, &Row::code);
    return found == rows.end() ? nullptr : &*found;
}

Error no_row(const char* error_code, std::string_view code) {
    return base::invalid(
        error_code,
        {"没有这个代码：" + std::string(code), "No such code: " + std::string(code)},
        {"使用该版本所列的代码。", "Use a code that the version lists."});
}

void check_text(const Text& text, const std::string& pointer, std::vector<Finding>& findings) {
    if (!text.zh.empty() && !text.en.empty()) return;
    findings.push_back(
        {pointer,
         {"缺少中文或英文", "one of the two languages is missing"},
         {"中英文都要写。", "Write both languages."}});
}

template <class Row>
void check_rows(
    const std::vector<Row>& rows, const std::string& pointer, std::vector<Finding>& findings) {
    std::set<std::string> codes;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto place = pointer + '/' + std::to_string(i);
        check_text(rows[i].name, place + "/name", findings);
        if (!rows[i].code.empty() && codes.insert(rows[i].code).second) continue;
        findings.push_back(
            {place + "/code",
             {"代码为空或重复", "the code is empty or repeated"},
             {"每行一个不同的代码。", "Give each row a code of its own."}});
    }
}

void check_not_empty(bool empty, const std::string& pointer, std::vector<Finding>& findings) {
    if (!empty) return;
    findings.push_back(
        {pointer, {"没有内容", "nothing here"}, {"至少写一行。", "Give at least one row."}});
}

template <class Version>
void check_versions(const std::vector<Version>& versions, std::vector<Finding>& findings) {
    std::set<std::string> codes;
    check_not_empty(versions.empty(), "/versions", findings);
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const auto pointer = "/versions/" + std::to_string(i);
        if (versions[i].code.empty() || !codes.insert(versions[i].code).second) {
            findings.push_back(
                {pointer + "/code",
                 {"版本代码为空或重复", "the version's code is empty or repeated"},
                 {"每个版本一个不同的代码。", "Give each version a code of its own."}});
        }
        if (i == 0 || versions[i - 1].from < versions[i].from) continue;
        findings.push_back(
            {pointer + "/from",
             {"版本未按生效日排列", "versions are not sorted by the day they begin"},
             {"从早到晚排列，生效日各不相同。", "Sort from early to late, each day once."}});
    }
}

} // namespace

std::vector<Finding> check(const TaxGradeTable& table) {
    std::vector<Finding> findings;
    check_versions(table.versions, findings);
    for (std::size_t v = 0; v < table.versions.size(); ++v) {
        const auto pointer = "/versions/" + std::to_string(v) + "/grades";
        const auto& grades = table.versions[v].grades;
        check_not_empty(grades.empty(), pointer, findings);
        check_rows(grades, pointer, findings);
        for (std::size_t i = 0; i < grades.size(); ++i) {
            const auto& [least, below] = std::pair(grades[i].least_score, grades[i].below_score);
            if (!least || !below || *least < *below) continue;
            findings.push_back(
                {pointer + '/' + std::to_string(i) + "/below_score",
                 {"分数范围为空", "the range of scores is empty"},
                 {"least_score 应小于 below_score。", "least_score is less than below_score."}});
        }
    }
    return findings;
}

std::vector<Finding> check(const LoanClassTable& table) {
    std::vector<Finding> findings;
    check_versions(table.versions, findings);
    for (std::size_t v = 0; v < table.versions.size(); ++v) {
        const auto pointer = "/versions/" + std::to_string(v) + "/classes";
        const auto& classes = table.versions[v].classes;
        check_not_empty(classes.empty(), pointer, findings);
        check_rows(classes, pointer, findings);
        bool bad = false;
        int days = -1;
        for (std::size_t i = 0; i < classes.size(); ++i) {
            const auto place = pointer + '/' + std::to_string(i);
            if (bad && !classes[i].non_performing) {
                findings.push_back(
                    {place + "/non_performing",
                     {"不良之后不能再有非不良", "after a non-performing class all are"},
                     {"按从好到差排列。", "Sort from best to worst."}});
            }
            bad = bad || classes[i].non_performing;
            if (!classes[i].overdue_more_than_days) continue;
            if (*classes[i].overdue_more_than_days <= days) {
                findings.push_back(
                    {place + "/overdue_more_than_days",
                     {"逾期天数应逐级增加", "days overdue grow from class to class"},
                     {"核对各级天数。", "Check the days of each class."}});
            }
            days = *classes[i].overdue_more_than_days;
        }
    }
    return findings;
}

std::vector<Finding> check(const RepaymentModeTable& table) {
    std::vector<Finding> findings;
    check_not_empty(table.modes.empty(), "/modes", findings);
    check_rows(table.modes, "/modes", findings);
    for (std::size_t i = 0; i < table.modes.size(); ++i) {
        const auto longest = table.modes[i].longest_months;
        if (!longest || *longest > 0) continue;
        findings.push_back(
            {"/modes/" + std::to_string(i) + "/longest_months",
             {"期限应为正数", "a term is positive"},
             {"以月为单位；没有上限就不写。", "In months; leave it out when there is no limit."}});
    }
    return findings;
}

std::vector<Finding> check(const GreenCatalogueTable& table) {
    std::vector<Finding> findings;
    check_versions(table.versions, findings);
    for (std::size_t v = 0; v < table.versions.size(); ++v) {
        const auto pointer = "/versions/" + std::to_string(v);
        check_text(table.versions[v].name, pointer + "/name", findings);
        check_rows(table.versions[v].groups, pointer + "/groups", findings);
    }
    return findings;
}

Result<TaxGrades> TaxGrades::make(TaxGradeTable table) {
    if (const auto findings = check(table); !findings.empty()) {
        return base::findings_error("reference.tax_grades", findings);
    }
    TaxGrades grades;
    grades.table_ = std::move(table);
    return grades;
}

Result<TaxGradeVersion> TaxGrades::on(Date date) const { return version_on(table_.versions, date); }

Result<TaxGradeRow> TaxGrades::find(std::string_view grade, Date on) const {
    const auto version = TRY(version_on(table_.versions, on));
    const auto* row = row_of(version.grades, grade);
    if (row == nullptr) return no_row("reference.tax_grade", grade);
    return *row;
}

Result<bool> TaxGrades::fits(std::string_view grade, int score, Date on) const {
    const auto row = TRY(find(grade, on));
    return (!row.least_score || score >= *row.least_score) &&
           (!row.below_score || score < *row.below_score);
}

Result<LoanClasses> LoanClasses::make(LoanClassTable table) {
    if (const auto findings = check(table); !findings.empty()) {
        return base::findings_error("reference.loan_classes", findings);
    }
    LoanClasses classes;
    classes.table_ = std::move(table);
    return classes;
}

Result<LoanClassVersion> LoanClasses::on(Date date) const {
    return version_on(table_.versions, date);
}

Result<LoanClassRow> LoanClasses::find(std::string_view code, Date on) const {
    const auto version = TRY(version_on(table_.versions, on));
    const auto* row = row_of(version.classes, code);
    if (row == nullptr) return no_row("reference.loan_class", code);
    return *row;
}

Result<LoanClassRow> LoanClasses::floor_for_overdue(int overdue_days, Date on) const {
    const auto version = TRY(version_on(table_.versions, on));
    auto floor = version.classes.front();
    for (const auto& row : version.classes) {
        if (row.overdue_more_than_days && overdue_days > *row.overdue_more_than_days) floor = row;
    }
    return floor;
}

Result<RepaymentModes> RepaymentModes::make(RepaymentModeTable table) {
    if (const auto findings = check(table); !findings.empty()) {
        return base::findings_error("reference.repayment_modes", findings);
    }
    RepaymentModes modes;
    modes.table_ = std::move(table);
    return modes;
}

Result<RepaymentModeRow> RepaymentModes::find(std::string_view code) const {
    const auto* row = row_of(table_.modes, code);
    if (row == nullptr) return no_row("reference.repayment_mode", code);
    return *row;
}

Result<GreenCatalogues> GreenCatalogues::make(GreenCatalogueTable table) {
    if (const auto findings = check(table); !findings.empty()) {
        return base::findings_error("reference.green_catalogues", findings);
    }
    GreenCatalogues catalogues;
    catalogues.table_ = std::move(table);
    return catalogues;
}

Result<GreenCatalogueVersion> GreenCatalogues::on(Date date) const {
    return version_on(table_.versions, date);
}

} // namespace reference
