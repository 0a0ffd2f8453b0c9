// Every endpoint this interface calls: its address, what goes in, what comes out, in the shape that openapi-typescript
// generates from docs/openapi.json. Written out because the screens need names for the structs, which a generated file
// hides behind indexes.
import type { Job, Page, PageQuery, Receipt } from './types/base'
import type * as Session from './types/session'
import type * as Reference from './types/reference'
import type * as Enterprise from './types/enterprise'
import type * as Lists from './types/lists'
import type * as Product from './types/product'
import type * as Finance from './types/finance'
import type * as Instrument from './types/instrument'
import type * as Plan from './types/plan'
import type * as Evidence from './types/evidence'
import type * as Allotment from './types/allotment'
import type * as Capital from './types/capital'
import type * as Risk from './types/risk'

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never

type Parameters<Path extends string, Query, Header = object> = ([Names<Path>] extends [never]
  ? { path?: never }
  : { path: { [K in Names<Path>]: string } }) &
  ([Query] extends [never] ? { query?: never } : { query?: Query }) & { header?: Header; cookie?: never }

interface Responses<Answer> {
  200: { headers: Record<string, unknown>; content: { 'application/json': Answer } }
}

interface CommandHeaders {
  'Idempotency-Key'?: string
  /** The version that was edited, in quotes. */
  'If-Match'?: string
}

interface Reading<Path extends string, Answer, Query> {
  parameters: Parameters<Path, Query>
  responses: Responses<Answer>
}

interface Command<Path extends string, Answer> {
  parameters: Parameters<Path, never, CommandHeaders>
  requestBody?: never
  responses: Responses<Answer>
}

interface CommandWith<Path extends string, Body, Answer> {
  parameters: Parameters<Path, never, CommandHeaders>
  requestBody: { content: { 'application/json': Body } }
  responses: Responses<Answer>
}

type Sent<Path extends string, Body, Answer> = [Body] extends [never]
  ? Command<Path, Answer>
  : CommandWith<Path, Body, Answer>

type Get<Path extends string, Answer, Query = never> = { get: Reading<Path, Answer, Query> }
type Post<Path extends string, Body, Answer = Receipt> = { post: Sent<Path, Body, Answer> }
type Put<Path extends string, Body, Answer = Receipt> = { put: Sent<Path, Body, Answer> }
type Delete<Path extends string, Answer = Receipt> = { delete: Command<Path, Answer> }

interface SessionPaths {
  '/v1/log': Get<'/v1/log', Evidence.Log>
  '/v1/about': Get<'/v1/about', Session.About>
  '/v1/setup': Post<'/v1/setup', Session.SetUp>
  '/v1/session': Get<'/v1/session', Session.Me> &
    Post<'/v1/session', Session.SignIn, { person: Session.Me }> &
    Delete<'/v1/session'>
  '/v1/session/password': Put<'/v1/session/password', Session.ChangePassword>
  '/v1/session/list': Get<'/v1/session/list', Session.SessionRow[]>
  '/v1/session/list/{id}': Delete<'/v1/session/list/{id}'>
  '/v1/people': Get<'/v1/people', Page<Session.PersonRow>, Session.PersonQuery> &
    Post<'/v1/people', Session.AddPerson, { receipt: Receipt } & Session.OneTimePassword>
  '/v1/people/{id}': Put<'/v1/people/{id}', Session.ChangePerson>
  '/v1/people/{id}/reset': Post<'/v1/people/{id}/reset', never, Session.OneTimePassword>
  '/v1/audit': Get<'/v1/audit', Page<Session.AuditRow>, Session.AuditQuery>
  '/v1/system': Get<'/v1/system', Session.SystemView>
}

interface ReferencePaths {
  '/v1/catalogue': Get<'/v1/catalogue', Reference.Catalogue>
  '/v1/search': Get<'/v1/search', Reference.SearchHit[], { q: string }>
  '/v1/credit-code/{code}': Get<'/v1/credit-code/{code}', Reference.CreditCodeCheck>
}

