// A stand-in for the program while it does not run yet: invented data in the shapes of the API contract. Development
// only; nothing of it is built or served.
import { people, about } from './people.mjs'
import { catalogue } from './catalogue.mjs'
import { enterprises, facts, needs, products, timeline } from './finance.mjs'
import { indicators, indicatorView, tasks } from './plan.mjs'

let seq = 1000
const now = '2023-07-18T03:00:00Z'
const receipt = (subject = '1') => ({ seq: ++seq, subject, at: now })
const page = (items, query) => {
  const number = Number(query.get('page') ?? 1)
  const size = Number(query.get('per_page') ?? 50)
  return {
    items: items.slice((number - 1) * size, number * size),
    total: items.length,
    page: number,
    per_page: size,
  }
}
const problem = (status, code, title, extra = {}) => ({
  status,
  body: { type: 'about:blank', title, status, code, ...extra },
})
const notFound = () => problem(404, 'http.not_found', '没有找到')

const imports = [
  {
    id: '90',
    kind: 'vat_invoices',
    file: '销项发票2022.csv',
    bytes: 48_300_112,
    at: '2023-07-17T01:20:00Z',
    by: { id: '3', name: '沈数据' },
    state: 'done',
    progress: 1_000_000,
    rows: 264_865,
    accepted: 262_101,
    unchanged: 0,
    reported: 2764,
    rejected: 312,
    message: null,
  },
  {
    id: '91',
    kind: 'facts',
    file: '用电.xlsx',
    bytes: 812_441,
    at: '2023-07-18T02:50:00Z',
    by: { id: '3', name: '沈数据' },
    state: 'running',
    progress: 430_000,
    rows: 4300,
    accepted: 4290,
    unchanged: 0,
    reported: 10,
    rejected: 0,
    message: null,
  },
]
const notices = [
  {
    id: '1',
    at: now,
    title: { zh: '首次响应超时', en: 'First answer overdue' },
    body: { zh: 'XQ2023000002 超时 3 小时，请督办。', en: 'XQ2023000002 is 3 hours over; please supervise.' },
    path: '/needs/2',
    level: 'overdue',
    read_at: null,
  },
  {
    id: '2',
    at: '2023-07-17T02:00:00Z',
    title: { zh: '六月指标待填报', en: 'June figures to be reported' },
    body: { zh: '绿色信贷余额', en: 'Green loan balance' },
    path: '/indicators/green_loan_balance',
    level: 'work',
    read_at: now,
  },
]
const quality = enterprises.slice(0, 30).map((firm, n) => ({
  enterprise: { id: firm.id, name: firm.name },
  rule: n % 2 ? 'sales_match_tax' : 'employees_present',
  label:
    n % 2
      ? { zh: '开票与纳税收入一致', en: 'Invoices agree with taxed revenue' }
      : { zh: '从业人员已填', en: 'Employees are known' },
  severity: n % 2 ? 'warning' : 'error',
  attributes: ['employees'],
  message: { zh: '缺少从业人员', en: 'Employees missing' },
  cure: { zh: '请企业在企业信息页补填', en: 'Ask the firm to fill it in' },
  owner: 'hr',
  owner_name: { zh: '县人社局', en: 'Human resources bureau' },
}))

const matches = () => ({
  today: '2023-07-18',
  lpr: { date: '2023-06-20', one_year: 35_500, five_year: 42_000 },
  weights: [],
  took_us: 412,
  matches: products.slice(0, 4).map((product, n) => ({
    product,
    outcome: ['eligible', 'nearly', 'unknown', 'not_eligible'][n],
    rank: n + 1,
    clauses: [
      {
        text: 'invoice_sales_12m >= 3000000',
        outcome: n ? 'fails' : 'holds',
        sentence: { zh: '近 12 个月开票不少于 300 万元', en: 'Invoiced at least 3 million in 12 months' },
        attributes: [],
        gap: null,
      },
    ],
    missing: [],
    changes: [],
    components: [
      {
        code: 'price',
        label: { zh: '价格', en: 'Price' },
        value: 800_000,
        weight: 400_000,
        display: { zh: '3.85%', en: '3.85%' },
      },
    ],
  })),
})

