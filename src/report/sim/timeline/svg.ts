/** The timeline as a picture: one SVG, readable without anything else. */
import type { Activity, Lane, Mark, Timeline } from '../../../sim/timed/timeline.ts';
import { duration, scaleOf } from './scale.ts';

/** Told apart also by people who do not see red and green (Okabe and Ito's colours). */
const COLOUR: Readonly<Record<Activity, string>> = {
  work: '#e8e8e8',
  away: '#f6f6f6',
  busy: '#999999',
  wait: '#56b4e9',
  nmi: '#e69f00',
  'nmi wait': '#0072b2',
  'machine check': '#f0e442',
  smm: '#cc79a7',
  load: '#009e73',
  stalled: '#cc79a7',
  panic: '#000000',
};

const SAYS: Readonly<Record<Activity, string>> = {
  work: 'own work',
  away: 'offline',
  busy: 'protocol code',
  wait: 'waits, interrupts off',
  nmi: 'NMI entry, handler, exit',
  'nmi wait': 'waits inside its NMI',
  'machine check': 'machine check handler',
  smm: 'SMM',
  load: 'loads',
  stalled: 'away (SMI, hypervisor)',
  panic: 'panic',
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

const WINDOW = 'fill="none" stroke="#d55e00" stroke-width="2" stroke-dasharray="6 3"';

/** Room for `P63 CPU 4095`. */
const LEFT = 84;
const WIDE = 1100;
/** Room for the text of a tick at the end. */
const RIGHT = 64;
/** Of the first row of the legend. */
const LEGEND = 26;
const ROW = 18;

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const laneHeight = (lanes: number): number => (lanes <= 16 ? 26 : lanes <= 64 ? 12 : 4);

/** Two decimals: enough for a screen, and the same text on every platform. */
const short = (value: number): string => value.toFixed(2).replace(/\.?0+$/, '');

/** What the colours mean, in as many rows as it takes, and how many those are. */
function legendOf({ lanes, window }: Timeline): { readonly parts: readonly string[]; readonly rows: number } {
  const used = new Set(lanes.flatMap(({ segments }) => segments.map(({ activity }) => activity)));
  const entries = (Object.keys(SAYS) as Activity[])
    .filter((activity) => used.has(activity))
    .map((activity) => ({ look: `fill="${COLOUR[activity]}" stroke="#666"`, says: SAYS[activity] }));
  if (window !== null) entries.push({ look: WINDOW, says: `update window, ${duration(window.to - window.from)}` });
  let [x, row] = [LEFT, 0];
  const parts = entries.map(({ look, says }) => {
    // No text of the legend is wider than that at its size.
    const wide = 36 + 6 * says.length;
    if (x > LEFT && x + wide > LEFT + WIDE) [x, row] = [LEFT, row + 1];
    const y = LEGEND + row * ROW;
    const part = `<rect x="${x}" y="${y}" width="12" height="12" ${look}/><text x="${x + 17}" y="${y + 10}">${says}</text>`;
    x += wide;
    return part;
  });
  return { parts, rows: row + 1 };
}

/** Where there is room for them. A time that reads like the one before says how much later it is. */
function ticksOf(times: readonly number[], x: (ns: number) => number, top: number, bottom: number): readonly string[] {
  const parts: string[] = [];
  let [free, before] = [0, Number.NaN];
  for (const ns of times) {
    if (x(ns) < free) continue;
    const at = short(x(ns));
    const says = duration(ns) === duration(before) ? `+${duration(ns - before)}` : duration(ns);
    parts.push(`<line x1="${at}" x2="${at}" y1="${top - 6}" y2="${bottom + 6}" stroke="#ccc"/>`);
    // Below as well: 512 lanes are taller than a screen.
    for (const y of [top - 10, bottom + 14]) parts.push(`<text x="${short(x(ns) + 2)}" y="${y}">${says}</text>`);
    [free, before] = [x(ns) + 64, ns];
  }
  return parts;
}

export function timelineSvg(timeline: Timeline, title: string): string {
  const { lanes, marks, window, end, packages } = timeline;
  const nameOf = (lane: Lane): string => (packages === 1 ? `CPU ${lane.cpu}` : `P${lane.package} CPU ${lane.cpu}`);
  const scale = scaleOf(timeline);
  const legend = legendOf(timeline);
  const top = LEGEND + legend.rows * ROW + 24;
  const high = laneHeight(lanes.length);
  const bottom = top + lanes.length * high;
  const x = (ns: number): number => LEFT + scale.place(Math.min(ns, end)) * WIDE;
  const every = Math.ceil(lanes.length / Math.max(1, Math.floor((lanes.length * high) / 14)));
  const rects = lanes.flatMap((of, lane) =>
    of.segments.map(({ from, to, activity, where }) => {
      const tip = escaped(
        `${nameOf(of)}, ${SAYS[activity]} (${where}): ${duration(from)} to ${duration(Math.min(to, end))}`,
      );
      const size = `x="${short(x(from))}" y="${top + lane * high}" width="${short(Math.max(x(to) - x(from), 0.3))}"`;
      return `<rect class="lane" ${size} height="${high - (high > 6 ? 3 : 0)}" fill="${COLOUR[activity]}"><title>${tip}</title></rect>`;
    }),
  );
  const names = lanes.flatMap((of, lane) =>
    lane % every === 0 ? [`<text x="4" y="${top + lane * high + Math.min(high, 14) - 3}">${nameOf(of)}</text>`] : [],
  );
  const borders = lanes.flatMap((of, lane) => {
    const y = top + lane * high - (high > 6 ? 1.5 : 0);
    return of.package === (lanes[lane - 1] ?? of).package
      ? []
      : [`<line class="package" x1="${LEFT}" x2="${LEFT + WIDE}" y1="${y}" y2="${y}" stroke="#333"/>`];
  });
  const signs = marks.map(({ ns, cpu, what, text }) => {
    const tip = escaped(`${what}: ${text}, ${duration(ns)}`);
    return `<text class="mark" x="${short(x(ns))}" y="${top + cpu * high + Math.min(high, 14) - 2}">${MARK[what]}<title>${tip}</title></text>`;
  });
  const frame =
    window === null
      ? []
      : [
          `<rect x="${short(x(window.from))}" y="${top - 3}" width="${short(x(window.to) - x(window.from))}" height="${bottom - top + 4}" class="window" ${WINDOW}><title>update window, ${duration(window.to - window.from)}</title></rect>`,
        ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDE + RIGHT} ${bottom + 24}" font-family="sans-serif" font-size="11">`,
    '<style>.mark{font-weight:bold;fill:#d55e00}</style>',
    `<text x="4" y="16" font-size="14">${escaped(title)}</text>`,
    ...legend.parts,
    ...ticksOf(scale.ticks, x, top, bottom),
    ...rects,
    ...frame,
    ...signs,
    ...names,
    ...borders,
    '</svg>',
    '',
  ].join('\n');
}
