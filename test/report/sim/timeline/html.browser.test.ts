import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test, type TestContext } from 'vitest';
import { timelineHtml } from '../../../../src/report/sim/timeline/html.ts';
import { play } from '../../../../src/sim/scenario/play.ts';
import { caseOf } from '../../../../src/sim/subject.ts';
import { timelineOf } from '../../../../src/sim/timed/timeline.ts';
import { program } from '../../../support/debian.ts';

const SWITCHES = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--window-size=1400,900',
];

/** Asks the page what it looks like once it is laid out, and what it does when somebody zooms. */
const PROBE = `<script>
addEventListener('load', () => {
  const lanes = [...document.querySelectorAll('rect.lane')];
  const boxes = lanes.map((lane) => lane.getBoundingClientRect());
  const pointed = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2)?.querySelector('title')?.textContent ?? null;
  };
  const frame = document.querySelector('rect.window').getBoundingClientRect();
  const picture = document.querySelector('svg');
  const view = () => picture.getAttribute('viewBox').split(' ').map(Number);
  const before = view();
  const turn = (ctrlKey) =>
    picture.dispatchEvent(new WheelEvent('wheel', { deltaY: -100, clientX: 700, clientY: 200, ctrlKey, cancelable: true }));
  const scrolls = turn(false);
  const untouched = view();
  const zooms = !turn(true);
  const zoomed = view();
  picture.dispatchEvent(new MouseEvent('dblclick'));
  const again = view();
  const text = [...document.querySelectorAll('svg > text')].map((one) => ({ box: one.getBoundingClientRect(), says: one.textContent }));
  const overlap = text.some((one, i) => text.slice(i + 1).some((other) => one.box.top === other.box.top &&
    one.box.left < other.box.right && other.box.left < one.box.right));
  const first = lanes.findIndex((lane) => lane.getBoundingClientRect().width > 20);
  document.body.textContent = JSON.stringify({
    lanes: lanes.length,
    rows: new Set(boxes.map(({ top }) => Math.round(top * 100))).size,
    left: Math.min(...boxes.map(({ left }) => left)),
    right: Math.max(...boxes.map(({ right }) => right), ...text.map(({ box }) => box.right)),
    wide: document.documentElement.clientWidth,
    high: boxes[0].height,
    frame: { left: frame.left, right: frame.right, top: frame.top, bottom: frame.bottom },
    inside: boxes.every(({ top, bottom }) => top >= frame.top && bottom <= frame.bottom + 4),
    tip: pointed(lanes[first]),
    own: lanes[first].querySelector('title').textContent,
    overlap, before, scrolls, untouched, zooms, zoomed, again,
  });
});
</script></body>`;

interface Seen {
  readonly lanes: number;
  readonly rows: number;
  readonly left: number;
  readonly right: number;
  readonly wide: number;
  readonly high: number;
  readonly frame: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly inside: boolean;
  readonly tip: string | null;
  readonly own: string;
  readonly overlap: boolean;
  readonly before: readonly number[];
  readonly scrolls: boolean;
  readonly untouched: readonly number[];
  readonly zooms: boolean;
  readonly zoomed: readonly number[];
  readonly again: readonly number[];
}

function seenInBrowser(context: Pick<TestContext, 'skip'>, topology: string): Seen {
  const chromium = program(context, 'chromium');
  const folder = mkdtempSync(join(tmpdir(), 'ucodekit-browser-'));
  try {
    const page = join(folder, 'page.html');
    const timeline = timelineOf(play(caseOf({ protocol: 'xen', topology })).run);
    writeFileSync(
      page,
      timelineHtml(timeline, `xen ${topology}`).replace('</body>', () => PROBE),
    );
    const dom = execFileSync(
      chromium,
      [...SWITCHES, `--user-data-dir=${join(folder, 'profile')}`, '--dump-dom', pathToFileURL(page).href],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 },
    );
    const found = /<body>\s*(\{.*\})\s*<\/body>/s.exec(dom)?.[1];
    if (found === undefined) throw new Error(`the page did not answer: ${dom.slice(0, 500)}`);
    return JSON.parse(found) as Seen;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const pages = new Map<string, Seen>();

function pageOf(context: Pick<TestContext, 'skip'>, topology: string): Seen {
  const page = pages.get(topology) ?? seenInBrowser(context, topology);
  pages.set(topology, page);
  return page;
}

describe.each([
  ['4x2', 8],
  ['256x2', 512],
] as const)('in Chromium, the page of %s CPUs', (topology, cpus) => {
  test('has a lane for each CPU, as wide as the window and no wider', (context) => {
    const { lanes, rows, left, right, wide, high } = pageOf(context, topology);
    expect(rows).toBe(cpus);
    expect(lanes).toBeGreaterThan(2 * cpus);
    expect(left).toBeGreaterThan(0);
    expect(right).toBeLessThanOrEqual(wide);
    expect(right).toBeGreaterThan(0.9 * wide);
    expect(high).toBeGreaterThan(3);
  });

  test('frames the update window around every lane', (context) => {
    const { frame, inside, left, right } = pageOf(context, topology);
    expect(inside).toBe(true);
    expect(frame.left).toBeGreaterThan(left);
    expect(frame.right).toBeLessThan(right);
    expect(frame.right).toBeGreaterThan(frame.left + 100);
  });

  test('says at the pointer which CPU does what, from when to when', (context) => {
    const { tip, own } = pageOf(context, topology);
    expect(tip).toMatch(/^CPU 0, .+ \(.+\): .+ to .+$/);
    expect(tip).toBe(own);
  });

  test('has no texts on top of each other', (context) => {
    expect(pageOf(context, topology).overlap).toBe(false);
  });

  test('zooms with Ctrl and the wheel, scrolls with the wheel alone, and shows all again', (context) => {
    const { before, scrolls, untouched, zooms, zoomed, again } = pageOf(context, topology);
    expect({ scrolls, untouched }).toEqual({ scrolls: true, untouched: before });
    expect(zooms).toBe(true);
    expect(zoomed[2]).toBeCloseTo((before[2] ?? 0) / 1.2, 6);
    expect(again).toEqual(before);
  });
});