interface EnterprisePaths {
  '/v1/enterprises': Get<'/v1/enterprises', Page<Enterprise.EnterpriseRow>, Enterprise.EnterpriseQuery> &
    Post<'/v1/enterprises', Enterprise.RegisterEnterprise>
  '/v1/enterprises/{id}': Get<'/v1/enterprises/{id}', Enterprise.Enterprise> &
    Put<'/v1/enterprises/{id}', Enterprise.RegisterEnterprise>
  '/v1/enterprises/{id}/facts': Get<'/v1/enterprises/{id}/facts', Enterprise.Facts, { as_of?: string }> &
    Put<'/v1/enterprises/{id}/facts', { values: Record<string, unknown> }>
  '/v1/enterprises/{id}/facts/{attribute}/history': Get<
    '/v1/enterprises/{id}/facts/{attribute}/history',
    Enterprise.FactHistoryEntry[]
  >
  '/v1/enterprises/{id}/facts/{attribute}/disputes': Post<
    '/v1/enterprises/{id}/facts/{attribute}/disputes',
    { reason: string }
  >
  '/v1/enterprises/{id}/facts/{attribute}/disputes/{number}/answer': Post<
    '/v1/enterprises/{id}/facts/{attribute}/disputes/{number}/answer',
    { accepted: boolean; text: string }
  >
  '/v1/enterprises/{id}/portrait': Get<'/v1/enterprises/{id}/portrait', Enterprise.Portrait>
  '/v1/enterprises/{id}/trends': Get<'/v1/enterprises/{id}/trends', Enterprise.Trends>
  '/v1/consents': Get<'/v1/consents', Page<Enterprise.Consent>, PageQuery> &
    Post<'/v1/consents', Enterprise.GiveConsent>
  '/v1/consents/{id}/revoke': Post<'/v1/consents/{id}/revoke', { reason: string }>
  '/v1/consents/{id}/pause': Post<'/v1/consents/{id}/pause', { reason: string }>
  '/v1/consents/{id}/resume': Post<'/v1/consents/{id}/resume', { reason: string }>
  '/v1/consents/readings': Get<'/v1/consents/readings', Page<Enterprise.Reading>, PageQuery>
  '/v1/lists': Get<'/v1/lists', Lists.Roster[]>
  '/v1/lists/enterprises': Get<'/v1/lists/enterprises', Lists.EnterpriseList, Lists.ListQuery>
  '/v1/lists/groups': Get<'/v1/lists/groups', Lists.EnterpriseGroups, Lists.GroupsQuery>
  '/v1/quality': Get<'/v1/quality', Page<Enterprise.QualityRow>, Enterprise.QualityQuery>
  '/v1/disputes': Get<'/v1/disputes', Page<Enterprise.DisputeRow>, Enterprise.DisputeQuery>
  '/v1/quality/summary': Get<'/v1/quality/summary', Enterprise.QualitySummary[]>
  '/v1/imports': Get<'/v1/imports', Page<Enterprise.Import>, PageQuery>
  '/v1/imports/{id}': Get<'/v1/imports/{id}', Enterprise.Import>
  '/v1/imports/{id}/report': Get<
    '/v1/imports/{id}/report',
    Page<Enterprise.ImportReportRow>,
    Enterprise.ImportReportQuery
  >
  '/v1/imports/{id}/cancel': Post<'/v1/imports/{id}/cancel', never, Enterprise.Import>
}

interface ProductPaths {
  '/v1/products': Get<'/v1/products', Page<Product.ProductView>, Product.ProductQuery> &
    Post<'/v1/products', Product.EditProduct>
  '/v1/products/{id}': Get<'/v1/products/{id}', Product.ProductView> &
    Put<'/v1/products/{id}', Product.EditProduct>
  '/v1/products/{id}/versions': Get<'/v1/products/{id}/versions', Product.ProductVersion[]>
  '/v1/products/{id}/publish': Post<'/v1/products/{id}/publish', { effective_from: string }>
  '/v1/products/{id}/retire': Post<'/v1/products/{id}/retire', { reason: string }>
  '/v1/products/{id}/enterprises': Get<'/v1/products/{id}/enterprises', Product.ProductEnterprises, PageQuery>
  '/v1/rules/check': Post<'/v1/rules/check', { expression: string }, Product.RuleCheck>
  '/v1/rules/vocabulary': Get<'/v1/rules/vocabulary', Product.RuleVocabulary>
  '/v1/rules/preview': Post<
    '/v1/rules/preview',
    { product?: string; expression: string },
    Product.RulePreview
  >
  '/v1/matches': Get<'/v1/matches', Product.Matches, Product.MatchQuery>
}

