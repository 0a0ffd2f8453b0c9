// Every endpoint this interface calls: its address, what goes in, what comes out. Written by hand in the shape that
// openapi-typescript generates.
import type { Named, Page, PageQuery } from './types/base'
import type * as Identity from './types/session'
import type * as Notice from './types/notice'
import type * as Finance from './types/need'
import type * as Indicator from './types/indicator'
import type * as Overview from './types/overview'
import type * as Registry from './types/enterprise'

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

interface Key {
  'Idempotency-Key'?: string
}

/** A reading endpoint. */
interface Read<Path extends string, Answer, Query = never> {
  parameters: Parameters<Path, Query>
  responses: Responses<Answer>
}

/** A command with a body. */
interface Write<Path extends string, Body, Answer> {
  parameters: Parameters<Path, never, Key>
  requestBody: { content: { 'application/json': Body } }
  responses: Responses<Answer>
}

/** A command without a body. */
interface Act<Path extends string, Answer> {
  parameters: Parameters<Path, never, Key>
  requestBody?: never
  responses: Responses<Answer>
}

type Get<Path extends string, Answer, Query = never> = { get: Read<Path, Answer, Query> }
type Post<Path extends string, Body, Answer> = {
  post: [Body] extends [never] ? Act<Path, Answer> : Write<Path, Body, Answer>
}
type Put<Path extends string, Body, Answer> = { put: Write<Path, Body, Answer> }
type Delete<Path extends string, Answer> = { delete: Act<Path, Answer> }

export type Done = Record<string, never>
export type { Get, Post, Put, Delete }

interface SharedPaths {
  '/v1/session': Get<'/v1/session', Identity.SessionView> &
    Post<'/v1/session', Identity.SignIn, Identity.SessionView> &
    Delete<'/v1/session', Done>
  '/v1/setup': Post<'/v1/setup', Identity.SetUp, Identity.SessionView>
  '/v1/password': Post<'/v1/password', Identity.ChangePassword, Done>
  '/v1/sessions': Get<'/v1/sessions', Page<Identity.SessionRow>>
  '/v1/sessions/{id}': Delete<'/v1/sessions/{id}', Done>
  '/v1/notices': Get<'/v1/notices', Page<Notice.NoticeRow>, Notice.NoticeQuery>
  '/v1/notices/{id}/read': Post<'/v1/notices/{id}/read', never, Done>
  '/v1/search': Get<
    '/v1/search',
    Page<{ topic: string; subject: string; title: string; detail: string }>,
    { q: string }
  >
  '/v1/lists/{name}': Get<'/v1/lists/{name}', Page<Named>>
}

interface DepartmentPaths {
  '/v1/overview': Get<'/v1/overview', Overview.Overview>
  '/v1/indicators': Get<'/v1/indicators', Page<Indicator.IndicatorRow>, Indicator.IndicatorQuery>
  '/v1/indicators/{code}': Get<'/v1/indicators/{code}', Indicator.IndicatorView, { period?: string }>
  '/v1/indicators/{code}/records': Get<
    '/v1/indicators/{code}/records',
    Page<Indicator.RecordRow>,
    Indicator.RecordQuery
  >
  '/v1/indicators/{code}/values': Post<
    '/v1/indicators/{code}/values',
    Indicator.ReportValue,
    Indicator.IndicatorRow
  >
  '/v1/tasks': Get<'/v1/tasks', Page<Indicator.TaskRow>, Indicator.TaskQuery>
  '/v1/tasks/{code}': Get<'/v1/tasks/{code}', Indicator.TaskView>
  '/v1/tasks/{code}/reports': Post<'/v1/tasks/{code}/reports', Indicator.ReportProgress, Indicator.TaskView>
  '/v1/needs': Get<'/v1/needs', Page<Finance.NeedRow>, Finance.NeedQuery>
  '/v1/needs/{id}': Get<'/v1/needs/{id}', Finance.NeedView>
  '/v1/needs/{id}/urges': Post<'/v1/needs/{id}/urges', Finance.Urge, Finance.NeedView>
  '/v1/needs/{id}/escalations': Post<'/v1/needs/{id}/escalations', Finance.Escalate, Finance.NeedView>
  '/v1/league': Get<'/v1/league', Page<Finance.LeagueRow>, Finance.LeagueQuery>
  '/v1/enterprises': Get<'/v1/enterprises', Page<Registry.EnterpriseRow>, Registry.EnterpriseQuery>
  '/v1/enterprises/{id}': Get<'/v1/enterprises/{id}', Registry.EnterpriseView>
  '/v1/imports': Get<'/v1/imports', Page<Registry.ImportRow>, PageQuery>
  '/v1/imports/{id}': Get<'/v1/imports/{id}', Registry.ImportRow>
  '/v1/imports/{id}/errors': Get<'/v1/imports/{id}/errors', Page<Registry.ImportErrorRow>, PageQuery>
  '/v1/import-kinds': Get<'/v1/import-kinds', Page<Registry.ImportKind>>
  '/v1/quality': Get<'/v1/quality', Page<Registry.QualityRow>>
  '/v1/quality/{rule}/findings': Get<'/v1/quality/{rule}/findings', Page<Registry.QualityFinding>, PageQuery>
  '/v1/products': Get<'/v1/products', Page<Registry.ProductRow>, Registry.ProductQuery>
  '/v1/audit': Get<'/v1/audit', Page<Registry.AuditRow>, Registry.AuditQuery>
  '/v1/people': Get<'/v1/people', Page<Identity.PersonRow>, Identity.PersonQuery> &
    Post<'/v1/people', Identity.AddPerson, Identity.AddedPerson>
  '/v1/people/{id}/lock': Post<'/v1/people/{id}/lock', { reason: string }, Done>
  '/v1/people/{id}/unlock': Post<'/v1/people/{id}/unlock', { reason: string }, Done>
  '/v1/roles': Get<'/v1/roles', Page<Identity.RoleView>>
  '/v1/system': Get<'/v1/system', Registry.SystemView>
}

export type paths = SharedPaths & DepartmentPaths
