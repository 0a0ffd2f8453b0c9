const text = (zh, en = zh) => ({ zh, en })
const groups = [
  ['industry', '产业发展', 'Industry'],
  ['finance', '金融资源', 'Finance'],
  ['fintech', '金融科技', 'Fintech'],
  ['matching', '信息对接', 'Matching'],
  ['fiscal', '财政支持', 'Fiscal support'],
]
const rows = [
  ['gdp', '地区生产总值', 'industry', 'flow', '亿元', [714, 778, 848]],
  ['manufacturing_loan_balance', '制造业贷款余额', 'finance', 'stock', '亿元', [320, 380, 450]],
  ['green_loan_balance', '绿色信贷余额', 'finance', 'stock', '亿元', [160, 220, 280]],
  ['npl_ratio', '不良贷款率', 'finance', 'ratio', '%', [0.9, 0.8, 0.8]],
  ['fintech_firms', '金融科技企业', 'fintech', 'count', '个', [15, 20, 25]],
  ['platform_financing_amount', '产融合作平台融资额', 'matching', 'flow', '亿元', [110, 125, 150]],
  ['platform_financing_count', '产融合作平台融资笔数', 'matching', 'flow', '笔', [1050, 1150, 1300]],
  ['interest_subsidy', '贷款贴息', 'fiscal', 'flow', '亿元', [3.35, 3.4, 3.5]],
]
const minor = { 亿元: 10_000_000_000, '%': 10_000, 个: 1, 笔: 1 }
const figure = { 亿元: 'money', '%': 'rate', 个: 'count', 笔: 'count' }
const actualShare = [1.01, 1.04, 0.97, 0.9, 0.98, 0.62, 0.5, null]

function one([code, zh, group, measure, unit, targets], n, year) {
  const target = Math.round(targets[year - 2021] * minor[unit])
  const share = actualShare[n]
  const value = share == null ? null : Math.round(target * share)
  const down = code === 'npl_ratio'
  const attainment = value == null ? null : Math.round((down ? target / value : value / target) * 1_000_000)
  const light =
    attainment == null
      ? 'none'
      : attainment >= 1_000_000
        ? 'reached'
        : attainment >= 950_000
          ? 'near'
          : 'behind'
  const label = groups.find(([g]) => g === group)
  return {
    code,
    row: n + 1,
    part: 1,
    label: text(zh, code.replaceAll('_', ' ')),
    group: text(label[1], label[2]),
    group_code: group,
    measure,
    printed_type: measure === 'flow' ? '时期指标' : '时点指标',
    direction: down ? 'down' : 'up',
    figure: figure[unit],
    unit,
    year,
    target: { value: target, printed: String(targets[year - 2021]), vintage: 'plan' },
    actual:
      value == null
        ? null
        : {
            value,
            as_of: '2023-06-30',
            source: n > 4 ? 'computed' : 'reported',
            source_label: text('人行嘉善县支行', 'County central bank'),
            reported_at: '2023-07-08T02:00:00Z',
            complete: true,
          },
    previous: value == null ? null : { value: Math.round(value * 0.9) },
    attainment,
    growth: 111_000,
    pace:
      measure === 'flow' && value
        ? { expected: Math.round(target * 0.55), ratio: Math.round((value / (target * 0.55)) * 1_000_000) }
        : null,
    forecast: value
      ? {
          value: Math.round(target * 1.02),
          low: Math.round(target * 0.96),
          high: Math.round(target * 1.08),
          confidence: 800_000,
          method: text('季节性线性外推', 'Seasonal linear projection'),
        }
      : null,
    light,
    flags:
      code === 'manufacturing_loan_balance'
        ? [
            {
              check: 'above_25',
              label: text('占比恰为 25%', 'Share is exactly 25 %'),
              figures: text('450 ÷ 1800 = 25.00%'),
              indicators: ['manufacturing_loan_balance'],
              explains: text(
                '方案要求“超过 25%”，450/1800 恰好等于 25%。',
                'The plan asks for more than 25 %; 450 of 1800 is exactly 25 %.',
              ),
            },
          ]
        : [],
    reporter: { code: 'pbc', name: text('人行嘉善县支行', 'County central bank') },
    definition: text('期末余额，本外币。', 'Balance at the end of the period.'),
    task_numbers: [13],
  }
}