interface FinancePaths {
  '/v1/needs': Get<'/v1/needs', Page<Finance.NeedRow>, Finance.NeedQuery> &
    Post<'/v1/needs', Finance.WriteNeed>
  '/v1/needs/{id}': Get<'/v1/needs/{id}', Finance.Need> & Put<'/v1/needs/{id}', Finance.WriteNeed>
  '/v1/needs/{id}/timeline': Get<'/v1/needs/{id}/timeline', Finance.TimelineEntry[]>
  '/v1/needs/{id}/submit': Post<
    '/v1/needs/{id}/submit',
    { consent?: { scopes: string[]; valid_until: string } | null }
  >
  '/v1/needs/{id}/acts/{act}': Post<'/v1/needs/{id}/acts/{act}', { reason?: string; to?: string }>
  '/v1/needs/{id}/claims': Post<'/v1/needs/{id}/claims', { product?: string }>
  '/v1/claims/{id}': Get<'/v1/claims/{id}', Finance.Claim>
  '/v1/claims/{id}/acts/{act}': Post<'/v1/claims/{id}/acts/{act}', Record<string, unknown>>
  '/v1/claims/{id}/loans': Post<'/v1/claims/{id}/loans', Finance.RecordLoan>
  '/v1/league': Get<'/v1/league', Finance.LeagueRow[], { from?: string; to?: string }>
  '/v1/overview': Get<'/v1/overview', Finance.Overview>
  '/v1/desk': Get<'/v1/desk', Finance.Desk>
  '/v1/loans': Get<'/v1/loans', Page<Finance.Loan> & { sum: number }, Finance.LoanQuery>
  '/v1/loans/{id}': Get<'/v1/loans/{id}', Finance.LoanView>
  '/v1/loans/{id}/repayments': Post<'/v1/loans/{id}/repayments', { at: string; amount: number }>
  '/v1/loans/{id}/grade': Post<'/v1/loans/{id}/grade', { grade: Finance.LoanGrade; at: string }>
}

interface AllotmentPaths {
  '/v1/allotments': Get<'/v1/allotments', Page<Allotment.Allotment>, PageQuery> &
    Post<'/v1/allotments', Allotment.AllotmentTerms>
  '/v1/allotments/start': Get<'/v1/allotments/start', Allotment.AllotmentStart>
  '/v1/allotments/{id}': Get<'/v1/allotments/{id}', Allotment.Allotment> &
    Put<'/v1/allotments/{id}', Allotment.AllotmentTerms>
  '/v1/allotments/{id}/plan': Get<'/v1/allotments/{id}/plan', Allotment.AllotmentPlan>
  '/v1/allotments/{id}/given': Get<
    '/v1/allotments/{id}/given',
    Allotment.AllotmentGiven[],
    { format?: string }
  >
  '/v1/allotments/{id}/confirm': Post<'/v1/allotments/{id}/confirm', { digest: string }>
  '/v1/allotments/{id}/cancel': Post<'/v1/allotments/{id}/cancel', never>
}

interface InstrumentPaths {
  '/v1/instruments': Get<'/v1/instruments', Page<Instrument.InstrumentItem>, Instrument.InstrumentQuery> &
    Post<'/v1/instruments', Instrument.IssueInstrument>
  '/v1/instruments/kinds': Get<'/v1/instruments/kinds', Instrument.InstrumentKind[]>
  '/v1/instruments/counterparty': Get<
    '/v1/instruments/counterparty',
    Instrument.Counterparty,
    { code?: string }
  >
  '/v1/instruments/pushes': Get<'/v1/instruments/pushes', Page<Instrument.Push>, Instrument.PushQuery>
  '/v1/instruments/notices': Get<'/v1/instruments/notices', Page<Instrument.Push>, Instrument.PushQuery>
  '/v1/instruments/deals': Get<'/v1/instruments/deals', Page<Instrument.Deal>, Instrument.DealQuery>
  '/v1/instruments/{id}': Get<'/v1/instruments/{id}', Instrument.InstrumentView, { as_of?: string }>
  '/v1/instruments/{id}/acts/{act}': Post<'/v1/instruments/{id}/acts/{act}', Instrument.InstrumentDeed>
}