const routes = [
  ['GET', '/v1/about', () => about],
  ['GET', '/v1/session', ({ me }) => me ?? problem(401, 'http.unauthenticated', '请先登录')],
  [
    'POST',
    '/v1/session',
    (_, { login, password }) => {
      if (password !== 'demo')
        return problem(401, 'identity.wrong', '用户名或密码不正确', { cure: '连续 5 次输错会锁定 30 分钟' })
      const me = people[login] ?? null
      return me ? { person: me } : problem(401, 'identity.wrong', '用户名或密码不正确')
    },
  ],
  ['DELETE', '/v1/session', () => receipt()],
  ['PUT', '/v1/session/password', () => receipt()],
  [
    'GET',
    '/v1/session/list',
    () => [
      { id: '1', from: '127.0.0.1', at: now, last: now, current: true },
      { id: '2', from: '10.2.0.9', at: now, last: now, current: false },
    ],
  ],
  ['DELETE', '/v1/session/list/{id}', () => receipt()],
  [
    'GET',
    '/v1/people',
    ({ query }) =>
      page(
        Object.values(people).map((one) => ({
          id: one.id,
          login: one.login,
          name: one.name,
          party: one.party,
          roles: one.roles.map((role) => role.code),
          state: one.id === '2' ? 'locked' : 'active',
          last: now,
        })),
        query,
      ),
  ],
  ['POST', '/v1/people', () => ({ receipt: receipt(), one_time_password: 'K7mPqR2vXw9tZa4c' })],
  ['PUT', '/v1/people/{id}', () => receipt()],
  ['POST', '/v1/people/{id}/reset', () => ({ one_time_password: 'H5nTqW3xYb8sVd6e' })],
  [
    'GET',
    '/v1/audit',
    ({ query }) =>
      page(
        Array.from({ length: 120 }, (_, n) => ({
          seq: 500 - n,
          at: now,
          person: { id: '1', name: '王科员' },
          party: { id: '10', name: { zh: '县金融发展服务中心', en: 'Financial service centre' } },
          kind: n % 3 ? 'finance.need_published' : 'identity.signed_in',
          label: n % 3 ? { zh: '需求发布', en: 'Need published' } : { zh: '登录', en: 'Signed in' },
          subject: 'XQ20230000' + n,
          body: n % 3 ? { need: String(n), by: 'platform' } : null,
        })),
        query,
      ),
  ],
  [
    'GET',
    '/v1/system',
    () => ({
      version: '0.1.0',
      memory_bytes: 210_000_000,
      uptime_s: 86_520,
      journal_seq: 120_431,
      database_bytes: 812_000_000,
      commits: 99_012,
      sessions: 14,
      live_clients: 6,
      jobs: [
        {
          id: '91',
          kind: 'import',
          title: { zh: '导入 用电.xlsx', en: 'Import 用电.xlsx' },
          state: 'running',
          progress: 430_000,
          started_at: now,
        },
      ],
      pack: { code: 'jiashan', version: 'jiashan 2021.1 3f9a' },
      relays: [
        { name: 'notices', behind: 0 },
        { name: 'webhooks', behind: 12 },
      ],
    }),
  ],
  ['GET', '/v1/catalogue', () => catalogue],
  [
    'GET',
    '/v1/search',
    ({ query }) =>
      needs
        .filter((need) => (need.number + need.enterprise.name).includes(query.get('q')))
        .slice(0, 8)
        .map((need) => ({
          kind: 'need',
          id: need.id,
          title: { zh: need.enterprise.name, en: need.enterprise.name },
          hint: { zh: need.number, en: need.number },
          path: '/needs/' + need.id,
        })),
  ],
  [
    'GET',
    '/v1/credit-code/{code}',
    () => ({ valid: 'valid', message: { zh: '校验通过', en: 'Valid' }, parts: null }),
  ],
  [
    'GET',
    '/v1/enterprises',
    ({ query }) =>
      page(
        enterprises.filter((firm) => firm.name.includes(query.get('text') ?? '')),
        query,
      ),
  ],
  ['GET', '/v1/enterprises/{id}', ({ id }) => enterprises.find((firm) => firm.id === id) ?? notFound()],
  ['GET', '/v1/enterprises/{id}/facts', ({ id }) => facts(id)],
  [
    'GET',
    '/v1/enterprises/{id}/facts/{attribute}/history',
    () => [
      {
        value: 1,
        display: { zh: '38 人', en: '38' },
        period: null,
        source_label: { zh: '企业填报', en: 'Stated' },
        learned_at: now,
        superseded: false,
      },
    ],
  ],
  ['PUT', '/v1/enterprises/{id}/facts', () => receipt()],
  ['POST', '/v1/enterprises/{id}/facts/{attribute}/disputes', () => receipt()],
  [
    'GET',
    '/v1/enterprises/{id}/trends',
    () => ({
      months: ['2023-01', '2023-02', '2023-03', '2023-04', '2023-05', '2023-06'],
      sales: [31, 22, 40, 44, 39, 52].map((x) => x * 10_000_000),
      purchases: [20, 12, 31, 30, 25, 33].map((x) => x * 10_000_000),
      invoices: [40, 25, 52, 61, 48, 66],
      void_rate: [0, 40_000, 20_000, 0, 10_000, 15_000],
    }),
  ],
  [
    'GET',
    '/v1/consents',
    ({ query }) =>
      page(
        [
          {
            id: '7',
            enterprise: { id: '101', name: enterprises[0].name },
            receiver: {
              id: '201',
              name: { zh: '善禾农村商业银行（演示）', en: 'Shanhe Rural Commercial Bank (demo)' },
            },
            purpose: 'financing',
            purpose_label: { zh: '融资申请', en: 'Financing' },
            scopes: [catalogue.scopes[0]],
            mode: 'period',
            valid_from: now,
            valid_until: '2023-12-31T15:59:59Z',
            status: 'active',
            need: null,
            given_at: now,
            revoked_at: null,
            reads: 3,
          },
        ],
        query,
      ),
  ],
  ['POST', '/v1/consents', () => receipt()],
  ['POST', '/v1/consents/{id}/{act}', () => receipt()],
  [
    'GET',
    '/v1/consents/readings',
    ({ query }) =>
      page(
        [
          {
            at: now,
            reader: { id: '201', name: { zh: '善禾农村商业银行（演示）', en: 'Shanhe Bank (demo)' } },
            person_name: '沈经理',
            consent: '7',
            purpose_label: { zh: '融资申请', en: 'Financing' },
            attributes: [{ name: 'tax_credit_grade', label: { zh: '纳税信用等级', en: 'Tax credit grade' } }],
          },
        ],
        query,
      ),
  ],
  [
    'GET',
    '/v1/quality',
    ({ query }) =>
      page(
        quality.filter((row) => !query.get('rule') || row.rule === query.get('rule')),
        query,
      ),
  ],
  [
    'GET',
    '/v1/quality/summary',
    () => [
      {
        rule: 'employees_present',
        label: quality[0].label,
        count: 15,
        kind: 'completeness',
        owner_name: quality[0].owner_name,
      },
      { rule: 'sales_match_tax', label: quality[1].label, count: 15, kind: 'cross_field', owner_name: null },
    ],
  ],
  ['GET', '/v1/imports', ({ query }) => page(imports, query)],
  ['POST', '/v1/imports', () => ({ import: '91' })],
  ['GET', '/v1/imports/{id}', ({ id }) => imports.find((one) => one.id === id) ?? notFound()],
  ['POST', '/v1/imports/{id}/cancel', () => receipt()],
  [
    'GET',
    '/v1/imports/{id}/report',
    ({ query }) =>
      page(
        Array.from({ length: 312 }, (_, n) => ({
          row: 12 + n * 7,
          column: '价税合计',
          column_label: { zh: '价税合计', en: 'Total with tax' },
          value: n % 2 ? 'N/A' : '-0',
          code: 'invoice.amount',
          severity: n % 3 ? 'error' : 'warning',
          reason: { zh: '金额不是数字', en: 'The amount is no number' },
          cure: { zh: '改成数字，或删去这一行', en: 'Make it a number, or remove the row' },
        })),
        query,
      ),
  ],
  ['GET', '/v1/products', ({ query }) => page(products, query)],
  ['GET', '/v1/products/{id}', ({ id }) => products.find((one) => one.id === id) ?? notFound()],
  [
    'GET',
    '/v1/products/{id}/versions',
    () => [{ version: 1, at: now, by: { id: '1', name: '沈经理' }, state: 'published', changes: [] }],
  ],
  [
    'GET',
    '/v1/products/{id}/enterprises',
    () => ({ eligible: 41, nearly: 33, unknown: 102, not_eligible: 124, items: [] }),
  ],
  [
    'POST',
    '/v1/rules/check',
    () => ({
      ok: true,
      findings: [],
      uses: ['tax_credit_grade'],
      clauses: [
        {
          text: 'tax_credit_grade >= "B"',
          sentence: { zh: '纳税信用不低于 B 级', en: 'Tax credit grade B or better' },
        },
      ],
      cost: 3,
    }),
  ],
  ['GET', '/v1/rules/vocabulary', () => ({ attributes: catalogue.attributes, functions: [] })],
  [
    'POST',
    '/v1/rules/preview',
    () => ({
      tried: 300,
      eligible: 41,
      nearly: 33,
      unknown: 102,
      not_eligible: 124,
      enters: 4,
      leaves: 1,
      sample: [],
    }),
  ],
  ['GET', '/v1/matches', matches],
  [
    'GET',
    '/v1/needs',
    ({ query }) =>
      page(
        needs.filter(
          (need) =>
            (need.number + need.enterprise.name).includes(query.get('text') ?? '') &&
            (!query.get('state') || need.state === query.get('state')) &&
            (query.get('breached') !== 'true' || need.worst_clock?.state === 'breached'),
        ),
        query,
      ),
  ],
  ['POST', '/v1/needs', () => receipt('1')],
  ['PUT', '/v1/needs/{id}', () => receipt('1')],
  ['GET', '/v1/needs/{id}', ({ id }) => needs.find((need) => need.id === id) ?? notFound()],
  ['GET', '/v1/needs/{id}/timeline', () => timeline],
  ['POST', '/v1/needs/{id}/{rest}', () => receipt('1')],
  ['POST', '/v1/needs/{id}/acts/{act}', () => receipt('1')],
  ['GET', '/v1/claims/{id}', () => needs[0].claims[0]],
  ['POST', '/v1/claims/{id}/acts/{act}', () => receipt('1')],
  ['POST', '/v1/claims/{id}/loans', () => receipt('1')],
  [
    'GET',
    '/v1/league',
    () =>
      catalogue.institutions.slice(0, 6).map((one, n) => ({
        institution: one,
        published: 120 - n * 11,
        claimed: 80 - n * 9,
        answered: 71 - n * 8,
        median_answer_minutes: n === 5 ? null : 132 + n * 41,
        median_upper: 300 + n * 60,
        open: 4 + n,
        overdue: n,
        overdue_minutes: n * 312,
        paused_minutes: n * 90,
        offers: 50 - n * 5,
        refused: 10 + n,
        refusals: [
          {
            reason: 'debt_ratio',
            label: { zh: '资产负债率过高', en: 'Debt ratio too high' },
            count: 4 + n,
          },
        ],
        conversion: 620_000 - n * 40_000,
        granted: (90 - n * 9) * 100_000_000,
        disbursed: (70 - n * 9) * 100_000_000,
        first_loans: 12 - n,
      })),
  ],
  [
    'GET',
    '/v1/overview',
    () => ({
      needs: { open: 28, breached: 3, today: 5 },
      claims: { open: 61, breached: 4 },
      disbursed_month: 86_400_000_000,
      loans_month: 41,
      first_loans_year: 63,
      due: [
        {
          kind: 'need',
          title: { zh: 'XQ2023000002 首次响应超时', en: 'XQ2023000002 first answer overdue' },
          at: '2023-07-18T01:00:00Z',
          path: '/needs/2',
          overdue: true,
        },
        {
          kind: 'indicator',
          title: { zh: '填报 6 月绿色信贷余额', en: 'Report green loans for June' },
          at: '2023-07-20T09:00:00Z',
          path: '/indicators/green_loan_balance',
          overdue: false,
        },
      ],
      indicators: { reached: 19, near: 6, behind: 7, total: 32 },
      recent: timeline.map((entry) => ({
        ...entry,
        need: { id: '1', number: 'XQ2023000001', name: enterprises[0].name },
      })),
    }),
  ],
  [
    'GET',
    '/v1/desk',
    () => ({
      due: [],
      needs_open: 4,
      claims: needs[0].claims,
      offers: needs[0].claims,
      notices: 2,
      consents_expiring: 1,
    }),
  ],
  ['GET', '/v1/loans', ({ query }) => ({ ...page([loan('1')], query), sum: 120_000_000 })],
  ['GET', '/v1/loans/{id}', ({ id }) => ({ ...loan(id), events: [] })],
  ['GET', '/v1/indicators', ({ query }) => indicators(Number(query.get('year') ?? 2023))],
  [
    'GET',
    '/v1/indicators/{code}',
    ({ code, query }) => indicatorView(code, Number(query.get('year') ?? 2023)) ?? notFound(),
  ],
  [
    'GET',
    '/v1/indicators/{code}/records',
    ({ code, query }) =>
      code === 'platform_financing_amount'
        ? {
            kind: 'loan',
            sum: 120_000_000,
            ...page(
              [
                {
                  loan: '1',
                  institution: loan('1').institution,
                  enterprise: { id: '101', name: { zh: enterprises[0].name, en: '' } },
                  number: 'JJ2023-0001',
                  day: '2023-07-10',
                  counted: 120_000_000,
                  amount: 120_000_000,
                  balance: 120_000_000,
                  rate: 38_500,
                  source_note: '',
                  person_name: '',
                },
              ],
              query,
            ),
          }
        : {
            kind: 'reported',
            sum: 0,
            ...page(
              [
                {
                  number: '2023-06',
                  day: '2023-06-30',
                  counted: 3_000_000_000_000,
                  source_note: '人行月报',
                  person_name: '周填报',
                },
              ],
              query,
            ),
          },
  ],
  ['POST', '/v1/indicators/{code}/values', () => receipt()],
  ['GET', '/v1/tasks', () => tasks],
  [
    'GET',
    '/v1/tasks/{number}',
    ({ number }) => {
      const task = tasks.find((one) => one.number === Number(number))
      return task
        ? {
            ...task,
            reports: [
              {
                at: now,
                person_name: '周填报',
                unit: 'economy',
                text: '已召开两场对接会。',
                progress: 550_000,
                blocker: null,
              },
            ],
          }
        : notFound()
    },
  ],
  ['POST', '/v1/tasks/{number}/reports', () => receipt()],
  ['POST', '/v1/tasks/{number}/milestones/{code}', () => receipt()],
  ['GET', '/v1/notices', ({ query }) => page(notices, query)],
  ['POST', '/v1/notices/{id}/read', () => receipt()],
  ['POST', '/v1/notices/read-all', () => receipt()],
]

