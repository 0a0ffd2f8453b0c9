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
  page('/registrations', 'registration.title', () => import('@/pages/capital/RegistrationsPage.vue')),
  page(
    '/registrations/search',
    'registration.search',
    () => import('@/pages/capital/RegistrationSearchPage.vue'),
    'registry_search',
  ),
  page('/registrations/:id', 'registration.title', () => import('@/pages/capital/RegistrationPage.vue')),
  page('/guarantees', 'guarantee.title', () => import('@/pages/capital/GuaranteesPage.vue')),
  page('/guarantees/:id', 'guarantee.title', () => import('@/pages/capital/GuaranteePage.vue')),
  page('/money', 'money.title', () => import('@/pages/capital/MoneyPage.vue')),
  page('/money/new', 'money.apply', () => import('@/pages/capital/MoneyFormPage.vue')),
  page('/money/:id', 'money.title', () => import('@/pages/capital/MoneyCasePage.vue')),
  page(
    '/instruments',
    'instrument.title',
    () => import('@/pages/instrument/InstrumentsPage.vue'),
    'instrument_hold',
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
    'instrument_hold',
  ),
  page(
    '/pushes',
    'instrument.push.title',
    () => import('@/pages/instrument/PushesPage.vue'),
    'instrument_hold',
  ),
  page(
    '/deals',
    'instrument.deal.title',
    () => import('@/pages/instrument/DealsPage.vue'),
    'instrument_hold',
  ),
]