interface PlanPaths {
  '/v1/indicators': Get<'/v1/indicators', Plan.Indicators, Plan.IndicatorQuery>
  '/v1/indicators/{code}': Get<'/v1/indicators/{code}', Plan.IndicatorView, Plan.IndicatorQuery>
  '/v1/indicators/{code}/records': Get<
    '/v1/indicators/{code}/records',
    Plan.IndicatorRecords,
    Plan.IndicatorQuery & PageQuery
  >
  '/v1/indicators/{code}/values': Post<'/v1/indicators/{code}/values', Plan.ReportValue>
  '/v1/indicators/{code}/targets': Post<'/v1/indicators/{code}/targets', Plan.SetTarget>
  '/v1/tasks': Get<'/v1/tasks', Plan.Task[], { unit?: string }>
  '/v1/tasks/{number}': Get<'/v1/tasks/{number}', Plan.TaskView>
  '/v1/tasks/{number}/reports': Post<'/v1/tasks/{number}/reports', Plan.ReportProgress>
  '/v1/tasks/{number}/milestones/{code}': Post<
    '/v1/tasks/{number}/milestones/{code}',
    { done_on: string; evidence: string }
  >
  '/v1/notices': Get<'/v1/notices', Page<Plan.Notice>, Plan.NoticeQuery>
  '/v1/notices/{id}/read': Post<'/v1/notices/{id}/read', never>
  '/v1/notices/read-all': Post<'/v1/notices/read-all', never>
  '/v1/jobs/{id}': Get<'/v1/jobs/{id}', Job>
}