export function indicators(year) {
  const items = rows.map((row, n) => one(row, n, year))
  const all = { code: 'all', label: text('全部', 'All'), total: items.length }
  for (const light of ['reached', 'near', 'behind', 'none'])
    all[light] = items.filter((item) => item.light === light).length
  return {
    year,
    as_of: '2023-07-18',
    items,
    flags: items.flatMap((item) => item.flags),
    groups: [all].concat(
      groups.map(([code, zh, en]) => {
        const own = items.filter((item) => item.group_code === code)
        const count = (light) => own.filter((item) => item.light === light).length
        return {
          code,
          label: text(zh, en),
          reached: count('reached'),
          near: count('near'),
          behind: count('behind'),
          none: count('none'),
          total: own.length,
        }
      }),
    ),
  }
}

export function indicatorView(code, year) {
  const item = indicators(year).items.find((entry) => entry.code === code)
  if (!item) return null
  const row = rows.find((entry) => entry[0] === code)
  const series = item.actual
    ? [1, 2, 3, 4, 5, 6].map((m) => ({
        period: `${year}-0${m}`,
        value: Math.round(item.actual.value / 6),
        source: 'pbc',
        cumulative: Math.round((item.actual.value / 6) * m),
      }))
    : []
  return {
    indicator: item,
    series,
    targets: row[5].map((value, n) => ({
      year: 2021 + n,
      value: Math.round(value * minor[row[4]]),
      printed: String(value),
      vintage: 'plan',
    })),
    years: row[5].map((value, n) => ({
      year: 2021 + n,
      target: Math.round(value * minor[row[4]]),
      actual: item.actual ? Math.round(value * minor[row[4]] * (0.96 + n * 0.02)) : null,
    })),
    restatements: item.actual
      ? [
          {
            at: '2023-07-09T01:00:00Z',
            period: '2023-05',
            before: Math.round(item.actual.value * 0.8),
            after: Math.round(item.actual.value * 0.82),
            by: '周填报',
            reason: '人行更正月报',
          },
        ]
      : [],
  }
}

const units = [
  { code: 'finance_centre', name: text('县金融发展服务中心', 'Financial service centre') },
  { code: 'economy', name: text('县经信局', 'Economy bureau') },
  { code: 'science', name: text('县科技局', 'Science bureau') },
]
export const tasks = Array.from({ length: 18 }, (_, n) => ({
  number: n + 1,
  code: 'task_' + (n + 1),
  group: text(
    ['（一）区域合作', '（二）信息对接', '（三）融资渠道', '（四）重点领域'][Math.floor(n / 5)],
    ['I Regions', 'II Matching', 'III Channels', 'IV Key fields'][Math.floor(n / 5)],
  ),
  title: text('任务 ' + (n + 1) + ' 线上线下对接', 'Task ' + (n + 1) + ' online and offline matching'),
  summary: text('办好对接会，推动平台融资。', 'Hold matching events and bring financing to the platform.'),
  lead: [units[n % 3]],
  support: units,
  printed_units: ['县经信局', '县银保监组'],
  indicators: [
    {
      code: 'platform_financing_amount',
      label: text('平台融资额', 'Platform financing'),
      light: 'behind',
      attainment: 620_000,
    },
  ],
  targets: [
    {
      code: 't',
      label: text('撮合融资金额', 'Financing matched'),
      comparator: 'above',
      figure: 'money',
      unit: '亿元',
      value: 2_000_000_000_000,
      printed: '超 200 亿元',
      by: '2023-12-31',
      reading: text('三年累计', 'Over three years'),
      actual: 980_000_000_000,
      light: 'behind',
    },
  ],
  milestones: [
    {
      code: 'm1',
      label: text('首场对接会', 'First event'),
      due: '2022-06-30',
      unit: units[n % 3],
      state: 'done',
      done_at: '2022-06-12',
      evidence: '会议纪要',
    },
    {
      code: 'm2',
      label: text('融资过百亿', 'Past ten billion'),
      due: '2023-06-30',
      unit: units[n % 3],
      state: n % 4 === 1 ? 'late' : 'open',
      done_at: null,
      evidence: null,
    },
  ],
  progress: 300_000 + n * 30_000,
  light: ['near', 'behind', 'reached', 'near'][n % 4],
  may_report: true,
  last_report: { at: '2023-06-28T02:00:00Z', by: '周填报', text: '已召开两场对接会。' },
}))
