#include "edge/api/event_label.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace api {
namespace {

struct Label {
    std::string_view kind;
    std::string_view zh;
    std::string_view en;
};

constexpr auto labels = std::to_array<Label>({
    {"allotment.cancelled", "取消分配", "Allotment cancelled"},
    {"allotment.confirmed", "确认分配", "Allotment confirmed"},
    {"allotment.opened", "设定分配条件", "Allotment opened or changed"},
    {"account.opened", "开立账户", "Account opened"},
    {"account.opened_many", "批量开立账户", "Accounts opened"},
    {"account.posted", "账户入账", "Posted to accounts"},
    {"account.sealed", "账户状态封存", "State of accounts sealed"},
    {"account.series_opened", "开立资产系列", "Series opened"},
    {"budget.fell_due", "财政资金到期未办", "Public money overdue"},
    {"budget.loan_filed", "贷款备案入池", "Loan filed into a pool"},
    {"budget.moved", "财政资金申报办理", "Case of public money moved on"},
    {"budget.year_opened", "开立年度预算", "Budget of a year opened"},
    {"consent.given", "授权", "Consent given"},
    {"consent.read", "按授权读取数据", "Data read under a consent"},
    {"consent.state_changed", "授权状态变更", "Consent changed"},
    {"evidence.sealed", "日志签名前的封存", "Sealed for the log's signature"},
    {"fact.disputed", "提出数据异议", "Datum disputed"},
    {"fact.dispute_answered", "答复数据异议", "Dispute answered"},
    {"fact.learned", "登记数据", "Data learned"},
    {"finance.moved", "需求或对接办理", "Need or claim moved on"},
    {"finance.need_drafted", "起草融资需求", "Need drafted"},
    {"finance.rung_fired", "时限提醒或升级", "Deadline reminder or escalation"},
    {"identity.password_set", "设置密码", "Password set"},
    {"identity.person_changed", "修改用户", "Person changed"},
    {"identity.person_registered", "登记用户", "Person registered"},
    {"identity.session_ended", "退出登录", "Session ended"},
    {"identity.sign_in_failed", "登录失败", "Sign-in failed"},
    {"identity.signed_in", "登录", "Signed in"},
    {"indicator.target_set", "设定指标目标", "Indicator target set"},
    {"indicator.value_reported", "填报指标", "Indicator value reported"},
    {"instrument.moved", "凭证办理", "Instrument acted on"},
    {"intake.ended", "导入结束", "Import ended"},
    {"intake.number_known", "登记发票号", "Invoice number recorded"},
    {"intake.reported", "导入发现问题", "Import found faults"},
    {"intake.started", "开始导入", "Import started"},
    {"invoice.received", "登记发票", "Invoices received"},
    {"loan.graded", "贷款分类", "Loan graded"},
    {"loan.linked", "借据关联对接", "Loan linked to a claim"},
    {"loan.recorded", "登记借据", "Loan recorded"},
    {"loan.repaid", "登记还款", "Repayment recorded"},
    {"notice.read", "阅读通知", "Notice read"},
    {"notice.sent", "发送通知", "Notice sent"},
    {"party.enterprise_changed", "修改企业信息", "Enterprise changed"},
    {"party.enterprise_registered", "登记企业", "Enterprise registered"},
    {"party.organisation_joined", "单位入驻", "Organisation joined"},
    {"plan.milestone_reached", "完成任务节点", "Milestone reached"},
    {"plan.reported", "报告任务进展", "Task progress reported"},
    {"product.drafted", "起草产品", "Product drafted"},
    {"product.published", "发布产品", "Product published"},
    {"product.retired", "下架产品", "Product retired"},
    {"risk.followed", "交易监测进度", "Watch of payments went on"},
    {"risk.moved", "风险预警处置", "Risk case acted on"},
    {"risk.raised", "产生风险预警", "Risk warning raised"},
    {"risk.reminded", "风险预警时限提醒", "Reminded of a risk case"},
    {"risk.superseded", "预警依据被迟到交易改写", "Warning superseded by a late payment"},
    {"risk.turned", "预警信号成立或解除", "Signal began or ended"},
});

// Of the ledger and of what stands on it.
constexpr auto capital_labels = std::to_array<Label>({
    {"account.opened", "开立账户", "Account opened"},
    {"account.opened_many", "批量开立账户", "Accounts opened"},
    {"account.posted", "账户入账", "Posted to accounts"},
    {"account.sealed", "账户状态封存", "State of accounts sealed"},
    {"account.series_opened", "开立资产系列", "Series opened"},
    {"budget.fell_due", "财政资金到期未办", "Public money overdue"},
    {"budget.loan_filed", "贷款备案入池", "Loan filed into a pool"},
    {"budget.moved", "财政资金申报办理", "Case of public money moved on"},
    {"budget.year_opened", "开立年度预算", "Budget of a year opened"},
    {"scoring.decided", "模型发布、否决或退回", "Model published, refused or put back"},
    {"scoring.proposed", "提议模型", "Model proposed"},
    {"credit.approved", "审批项目授信", "Project credit approved"},
    {"credit.drawn", "项目授信投放", "Project credit drawn"},
    {"credit.granted", "登记授信", "Credit line granted"},
    {"credit.limit_set", "核定联合授信额度", "Joint limit set"},
    {"credit.lowered", "调减授信", "Credit line lowered"},
    {"credit.signed", "登记授信协议", "Agreement recorded"},
    {"guarantee.assets_stated", "填报担保机构净资产", "Guarantor's net assets stated"},
    {"guarantee.moved", "担保业务办理", "Guarantee moved on"},
    {"registry.certified", "出具查询证明", "Certificate of search issued"},
    {"registry.moved", "担保登记办理", "Registration moved on"},
    {"registry.registered", "初始登记担保", "Security registered"},
    {"registry.reminded", "担保登记提醒", "Registration reminder"},
});

} // namespace

base::Text event_label(std::string_view kind) {
    for (const std::span<const Label> some :
         {std::span<const Label>(labels), std::span<const Label>(capital_labels)}) {
        const auto found = std::ranges::find(some, kind, &Label::kind);
        if (found != some.end()) return {std::string(found->zh), std::string(found->en)};
    }
    return {std::string(kind), std::string(kind)};
}

} // namespace api