interface CapitalPaths {
  '/v1/registrations': Get<'/v1/registrations', Page<Capital.Registration>, Capital.RegistrationQuery> &
    Post<'/v1/registrations', Capital.Register>
  '/v1/registrations/rules': Get<'/v1/registrations/rules', Capital.SecurityRules>
  '/v1/registrations/search': Get<'/v1/registrations/search', Capital.DebtorEntries, { debtor_code: string }>
  '/v1/registrations/certificates': Get<
    '/v1/registrations/certificates',
    Page<Capital.Certificate>,
    PageQuery
  > &
    Post<'/v1/registrations/certificates', { debtor_code: string }>
  '/v1/registrations/{id}': Get<'/v1/registrations/{id}', Capital.RegistrationView> &
    Put<'/v1/registrations/{id}', Capital.RegistrationChange>
  '/v1/registrations/{id}/extend': Post<'/v1/registrations/{id}/extend', { months: number }>
  '/v1/registrations/{id}/file': Post<'/v1/registrations/{id}/file', Capital.FilingWish>
  '/v1/registrations/{id}/end-claim': Post<'/v1/registrations/{id}/end-claim', { ended_on: string }>
  '/v1/registrations/{id}/discharge': Post<'/v1/registrations/{id}/discharge', { reason: string }>
  '/v1/registrations/{id}/object': Post<'/v1/registrations/{id}/object', { reason: string }>
  '/v1/registrations/{id}/withdraw-objection': Post<
    '/v1/registrations/{id}/withdraw-objection',
    { reason: string }
  >
  '/v1/agreements': Get<'/v1/agreements', Capital.Agreement[], { format?: string }> &
    Post<
      '/v1/agreements',
      { bank: string; title: string; agreed: number; signed_on: string; until: string; use: string }
    >
  '/v1/agreements/summary': Get<'/v1/agreements/summary', Capital.CreditSummary>
  '/v1/agreements/{id}': Get<'/v1/agreements/{id}', Capital.AgreementView>
  '/v1/agreements/{id}/projects': Post<
    '/v1/agreements/{id}/projects',
    { name: string; industry: string; enterprise: string; amount: number }
  >
  '/v1/agreement-projects/{id}/draw': Post<'/v1/agreement-projects/{id}/draw', { amount: number }>
  '/v1/agreement-projects/{id}/give-up': Post<'/v1/agreement-projects/{id}/give-up', { amount: number }>
  '/v1/joint-limits': Get<'/v1/joint-limits', Capital.JointLimit[], { format?: string }>
  '/v1/joint-limits/{id}': Post<'/v1/joint-limits/{id}', { limit: number; reason: string }>
  '/v1/credit-lines': Post<
    '/v1/credit-lines',
    { borrower: string; amount: number; contract: string; until: string }
  >
  '/v1/credit-lines/{id}/lower': Post<'/v1/credit-lines/{id}/lower', { amount: number }>
  '/v1/guarantors': Get<'/v1/guarantors', Capital.Guarantor[], { format?: string }>
  '/v1/guarantors/assets': Post<'/v1/guarantors/assets', { net_assets: number; as_of: string }>
  '/v1/guarantees': Get<'/v1/guarantees', Page<Capital.Guarantee>, Capital.GuaranteeQuery> &
    Post<'/v1/guarantees', Capital.IssueGuarantee>
  '/v1/guarantees/{id}': Get<'/v1/guarantees/{id}', Capital.GuaranteeView>
  '/v1/guarantees/{id}/release': Post<'/v1/guarantees/{id}/release', { amount: number }>
  '/v1/guarantees/{id}/compensate': Post<'/v1/guarantees/{id}/compensate', { amount: number; reason: string }>
  '/v1/guarantees/{id}/recover': Post<'/v1/guarantees/{id}/recover', { amount: number }>
  '/v1/programmes': Get<'/v1/programmes', Capital.Programme[], { year?: number }>
  '/v1/budget-cases': Get<'/v1/budget-cases', Page<Capital.MoneyCase>, Capital.MoneyCaseQuery> &
    Post<'/v1/budget-cases', Capital.MoneyApplication>
  '/v1/budget-cases/estimate': Post<
    '/v1/budget-cases/estimate',
    { programme: string; figures: Capital.MoneyFigures },
    { amount: number }
  >
  '/v1/budget-cases/{id}': Get<'/v1/budget-cases/{id}', Capital.MoneyCaseView>
  '/v1/budget-cases/{id}/act': Post<
    '/v1/budget-cases/{id}/act',
    { act: string; reason: string; amount?: number | null }
  >
  '/v1/budget-pools': Get<'/v1/budget-pools', Capital.RiskPool[], { programme?: string }> &
    Post<'/v1/budget-pools', { programme: string; loan: string; enterprise: string; amount: number }>
}

interface RiskPaths {
  '/v1/risk-cases': Get<'/v1/risk-cases', Page<Risk.RiskListed>, Risk.RiskQuery>
  '/v1/risk-cases/{id}': Get<'/v1/risk-cases/{id}', Risk.RiskCase>
  '/v1/risk-cases/{id}/graph': Get<'/v1/risk-cases/{id}/graph', Risk.RiskGraph>
  '/v1/risk-cases/{id}/take': Post<'/v1/risk-cases/{id}/take', never>
  '/v1/risk-cases/{id}/assign': Post<'/v1/risk-cases/{id}/assign', { person: string }>
  '/v1/risk-cases/{id}/notes': Post<'/v1/risk-cases/{id}/notes', { action: string; text: string }>
  '/v1/risk-cases/{id}/close': Post<
    '/v1/risk-cases/{id}/close',
    { outcome: Risk.RiskOutcome; reason: string; text: string }
  >
  '/v1/risk-cases/{id}/reopen': Post<'/v1/risk-cases/{id}/reopen', { text: string }>
  '/v1/risk-rules': Get<'/v1/risk-rules', Risk.RiskRule[], { format?: string }>
  '/v1/risk-desk': Get<'/v1/risk-desk', Risk.RiskDesk>
  '/v1/stream': Get<'/v1/stream', Risk.PaymentStream>
  '/v1/stream/replay': Post<'/v1/stream/replay', never, Risk.PaymentStream>
}

export type paths = SessionPaths &
  ReferencePaths &
  EnterprisePaths &
  ProductPaths &
  FinancePaths &
  AllotmentPaths &
  CapitalPaths &
  RiskPaths &
  InstrumentPaths &
  PlanPaths
