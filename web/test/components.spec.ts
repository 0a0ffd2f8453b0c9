import { describe, expect, it, vi } from 'vitest'
import { mount, type VueWrapper } from '@vue/test-utils'
import type { Component } from 'vue'
import DataGrid from '@/components/DataGrid.vue'
import ErrorSummary from '@/components/ErrorSummary.vue'
import Field from '@/components/Field.vue'
import Clock from '@/components/Clock.vue'
import Modal from '@/components/Modal.vue'
import Reasons from '@/components/Reasons.vue'
import { Problem } from '@/api/problem'

const rows = Array.from({ length: 3 }, (_, n) => ({ id: String(n), name: `企业 ${n}` }))
// A generic component has no plain type that mount() could take.
const grid = (props: object = {}): VueWrapper =>
  mount(DataGrid as Component, {
    attachTo: document.body,
    props: {
      name: 'test',
      label: '企业',
      rows,
      total: 120,
      columns: [
        { key: 'name', title: '名称', width: 100, sortable: true, text: (row: { name: string }) => row.name },
      ],
      rowKey: (row: { id: string }) => row.id,
      openable: true,
      selectable: true,
      ...props,
    },
  })

describe('DataGrid', () => {
  it('sorts descending first, then ascending, then not at all', async () => {
    const wrapper = grid({ 'onUpdate:sort': (sort: string) => wrapper.setProps({ sort } as never) })
    const head = wrapper.find('.sort')
    const seen: string[] = []
    for (let n = 0; n < 3; n++) {
      await head.trigger('click')
      seen.push(wrapper.find('th[aria-sort]').attributes('aria-sort')!)
    }
    expect(seen).toEqual(['descending', 'ascending', 'none'])
  })

  it('is one tab stop whose arrows move and whose Enter opens', async () => {
    const open = vi.fn()
    const wrapper = grid({ onOpen: open })
    expect(wrapper.findAll('tr[tabindex="0"]')).toHaveLength(1)
    await wrapper.find('tr[tabindex="0"]').trigger('keydown', { key: 'ArrowDown' })
    await wrapper.find('tr[tabindex="0"]').trigger('keydown', { key: 'Enter' })
    expect(open).toHaveBeenCalledWith(rows[1])
  })

  it('says why it is empty, and what went wrong', () => {
    expect(grid({ rows: [] }).text()).toContain('没有符合条件的记录')
    const failed = grid({
      rows: undefined,
      error: new Problem({ title: '数据库忙', status: 503, cure: '稍后再试' }),
    })
    expect(failed.text()).toContain('数据库忙')
    expect(failed.text()).toContain('稍后再试')
  })

  it('turns pages only within what there is', () => {
    expect(grid().find('nav').text()).toContain('第 1 / 3 页')
    expect(grid({ total: 3 }).find('nav').exists()).toBe(false)
  })
})

describe('Field', () => {
  it('ties hint and error to the control', () => {
    const wrapper = mount(Field, {
      props: { id: 'amount', label: '金额', hint: '单位：万元', error: '请填写金额' },
      slots: {
        default: `<template #default="{ described, invalid }"><input id="amount" :aria-describedby="described" :aria-invalid="invalid" /></template>`,
      },
    })
    expect(wrapper.find('input').attributes('aria-describedby')).toBe('amount-hint amount-error')
    expect(wrapper.find('input').attributes('aria-invalid')).toBe('true')
    expect(wrapper.find('#amount-error').text()).toBe('请填写金额')
  })
})

describe('ErrorSummary', () => {
  it('takes the focus at every attempt', async () => {
    const wrapper = mount(ErrorSummary, {
      attachTo: document.body,
      props: { errors: [{ id: 'x', text: '缺' }], attempt: 0 },
    })
    await wrapper.setProps({ attempt: 1 })
    await new Promise((resolve) => setTimeout(resolve))
    expect(document.activeElement).toBe(wrapper.find('.summary').element)
  })
})

describe('Clock', () => {
  const clock = {
    code: 'accept',
    label: { zh: '受理', en: 'Accept' },
    owner: 'institution',
    state: 'running' as const,
    started_at: '2023-07-17T01:00:00Z',
    used: 620_000,
    budget_display: { zh: '1 个工作日', en: '1 working day' },
    left_display: { zh: '剩余 2.5 小时', en: '2.5 hours left' },
    paused_total_ms: 0,
    pauses: [],
    rungs: [],
  }

  it.each([
    ['running', 620_000, '计时中'],
    ['running', 1_200_000, '已超时'],
    ['breached', 1_000_001, '已超时'],
    ['stopped', 900_000, '按时完成'],
    ['stopped', 1_100_000, '超时完成'],
  ] as const)('%s at %d ppm is %s', (state, used, word) => {
    expect(mount(Clock, { props: { clock: { ...clock, state, used } } }).text()).toContain(word)
  })

  it('shows why it stands still', () => {
    const pauses = [
      { from: '2023-07-17T06:00:00Z', until: null, reason: { zh: '等待企业补件', en: 'Waiting for papers' } },
    ]
    expect(mount(Clock, { props: { clock: { ...clock, state: 'paused', pauses } } }).text()).toContain(
      '等待企业补件',
    )
  })
})

describe('Reasons', () => {
  it('puts what fails first and names each outcome', () => {
    const wrapper = mount(Reasons, {
      props: {
        reasons: [
          { outcome: 'holds', text: '甲' },
          { outcome: 'unknown', text: '乙' },
          { outcome: 'fails', text: '丙' },
        ],
      },
    })
    expect(wrapper.findAll('li').map((item) => item.text())).toEqual(['丙', '乙', '甲'])
    expect(wrapper.findAll('svg').map((icon) => icon.attributes('aria-label'))).toEqual([
      '不符合',
      '尚不能判断',
      '符合',
    ])
  })
})

describe('Modal', () => {
  it('takes the focus, closes by Escape and gives the focus back', async () => {
    document.body.innerHTML = '<button id="opener">开</button>'
    document.getElementById('opener')!.focus()
    const wrapper = mount(Modal, {
      attachTo: document.body,
      props: {
        modelValue: true,
        title: '填报',
        'onUpdate:modelValue': (modelValue: boolean) => wrapper.setProps({ modelValue }),
      },
      slots: { default: '<input id="value" />' },
    })
    await new Promise((resolve) => setTimeout(resolve))
    const dialogue = document.querySelector('[role=dialog]')!
    expect(document.activeElement!.id).toBe('value')
    expect(document.getElementById(dialogue.getAttribute('aria-labelledby')!)!.textContent).toBe('填报')
    dialogue.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    await new Promise((resolve) => setTimeout(resolve))
    expect(document.querySelector('[role=dialog]')).toBeNull()
    expect(document.activeElement!.id).toBe('opener')
  })
})
