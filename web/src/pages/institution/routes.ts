import type { RouteRecordRaw } from 'vue-router'
import type { PartyKind, Right } from '@/api/types/session'
import type { Key } from '@/app/i18n'

const kinds: PartyKind[] = ['institution']

function page(
  path: string,
  title: Key,
  component: RouteRecordRaw['component'],
  right?: Right,
): RouteRecordRaw {
  return {
    path: `institution${path}`,
    component,
    props: true,
    meta: { title, kinds, right },
  } as RouteRecordRaw
}

export const institutionRoutes: RouteRecordRaw[] = [
  page('', 'institution.desk.title', () => import('./DeskPage.vue')),
  page('/needs', 'institution.needs.title', () => import('./NeedsPage.vue'), 'need_answer'),
  page('/needs/:id', 'institution.needs.title', () => import('./NeedPage.vue'), 'need_answer'),
  page('/enterprises/:id', 'institution.company.title', () => import('./CompanyPage.vue'), 'fact_read'),
  page('/products', 'institution.products.title', () => import('./ProductsPage.vue')),
  page('/products/new', 'institution.edit.newTitle', () => import('./ProductEditPage.vue'), 'product_edit'),
  page('/products/:id', 'institution.products.title', () => import('./ProductPage.vue')),
  page('/products/:id/edit', 'institution.edit.title', () => import('./ProductEditPage.vue'), 'product_edit'),
  page('/loans', 'institution.loans.title', () => import('./LoansPage.vue'), 'loan_record'),
  page('/loans/:id', 'institution.loans.title', () => import('./LoanPage.vue'), 'loan_record'),
  page('/consents', 'institution.consents.title', () => import('./ConsentsPage.vue'), 'fact_read'),
  page('/results', 'institution.results.title', () => import('./ResultsPage.vue'), 'need_answer'),
  page('/people', 'nav.people', () => import('@/pages/shared/PeoplePage.vue'), 'people_manage'),
  page('/registrations', 'registration.title', () => import('@/pages/capital/RegistrationsPage.vue')),
  page(
    '/registrations/search',
    'registration.search',
    () => import('@/pages/capital/RegistrationSearchPage.vue'),
    'registry_search',
  ),
  page(
    '/registrations/new',
    'registration.enter',
    () => import('@/pages/capital/RegistrationFormPage.vue'),
    'registry_register',
  ),
  page('/registrations/:id', 'registration.title', () => import('@/pages/capital/RegistrationPage.vue')),
  page('/credit', 'credit.title', () => import('@/pages/capital/CreditPage.vue')),
  page('/guarantees', 'guarantee.title', () => import('@/pages/capital/GuaranteesPage.vue')),
  page('/guarantees/:id', 'guarantee.title', () => import('@/pages/capital/GuaranteePage.vue')),
  page('/money', 'money.title', () => import('@/pages/capital/MoneyPage.vue')),
  page('/money/new', 'money.apply', () => import('@/pages/capital/MoneyFormPage.vue')),
  page('/money/:id', 'money.title', () => import('@/pages/capital/MoneyCasePage.vue')),
  page(
    '/instruments',
    'instrument.title',
    () => import('@/pages/instrument/InstrumentsPage.vue'),
    'instrument_fund',
  ),
  page(
    '/instruments/new',
    'instrument.upload.title',
    () => import('@/pages/instrument/UploadPage.vue'),
    'instrument_hold',
  ),
  page(
    '/instruments/:id',
    'instrument.title',
    () => import('@/pages/instrument/InstrumentPage.vue'),
    'instrument_fund',
  ),
  page(
    '/pushes',
    'instrument.push.title',
    () => import('@/pages/instrument/PushesPage.vue'),
    'instrument_fund',
  ),
  page(
    '/deals',
    'instrument.deal.title',
    () => import('@/pages/instrument/DealsPage.vue'),
    'instrument_fund',
  ),
]
