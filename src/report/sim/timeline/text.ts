/** The timeline for a terminal: a lane for each CPU, one character for what it does most in each column. */
import type { Activity, Mark, Timeline } from '../../../sim/timed/timeline.ts';
import { duration, scaleOf, type Scale } from './scale.ts';

const SIGN: Readonly<Record<Activity, string>> = {
  work: '.',
  away: ' ',
  busy: '+',
  wait: '-',
  nmi: 'n',
  'nmi wait': '=',
  'machine check': 'm',
  smm: 's',
  load: '#',
  stalled: '~',
  panic: 'X',
};

const MARK: Readonly<Record<Mark['what'], string>> = {
  'nmi arrives': '!',
  'machine check': 'M',
  'store wakes': 'S',
  breakpoint: 'B',
  'gives up': 'T',
  refused: 'R',
  hangs: 'H',
  violated: 'V',
};

const SAYS: Readonly<Record<string, string>> = {
  '.': 'own work',
  '+': 'protocol code',
  '-': 'waits, interrupts off',
  n: 'NMI entry, handler, exit',
  '=': 'waits inside its NMI',
  m: 'machine check handler',
  s: 'SMM',
  '#': 'loads',
  '~': 'away (SMI, hypervisor)',
  X: 'panic',
  '!': 'NMI arrives',
  M: 'machine check arrives',
  S: 'a store wakes it',
  B: 'a breakpoint in its handler',
  T: 'gives up waiting',
  R: 'load refused',
  H: 'load hangs',
  V: 'property violated',
};

const WIDTH = 96;
/** More lanes than this are not read; those with marks and the first ones are shown. */
const MOST_LANES = 32;

function lane(segments: Timeline['lanes'][number]['segments'], scale: Scale): string[] {
  const columns = Array.from({ length: WIDTH }, () => ({ sign: ' ', share: 0 }));
  for (const { from, to, activity } of segments) {
    const [left, right] = [scale.place(from) * WIDTH, scale.place(to) * WIDTH];
    for (let column = Math.floor(left); column <= Math.min(Math.floor(right), WIDTH - 1); column++) {
      const share = Math.min(right, column + 1) - Math.max(left, column);
      const shown = columns[column];
      // What is short but decides everything is not hidden behind what is long.
      const weight = activity === 'load' || activity === 'stalled' ? share + 1 : share;
      if (shown !== undefined && weight > shown.share) columns[column] = { sign: SIGN[activity], share: weight };
    }
  }
  return columns.map(({ sign }) => sign);
}

function axis(scale: Scale): string {
  const marks = Array.from({ length: WIDTH + 12 }, () => ' ');
  let free = 0;
  for (const ns of scale.ticks) {
    const column = Math.floor(scale.place(ns) * WIDTH);
    const text = `|${duration(ns)}`;
    if (column < free) continue;
    for (let i = 0; i < text.length && column + i < marks.length; i++) marks[column + i] = text.charAt(i);
    free = column + text.length + 1;
  }
  return marks.join('').trimEnd();
}

function shownCpus({ lanes, marks }: Timeline): readonly number[] {
  if (lanes.length <= MOST_LANES) return lanes.map(({ cpu }) => cpu);
  const marked = [...new Set(marks.map(({ cpu }) => cpu))].slice(0, MOST_LANES / 2);
  const first = lanes.map(({ cpu }) => cpu).filter((cpu) => !marked.includes(cpu));
  return [...marked, ...first.slice(0, MOST_LANES - marked.length)].sort((a, b) => a - b);
}

export function timelineText(timeline: Timeline): string {
  const scale = scaleOf(timeline);
  const cpus = shownCpus(timeline);
  const place = (cpu: number): string => (timeline.packages === 1 ? '' : `P${timeline.lanes[cpu]?.package} `);
  const name = (cpu: number): string => `${place(cpu)}CPU ${String(cpu).padStart(4)} `;
  const used = new Set<string>();
  const rows = cpus.map((cpu) => {
    const signs = lane(timeline.lanes[cpu]?.segments ?? [], scale);
    for (const { ns, cpu: whose, what } of timeline.marks) {
      if (whose === cpu) signs[Math.min(Math.floor(scale.place(ns) * WIDTH), WIDTH - 1)] = MARK[what];
    }
    for (const sign of signs) used.add(sign);
    return `${name(cpu)}${signs.join('').trimEnd()}`;
  });
  const left = timeline.lanes.length - cpus.length;
  const legend = Object.entries(SAYS).filter(([sign]) => used.has(sign));
  const { window } = timeline;
  return [
    `${' '.repeat(name(0).length)}${axis(scale)}`,
    ...rows,
    ...(left > 0 ? [`and ${left} more CPUs`] : []),
    '',
    legend.map(([sign, says]) => `${sign} ${says}`).join('   '),
    ...(window === null
      ? []
      : [`update window ${duration(window.from)} to ${duration(window.to)} (${duration(window.to - window.from)})`]),
    'The axis is not linear: each gap between events has room by its logarithm.',
    '',
  ].join('\n');
}
