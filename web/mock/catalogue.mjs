const choice = (code, zh, en) => ({ code, label: { zh, en } })
const attribute = (name, zh, en, type, extra = {}) => ({
  name,
  label: { zh, en },
  type,
  unit: null,
  choices: [],
  source: 'tax',
  scope: 'tax',
  grade: 3,
  cadence: 'month',
  editable: false,
  ordered: false,
  note: null,
  ...extra,
})
const state = choice

export const catalogue = {
  attributes: [
    attribute('tax_credit_grade', '纳税信用等级', 'Tax credit grade', 'choice', {
      choices: [choice('A', 'A', 'A'), choice('B', 'B', 'B')],
      ordered: true,
    }),
    attribute('employees', '从业人员', 'Employees', 'integer', {
      unit: '人',
      editable: true,
      scope: 'registry',
    }),
    attribute('invoice_sales_12m', '近 12 个月开票', 'Invoiced in 12 months', 'money', { scope: 'invoice' }),
  ],
  scopes: [
    {
      ...choice('tax', '纳税信息', 'Tax'),
      explains: { zh: '纳税信用等级与近三年纳税额', en: 'Tax grade and taxes of three years' },
    },
    {
      ...choice('invoice', '开票信息', 'Invoices'),
      explains: { zh: '近 24 个月开票汇总', en: 'Invoice sums of 24 months' },
    },
  ],
  sources: [choice('tax', '县税务局', 'Tax bureau')],
  purposes: [choice('financing', '融资申请', 'Financing')],
  product_kinds: [choice('tax_credit_loan', '税信贷', 'Tax credit loan')],
  guarantee_modes: [choice('credit', '信用', 'Unsecured'), choice('mortgage', '抵押', 'Mortgage')],
  repayment_modes: [choice('interest_first', '先息后本', 'Interest first')],
  tags: [choice('green', '绿色', 'Green')],
  loan_uses: [
    choice('working_capital', '流动资金', 'Working capital'),
    choice('equipment', '设备购置', 'Equipment'),
  ],
  refusals: [
    {
      ...choice('debt_ratio', '资产负债率过高', 'Debt ratio too high'),
      repairable: true,
      owner: null,
      cure: { zh: '降低负债后再申请', en: 'Reduce debt and apply again' },
    },
  ],
  units: [
    { code: 'finance_centre', name: { zh: '县金融发展服务中心', en: 'Financial service centre' } },
    { code: 'economy', name: { zh: '县经信局', en: 'Economy bureau' } },
  ],
  institutions: [
    '善禾农村商业银行',
    '云鹤城市商业银行',
    '西塘科技支行',
    '大云财产保险',
    '魏塘融资担保',
    '惠民融资租赁',
  ].map((zh, n) => ({
    id: String(201 + n),
    code: 'i' + n,
    name: { zh: zh + '（演示）', en: 'Institution ' + (n + 1) + ' (demo)' },
    kind: 'bank',
  })),
  towns: [
    choice('330421001', '魏塘街道', 'Weitang'),
    choice('330421002', '罗星街道', 'Luoxing'),
    choice('330421101', '西塘镇', 'Xitang'),
  ],
  industries: [{ code: '3484', label: { zh: '机械零部件加工', en: 'Machine parts' }, section: 'C' }],
  institution_kinds: [choice('bank', '银行', 'Bank')],
  sizes: [
    choice('medium', '中型', 'Medium'),
    choice('small', '小型', 'Small'),
    choice('micro', '微型', 'Micro'),
  ],
  roles: [
    { ...choice('supervisor', '督办员', 'Supervisor'), kind: 'department' },
    { ...choice('reporter', '指标填报员', 'Indicator reporter'), kind: 'department' },
  ],
  process: {
    need_states: [
      state('published', '待对接', 'Waiting for institutions'),
      state('claimed', '对接中', 'Being handled'),
      state('financed', '已放款', 'Financed'),
      state('ended_unmet', '未达成', 'Not financed'),
    ],
    claim_states: [
      state('claimed', '已接单', 'Claimed'),
      state('offered', '已报价', 'Offered'),
      state('refused', '未受理', 'Refused'),
    ],
    need_steps: [],
    claim_steps: [],
    clocks: [
      {
        code: 'publish_first',
        label: { zh: '第一时间发布', en: 'Publish first' },
        on: 'need',
        budget: 30,
        unit: 'working_minutes',
        owner: 'department',
      },
    ],
  },
  lpr: { date: '2023-06-20', one_year: 35_500, five_year: 42_000 },
}
