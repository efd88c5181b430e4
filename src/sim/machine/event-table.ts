/** What an event does to a CPU in each state (SDM vol. 3, 6.7, 9.4, 31 and 32; APM vol. 2, 8.5 and 10; KVM where they are silent). */

export const CPU_STATES = ['RUN', 'RUN, NMIs blocked', 'HLT', 'MWAIT', 'SMM', 'WFS', 'SHUTDOWN', 'LOADING'] as const;
export type CpuState = (typeof CPU_STATES)[number];

export const CPU_EVENTS = ['NMI', 'SMI', 'INIT', 'SIPI', '#MC', 'INTR', 'store', 'exception'] as const;
export type CpuEvent = (typeof CPU_EVENTS)[number];

export type EventEffect =
  /** Its handler runs at the next boundary. */
  | 'delivered'
  /** The CPU leaves HLT or MWAIT, then the handler runs; it returns behind that instruction. */
  | 'wakes, delivered'
  /** Remembered: one deep, further ones merge. */
  | 'latched'
  /** Gone, nothing remembers it. */
  | 'dropped'
  | 'enters SMM'
  | 'waits for SIPI'
  | 'starts'
  /** The monitor is disarmed, nothing else happens. */
  | 'disarms'
  /** Execution goes on behind MWAIT. */
  | 'wakes'
  /** Does not occur. */
  | '-';

type Row = readonly [
  EventEffect,
  EventEffect,
  EventEffect,
  EventEffect,
  EventEffect,
  EventEffect,
  EventEffect,
  EventEffect,
];

/** Columns in the order of `CPU_STATES`. A LOADING CPU has its load WRMSR in flight, or is held by its sibling's. */
export const EVENT_TABLE: Readonly<Record<CpuEvent, Row>> = {
  NMI: ['delivered', 'latched', 'wakes, delivered', 'wakes, delivered', 'latched', 'latched', 'delivered', 'latched'],
  SMI: ['enters SMM', 'enters SMM', 'enters SMM', 'enters SMM', 'latched', 'latched', 'enters SMM', 'latched'],
  INIT: [
    'waits for SIPI',
    'waits for SIPI',
    'waits for SIPI',
    'waits for SIPI',
    'latched',
    'dropped',
    'waits for SIPI',
    'latched',
  ],
  SIPI: ['dropped', 'dropped', 'dropped', 'dropped', 'dropped', 'starts', 'dropped', 'dropped'],
  '#MC': ['delivered', 'delivered', 'wakes, delivered', 'wakes, delivered', 'delivered', '-', '-', 'latched'],
  INTR: ['delivered', 'delivered', 'wakes, delivered', 'wakes, delivered', 'latched', 'latched', 'latched', 'latched'],
  store: ['disarms', 'disarms', '-', 'wakes', '-', '-', '-', '-'],
  exception: ['delivered', 'delivered', '-', 'wakes, delivered', 'delivered', '-', '-', '-'],
};

/** The table as Markdown, for the documentation. */
export function eventTableMarkdown(): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    line(['event', ...CPU_STATES]),
    line(['---', ...CPU_STATES.map(() => '---')]),
    ...CPU_EVENTS.map((event) => line([event, ...EVENT_TABLE[event]])),
  ].join('');
}
