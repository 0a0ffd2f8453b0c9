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
]
