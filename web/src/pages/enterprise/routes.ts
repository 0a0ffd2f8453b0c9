import type { RouteRecordRaw } from 'vue-router'
import type { PartyKind, Right } from '@/api/types/session'
import type { Key } from '@/app/i18n'

const kinds: PartyKind[] = ['enterprise']

function page(
  path: string,
  title: Key,
  component: RouteRecordRaw['component'],
  right?: Right,
): RouteRecordRaw {
  return {
    path: `enterprise${path}`,
    component,
    props: true,
    meta: { title, kinds, right },
  } as RouteRecordRaw
}

export const enterpriseRoutes: RouteRecordRaw[] = [
  page('', 'enterprise.home.title', () => import('./HomePage.vue')),
  page('/profile', 'enterprise.profile.title', () => import('./ProfilePage.vue')),
  page('/consents', 'enterprise.consents.title', () => import('./ConsentsPage.vue')),
  page(
    '/consents/new',
    'enterprise.consents.giveTitle',
    () => import('./GiveConsentPage.vue'),
    'consent_give',
  ),
  page('/consents/readings', 'enterprise.consents.readings', () => import('./ReadingsPage.vue')),
  page('/needs', 'enterprise.needs.title', () => import('./NeedsPage.vue')),
  page('/needs/new', 'enterprise.form.title', () => import('./NeedFormPage.vue'), 'need_post'),
  page('/needs/:id', 'enterprise.needs.title', () => import('./NeedPage.vue')),
  page('/needs/:id/edit', 'enterprise.form.title', () => import('./NeedFormPage.vue'), 'need_post'),
  page('/people', 'nav.people', () => import('@/pages/shared/PeoplePage.vue'), 'people_manage'),
  page('/products', 'enterprise.products.title', () => import('./ProductsPage.vue')),
  page('/products/:id', 'enterprise.products.title', () => import('./ProductPage.vue')),
]
