const text = (zh, en) => ({ zh, en })
const all = [
  'need_supervise',
  'fact_read',
  'fact_import',
  'indicator_read',
  'indicator_report',
  'task_read',
  'task_report',
  'people_manage',
  'audit_read',
  'system_manage',
]
const person = (id, login, name, kind, party, rights, role) => ({
  id,
  login,
  name,
  party: { id: party.id, kind, code: party.code, name: party.name },
  roles: [{ code: role, label: text(role, role) }],
  rights,
  must_change_password: false,
  badge: 2,
})

export const about = {
  product: 'Rongqiao',
  version: '0.1.0',
  pack: {
    code: 'jiashan',
    title: text('嘉善县产融合作平台', 'Jiashan Industry–Finance Platform'),
    county: text('嘉善县', 'Jiashan County'),
    notice: text('演示数据均为虚构', 'All demo data are fictional'),
  },
  demo: true,
  now: '2023-07-18T03:00:00Z',
  today: '2023-07-18',
  set_up: true,
}

export const people = {
  department: person(
    '1',
    'department',
    '王科员',
    'department',
    { id: '10', code: 'finance_centre', name: text('县金融发展服务中心', 'County Financial Service Centre') },
    all,
    'supervisor',
  ),
  institution: person(
    '2',
    'institution',
    '沈经理',
    'institution',
    {
      id: '201',
      code: 'shanhe',
      name: text('善禾农村商业银行（演示）', 'Shanhe Rural Commercial Bank (demo)'),
    },
    ['need_answer', 'loan_record', 'product_edit', 'fact_read', 'people_manage'],
    'officer',
  ),
  enterprise: person(
    '3',
    'enterprise',
    '陆女士',
    'enterprise',
    {
      id: '101',
      code: '91330421MAAY4CL123',
      name: text('嘉善宏达精密机械有限公司', '嘉善宏达精密机械有限公司'),
    },
    ['need_post', 'consent_give', 'fact_read', 'fact_dispute'],
    'owner',
  ),
}