function loan(id) {
  return {
    id,
    institution: { id: '201', name: { zh: '善禾农村商业银行（演示）', en: 'Shanhe Bank (demo)' } },
    enterprise: { id: '101', name: enterprises[0].name, credit_code: enterprises[0].credit_code },
    number: 'JJ2023-0001',
    need: '1',
    claim: '11',
    amount: 120_000_000,
    rate: 38_500,
    price: null,
    term_months: 12,
    start: '2023-07-10',
    due: '2024-07-10',
    guarantee_mode: 'credit',
    repayment_mode: 'interest_first',
    use: 'working_capital',
    green: false,
    credit_loan: true,
    first_loan: true,
    industry: '3484',
    manufacturing: true,
    medium_long: false,
    size: 'small',
    balance: 120_000_000,
    grade: 'normal',
    through_platform: true,
    recorded_at: now,
  }
}

function match(pattern, path) {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const found = {}
  for (const [n, part] of wanted.entries()) {
    if (part.startsWith('{')) found[part.slice(1, -1)] = decodeURIComponent(given[n])
    else if (part !== given[n]) return null
  }
  return found
}

async function bodyOf(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  try {
    return JSON.parse(Buffer.concat(parts).toString())
  } catch {
    return {}
  }
}

/** A node handler for everything under /v1. */
export async function handle(request, response) {
  const url = new URL(request.url, 'http://mock')
  if (url.pathname === '/v1/live') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': open\n\n')
    return
  }
  const me = people[/mock=(\w+)/.exec(request.headers.cookie ?? '')?.[1]] ?? null
  const body = request.method === 'GET' ? {} : await bodyOf(request)
  let answer = null
  if (request.method !== 'GET' && request.headers['x-rongqiao'] !== '1')
    answer = problem(403, 'http.cross_site', '请求来源不明')
  for (const [method, pattern, act] of answer ? [] : routes) {
    const parameters = method === request.method && match(pattern, url.pathname)
    if (!parameters) continue
    answer = act({ ...parameters, query: url.searchParams, me }, body)
    break
  }
  answer ??= notFound()
  const failed = typeof answer.status === 'number' && answer.body
  if (answer.person) response.setHeader('set-cookie', `mock=${answer.person.login}; Path=/`)
  if (request.method === 'DELETE' && url.pathname === '/v1/session')
    response.setHeader('set-cookie', 'mock=; Path=/')
  response.writeHead(failed ? answer.status : 200, {
    'content-type': failed ? 'application/problem+json' : 'application/json',
  })
  response.end(JSON.stringify(failed ? answer.body : answer))
}
