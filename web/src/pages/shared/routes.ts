import type { RouteRecordRaw } from 'vue-router'

export const sharedRoutes: RouteRecordRaw[] = [
  { path: '', name: 'home', component: () => import('./NotFoundPage.vue') },
  {
    path: 'sign-in',
    name: 'sign-in',
    component: () => import('./SignInPage.vue'),
    meta: { title: 'signIn.title', open: true },
  },
  {
    path: 'verify',
    name: 'verify',
    component: () => import('./VerifyPage.vue'),
    meta: { title: 'verify.title', open: true },
  },
  {
    path: 'setup',
    name: 'setup',
    component: () => import('./SetupPage.vue'),
    meta: { title: 'setup.title', open: true },
  },
  {
    path: 'profile',
    name: 'profile',
    component: () => import('./ProfilePage.vue'),
    meta: { title: 'profile.title' },
  },
  {
    path: 'profile/password',
    name: 'password',
    component: () => import('./PasswordPage.vue'),
    meta: { title: 'password.title' },
  },
  {
    path: 'notices',
    name: 'notices',
    component: () => import('./NoticesPage.vue'),
    meta: { title: 'notices.title' },
  },
  {
    path: 'help',
    name: 'help',
    component: () => import('./HelpPage.vue'),
    meta: { title: 'help.title', open: true },
  },
  {
    path: 'forbidden',
    name: 'forbidden',
    component: () => import('./ForbiddenPage.vue'),
    meta: { title: 'forbidden.title', open: true },
  },
  {
    path: 'unreachable',
    name: 'unreachable',
    component: () => import('./UnreachablePage.vue'),
    meta: { title: 'unreachable.title', open: true },
  },
  {
    path: ':rest(.*)*',
    name: 'not-found',
    component: () => import('./NotFoundPage.vue'),
    meta: { title: 'notFound.title', open: true },
  },
]
