// What each kind of person finds in the navigation. An entry shows only with the right it needs.
import { computed } from 'vue'
import {
  Bell,
  Coin,
  Collection,
  Connection,
  CreditCard,
  DataLine,
  Finished,
  Filter,
  Goods,
  House,
  Memo,
  Monitor,
  Notebook,
  OfficeBuilding,
  Operation,
  Share,
  Stamp,
  Tickets,
  TrendCharts,
  Umbrella,
  Upload,
  User,
  Warning,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'
import type { Me, PartyKind, Right } from '@/api/types/session'
import type { Key } from './i18n'
import { useSession } from './session'

export interface NavigationEntry {
  to: string
  label: Key
  icon: Component
  /** One right, or any of several. */
  right?: Right | Right[]
  /** Active only at exactly this address. */
  exact?: boolean
}

export interface NavigationGroup {
  label: Key
  entries: NavigationEntry[]
}

/** Who gets the overview of the county. */
export const OVERVIEW_READERS: Right[] = ['need_supervise', 'indicator_read']

/** Who may see the list of enterprises: those whose work is about all of them. */
export const REGISTER_READERS: Right[] = ['need_supervise', 'fact_import', 'indicator_read', 'audit_read']

/** Who sees registrations of security, credit, guarantees and public money; the program decides what of them. */
export const REGISTRATION_READERS: Right[] = ['registry_register', 'registry_search', 'fact_dispute']
export const CREDIT_READERS: Right[] = ['credit_manage', 'loan_record', 'indicator_read']
export const GUARANTEE_READERS: Right[] = ['guarantee_issue', 'need_post', 'loan_record', 'indicator_read']
export const MONEY_READERS: Right[] = [
  'need_post',
  'loan_record',
  'budget_decide',
  'budget_pay',
  'indicator_read',
]

const capital = (area: string): NavigationGroup => ({
  label: 'nav.capital',
  entries: [
    { to: `${area}/registrations`, label: 'nav.registrations', icon: Stamp, right: REGISTRATION_READERS },
    { to: `${area}/credit`, label: 'nav.credit', icon: CreditCard, right: CREDIT_READERS },
    { to: `${area}/guarantees`, label: 'nav.guarantees', icon: Umbrella, right: GUARANTEE_READERS },
    { to: `${area}/money`, label: 'nav.money', icon: Coin, right: MONEY_READERS },
  ],
})

const department: NavigationGroup[] = [
  {
    label: 'nav.monitor',
    entries: [
      { to: '/department', label: 'nav.overview', icon: House, exact: true, right: OVERVIEW_READERS },
      { to: '/department/indicators', label: 'nav.indicators', icon: DataLine, right: 'indicator_read' },
      { to: '/department/tasks', label: 'nav.tasks', icon: Finished, right: 'task_read' },
    ],
  },
  {
    label: 'nav.financing',
    entries: [
      { to: '/department/needs', label: 'nav.needs', icon: Tickets, right: 'need_supervise' },
      { to: '/department/allotments', label: 'nav.allotments', icon: Share, right: 'need_supervise' },
      {
        to: '/department/instruments',
        label: 'nav.instruments',
        icon: CreditCard,
        right: ['instrument_oversee', 'instrument_hold'],
      },
      { to: '/department/deals', label: 'nav.deals', icon: Collection, right: 'instrument_oversee' },
      { to: '/department/league', label: 'nav.league', icon: TrendCharts, right: 'need_supervise' },
      { to: '/department/products', label: 'nav.products', icon: Goods },
      {
        to: '/department/enterprises',
        label: 'nav.enterprises',
        icon: OfficeBuilding,
        right: REGISTER_READERS,
      },
      { to: '/department/lists', label: 'nav.lists', icon: Filter, right: 'need_supervise' },
    ],
  },
  capital('/department'),
  {
    label: 'nav.risk',
    entries: [
      { to: '/department/risks', label: 'nav.risks', icon: Warning, right: 'risk_handle' },
      { to: '/department/risk-rules', label: 'nav.riskRules', icon: Operation, right: 'risk_handle' },
    ],
  },
  {
    label: 'nav.data',
    entries: [
      { to: '/department/imports', label: 'nav.imports', icon: Upload, right: 'fact_import' },
      { to: '/department/quality', label: 'nav.quality', icon: Memo, right: 'fact_read' },
    ],
  },
  {
    label: 'nav.administration',
    entries: [
      {
        to: '/department/people',
        label: 'nav.people',
        icon: User,
        right: ['people_manage', 'security_manage'],
      },
      { to: '/department/audit', label: 'nav.audit', icon: Notebook, right: 'audit_read' },
      { to: '/department/system', label: 'nav.system', icon: Monitor, right: 'system_manage' },
    ],
  },
]

const institution: NavigationGroup[] = [
  {
    label: 'nav.financing',
    entries: [
      { to: '/institution', label: 'nav.inbox', icon: House, exact: true },
      { to: '/institution/needs', label: 'nav.needs', icon: Tickets, right: 'need_answer' },
      { to: '/institution/pushes', label: 'nav.pushes', icon: Connection, right: 'instrument_fund' },
      {
        to: '/institution/instruments',
        label: 'nav.instruments',
        icon: CreditCard,
        right: 'instrument_fund',
      },
      { to: '/institution/deals', label: 'nav.deals', icon: Memo, right: 'instrument_fund' },
      { to: '/institution/loans', label: 'nav.loans', icon: Collection, right: 'loan_record' },
      { to: '/institution/products', label: 'nav.ourProducts', icon: Goods },
      { to: '/institution/results', label: 'nav.results', icon: TrendCharts, right: 'need_answer' },
    ],
  },
  capital('/institution'),
  {
    label: 'nav.data',
    entries: [
      { to: '/institution/consents', label: 'nav.consentsToUs', icon: Connection, right: 'fact_read' },
    ],
  },
  {
    label: 'nav.administration',
    entries: [{ to: '/institution/people', label: 'nav.people', icon: User, right: 'people_manage' }],
  },
]

const enterprise: NavigationGroup[] = [
  {
    label: 'nav.main',
    entries: [
      { to: '/enterprise', label: 'nav.home', icon: House, exact: true },
      { to: '/enterprise/needs', label: 'nav.ourNeeds', icon: Tickets },
      { to: '/enterprise/instruments', label: 'nav.instruments', icon: CreditCard, right: 'instrument_hold' },
      { to: '/enterprise/products', label: 'nav.findProducts', icon: Goods },
      { to: '/enterprise/profile', label: 'nav.profile', icon: OfficeBuilding },
      { to: '/enterprise/consents', label: 'nav.consents', icon: Connection },
      {
        to: '/enterprise/registrations',
        label: 'nav.registrationsAgainst',
        icon: Stamp,
        right: REGISTRATION_READERS,
      },
      { to: '/enterprise/money', label: 'nav.ourMoney', icon: Coin, right: 'need_post' },
      { to: '/enterprise/people', label: 'nav.people', icon: User, right: 'people_manage' },
      { to: '/notices', label: 'nav.notices', icon: Bell },
    ],
  },
]

const groups: Record<PartyKind, NavigationGroup[]> = {
  department,
  platform: department,
  institution,
  enterprise,
}

const allowed = (me: Me): NavigationGroup[] =>
  groups[me.party.kind]
    .map((group) => ({
      ...group,
      entries: group.entries.filter(
        (entry) => !entry.right || [entry.right].flat().some((right) => me.rights.includes(right)),
      ),
    }))
    .filter((group) => group.entries.length > 0)

/** The navigation of the person who is signed in. */
export function useNavigation() {
  const { session } = useSession()
  return computed<NavigationGroup[]>(() => (session.value ? allowed(session.value) : []))
}

/** Where a person starts: the first page that their rights open. */
export const homeOf = (me: Me): string => allowed(me)[0]?.entries[0]?.to ?? '/profile'
