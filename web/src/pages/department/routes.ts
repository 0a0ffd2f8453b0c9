import type { RouteRecordRaw } from 'vue-router'
import type { PartyKind, Right } from '@/api/types/session'
import type { Key } from '@/app/i18n'
import { OVERVIEW_READERS, REGISTER_READERS } from '@/app/navigation'

const kinds: PartyKind[] = ['department', 'platform']

function page(
  path: string,
  title: Key,
  component: RouteRecordRaw['component'],
  right?: Right | Right[],
): RouteRecordRaw {
  return {
    path: `department${path}`,
    component,
    props: true,
    meta: { title, kinds, right },
  } as RouteRecordRaw
}

export const departmentRoutes: RouteRecordRaw[] = [
  page('', 'nav.overview', () => import('./OverviewPage.vue'), OVERVIEW_READERS),
  page('/indicators', 'nav.indicators', () => import('./IndicatorsPage.vue'), 'indicator_read'),
  page('/indicators/:code', 'nav.indicators', () => import('./IndicatorPage.vue'), 'indicator_read'),
  page('/tasks', 'nav.tasks', () => import('./TasksPage.vue'), 'task_read'),
  page('/tasks/:number', 'nav.tasks', () => import('./TaskPage.vue'), 'task_read'),
  page('/needs', 'nav.needs', () => import('./NeedsPage.vue'), 'need_supervise'),
  page('/needs/:id', 'nav.needs', () => import('./NeedPage.vue'), 'need_supervise'),
  page('/allotments', 'nav.allotments', () => import('./AllotmentsPage.vue'), 'need_supervise'),
  page('/allotments/new', 'nav.allotments', () => import('./AllotmentFormPage.vue'), 'need_supervise'),
  page('/allotments/:id', 'nav.allotments', () => import('./AllotmentPage.vue'), 'need_supervise'),
  page('/allotments/:id/terms', 'nav.allotments', () => import('./AllotmentFormPage.vue'), 'need_supervise'),
  page('/league', 'nav.league', () => import('./LeaguePage.vue'), 'need_supervise'),
  page('/products', 'nav.products', () => import('./ProductsPage.vue')),
  page('/products/:id', 'nav.products', () => import('./ProductPage.vue')),
  page('/enterprises', 'nav.enterprises', () => import('./EnterprisesPage.vue'), REGISTER_READERS),
  page('/enterprises/:id', 'nav.enterprises', () => import('./EnterprisePage.vue'), 'fact_read'),
  page('/lists', 'nav.lists', () => import('./ListsPage.vue'), 'need_supervise'),
  page('/loans/:id', 'nav.loans', () => import('./LoanPage.vue')),
  page('/imports', 'nav.imports', () => import('./ImportsPage.vue'), 'fact_import'),
  page('/imports/:id', 'nav.imports', () => import('./ImportPage.vue'), 'fact_import'),
  page('/quality', 'nav.quality', () => import('./QualityPage.vue'), 'fact_read'),
  page('/people', 'nav.people', () => import('@/pages/shared/PeoplePage.vue'), [
    'people_manage',
    'security_manage',
  ]),
  page('/audit', 'nav.audit', () => import('./AuditPage.vue'), 'audit_read'),
  page('/system', 'nav.system', () => import('./SystemPage.vue'), 'system_manage'),
  page('/registrations', 'registration.title', () => import('@/pages/capital/RegistrationsPage.vue')),
  page(
    '/registrations/search',
    'registration.search',
    () => import('@/pages/capital/RegistrationSearchPage.vue'),
    'registry_search',
  ),
  page('/registrations/:id', 'registration.title', () => import('@/pages/capital/RegistrationPage.vue')),
  page('/credit', 'credit.title', () => import('@/pages/capital/CreditPage.vue')),
  page('/guarantees', 'guarantee.title', () => import('@/pages/capital/GuaranteesPage.vue')),
  page('/guarantees/:id', 'guarantee.title', () => import('@/pages/capital/GuaranteePage.vue')),
  page('/risks', 'nav.risks', () => import('@/pages/risk/RisksPage.vue'), 'risk_handle'),
  page('/risks/:id', 'nav.risks', () => import('@/pages/risk/RiskPage.vue'), 'risk_handle'),
  page('/risk-rules', 'nav.riskRules', () => import('@/pages/risk/RiskRulesPage.vue'), 'risk_handle'),
  page('/money', 'money.title', () => import('@/pages/capital/MoneyPage.vue')),
  page('/money/:id', 'money.title', () => import('@/pages/capital/MoneyCasePage.vue')),
  page('/instruments', 'instrument.title', () => import('@/pages/instrument/InstrumentsPage.vue'), [
    'instrument_oversee',
    'instrument_hold',
  ]),
  page(
    '/instruments/new',
    'instrument.upload.title',
    () => import('@/pages/instrument/UploadPage.vue'),
    'instrument_hold',
  ),
  page('/instruments/:id', 'instrument.title', () => import('@/pages/instrument/InstrumentPage.vue'), [
    'instrument_oversee',
    'instrument_hold',
  ]),
  page('/deals', 'instrument.deal.title', () => import('@/pages/instrument/DealsPage.vue'), [
    'instrument_oversee',
    'instrument_hold',
  ]),
]
