/** The timeline as a picture: one SVG, readable without anything else; and the same in a page that zooms. */
import type { Doing, Mark, Timeline } from '../sim/timed/timeline.ts';
import { duration, scaleOf } from './timeline-scale.ts';

/** Told apart also by people who do not see red and green (Okabe and Ito's colours). */
const COLOUR: Readonly<Record<Doing, string>> = {
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

const SAYS: Readonly<Record<Doing, string>> = {
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
  'gives up': 'T',
  refused: 'R',
  hangs: 'H',
  violated: 'V',
};

const LEFT = 70;
const WIDE = 1100;
const TOP = 46;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const laneHeight = (lanes: number): number => (lanes <= 16 ? 26 : lanes <= 64 ? 12 : 4);

/** Two decimals: enough for a screen, and the same text on every platform. */
const short = (value: number): string => value.toFixed(2).replace(/\.?0+$/, '');

export function timelineSvg(timeline: Timeline, title: string): string {
  const { lanes, marks, window, end } = timeline;
  const scale = scaleOf(timeline);
  const high = laneHeight(lanes.length);
  const bottom = TOP + lanes.length * high;
  const x = (ns: number): number => LEFT + scale.place(Math.min(ns, end)) * WIDE;
  const every = Math.ceil(lanes.length / Math.max(1, Math.floor((lanes.length * high) / 14)));
  const rects = lanes.flatMap(({ cpu, segments }, lane) =>
    segments.map(({ from, to, doing, where }) => {
      const tip = escaped(`CPU ${cpu}, ${SAYS[doing]} (${where}): ${duration(from)} to ${duration(Math.min(to, end))}`);
      const size = `x="${short(x(from))}" y="${TOP + lane * high}" width="${short(Math.max(x(to) - x(from), 0.3))}"`;
      return `<rect ${size} height="${high - (high > 6 ? 3 : 0)}" fill="${COLOUR[doing]}"><title>${tip}</title></rect>`;
    }),
  );
  const names = lanes.flatMap(({ cpu }, lane) =>
    lane % every === 0 ? [`<text x="4" y="${TOP + lane * high + Math.min(high, 14) - 3}">CPU ${cpu}</text>`] : [],
  );
  const signs = marks.map(({ ns, cpu, what, text }) => {
    const tip = escaped(`${what}: ${text}, ${duration(ns)}`);
    return `<text class="mark" x="${short(x(ns))}" y="${TOP + cpu * high + Math.min(high, 14) - 2}">${MARK[what]}<title>${tip}</title></text>`;
  });
  const ticks: string[] = [];
  let free = 0;
  for (const ns of scale.ticks) {
    if (x(ns) < free) continue;
    free = x(ns) + 64;
    ticks.push(`<line x1="${short(x(ns))}" x2="${short(x(ns))}" y1="${TOP - 6}" y2="${bottom}" stroke="#ccc"/>`);
    ticks.push(`<text x="${short(x(ns) + 2)}" y="${TOP - 10}">${duration(ns)}</text>`);
  }
  const used = new Set(lanes.flatMap(({ segments }) => segments.map(({ doing }) => doing)));
  const legend = (Object.keys(SAYS) as Doing[])
    .filter((doing) => used.has(doing))
    .map((doing, i) => {
      const at = LEFT + i * 165;
      return `<rect x="${at}" y="${bottom + 14}" width="12" height="12" fill="${COLOUR[doing]}" stroke="#666"/><text x="${at + 17}" y="${bottom + 24}">${SAYS[doing]}</text>`;
    });
  const frame =
    window === null
      ? []
      : [
          `<rect x="${short(x(window.from))}" y="${TOP - 3}" width="${short(x(window.to) - x(window.from))}" height="${bottom - TOP + 4}" fill="none" stroke="#d55e00" stroke-dasharray="5 3"><title>update window, ${duration(window.to - window.from)}</title></rect>`,
        ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDE + 30} ${bottom + 40}" font-family="sans-serif" font-size="11">`,
    '<style>.mark{font-weight:bold;fill:#d55e00}</style>',
    `<text x="4" y="16" font-size="14">${escaped(title)}</text>`,
    ...ticks,
    ...rects,
    ...frame,
    ...signs,
    ...names,
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}

/** One self-contained page: the wheel zooms at the pointer, dragging moves, a double click shows all again. */
export function timelineHtml(timeline: Timeline, title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>body{margin:0;font-family:sans-serif}svg{width:100vw;height:96vh;cursor:grab}rect:hover{stroke:#000}p{margin:4px 8px;font-size:12px}</style>
</head>
<body>
<p>Wheel: zoom. Drag: move. Double click: all. Point at a bar to read it. The time axis is not linear.</p>
${timelineSvg(timeline, title)}
<script>
'use strict';
const svg = document.querySelector('svg');
const whole = svg.getAttribute('viewBox').split(' ').map(Number);
let view = whole.slice();
const show = () => svg.setAttribute('viewBox', view.join(' '));
const at = (event) => {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [point.x, point.y];
};
svg.addEventListener('wheel', (event) => {
  event.preventDefault();
  const [x, y] = at(event);
  const by = event.deltaY > 0 ? 1.2 : 1 / 1.2;
  view = [x - (x - view[0]) * by, y - (y - view[1]) * by, view[2] * by, view[3] * by];
  show();
}, { passive: false });
let from = null;
svg.addEventListener('pointerdown', (event) => { from = at(event); });
svg.addEventListener('pointermove', (event) => {
  if (from === null) return;
  const [x, y] = at(event);
  view[0] += from[0] - x;
  view[1] += from[1] - y;
  show();
});
window.addEventListener('pointerup', () => { from = null; });
svg.addEventListener('dblclick', () => { view = whole.slice(); show(); });
</script>
</body>
</html>
`;
}
