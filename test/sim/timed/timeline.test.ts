import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { duration, scaleOf } from '../../../src/report/sim/timeline/scale.ts';
import { timelineHtml } from '../../../src/report/sim/timeline/html.ts';
import { timelinePerfetto } from '../../../src/report/sim/timeline/perfetto.ts';
import { timelineSvg } from '../../../src/report/sim/timeline/svg.ts';
import { timelineText } from '../../../src/report/sim/timeline/text.ts';
import { parseScenario } from '../../../src/sim/scenario/parse.ts';
import { play } from '../../../src/sim/scenario/play.ts';
import { timelineOf, type Timeline } from '../../../src/sim/timed/timeline.ts';

const FOLDER = join(import.meta.dirname, '../../../fixtures/scenarios');

function timeline(id: string, index = 0): Timeline {
  const one = parseScenario(readFileSync(join(FOLDER, `${id}.json`), 'utf8')).scenario?.cases[index];
  if (one === undefined) throw new Error(`${id} has no case ${index}`);
  return timelineOf(play(one).run);
}

describe('lanes', () => {
  test.each(['LL-01', 'LL-05', 'LL-08', 'LL-20', 'LL-22'])(
    '%s: each lane covers the run without gap or overlap',
    (id) => {
      const { lanes, end } = timeline(id);
      for (const { segments } of lanes) {
        expect(segments[0]?.from).toBe(0);
        expect(segments.at(-1)?.to).toBeGreaterThanOrEqual(end);
        expect(segments.slice(1).map(({ from }) => from)).toEqual(segments.slice(0, -1).map(({ to }) => to));
      }
    },
  );

  test('the update window reaches from the first load to the last', () => {
    const { lanes, window } = timeline('LL-08');
    const loads = lanes.flatMap(({ segments }) => segments.filter(({ activity }) => activity === 'load'));
    expect(loads).toHaveLength(2);
    expect(window).toEqual({
      from: Math.min(...loads.map(({ from }) => from)),
      to: Math.max(...loads.map(({ to }) => to)),
    });
  });

  test('an offline thread that is let go too early is seen leaving its wait inside the window', () => {
    const { lanes, marks, window } = timeline('LL-08');
    const waits = lanes[3]?.segments.filter(({ activity }) => activity === 'nmi wait') ?? [];
    expect(waits.at(-1)?.to).toBeLessThan(window?.to ?? 0);
    expect(marks.filter(({ what }) => what === 'violated').map(({ text }) => text)).toContain('P17');
  });

  test('a stall, a timeout and an NMI are on their CPU', () => {
    const late = timeline('LL-20');
    expect(late.lanes[3]?.segments[0]).toMatchObject({ activity: 'stalled', from: 0, to: 40_000_000 });
    expect(late.marks.find(({ what }) => what === 'gives up')).toMatchObject({ cpu: 0 });
    expect(timeline('LL-05').marks.find(({ what }) => what === 'nmi arrives')).toMatchObject({ cpu: 1, ns: 3_000_000 });
  });
});

describe('what befalls a CPU', () => {
  test('a machine check has its mark, and its handler a colour of its own', () => {
    const { lanes, marks } = timeline('LL-40', 1);
    expect(marks.find(({ what }) => what === 'machine check')).toMatchObject({ cpu: 1, ns: 3_000_000 });
    expect(lanes[1]?.segments.some(({ activity }) => activity === 'machine check')).toBe(true);
    expect(timeline('LL-40').lanes[1]?.segments.at(-1)?.activity).toBe('panic');
  });

  test('a store wakes the parked thread inside the update window', () => {
    const { marks, window } = timeline('LL-41');
    const woken = marks.find(({ what }) => what === 'store wakes');
    expect(woken).toMatchObject({ cpu: 3, ns: 3_000_000 });
    expect(woken?.ns).toBeLessThan(window?.to ?? 0);
  });
});

describe('the axis', () => {
  test('keeps the order of times and ends at 1', () => {
    const drawn = timeline('LL-08');
    const { place, ticks } = scaleOf(drawn);
    const places = ticks.map(place);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(place(0)).toBe(0);
    expect(place(drawn.end)).toBeCloseTo(1, 10);
  });

  test('writes times as people do', () => {
    expect([350, 12_300, 8_100_000, 1_500_000_000].map(duration)).toEqual(['350 ns', '12.3 us', '8.1 ms', '1.50 s']);
  });
});

describe('pictures', () => {
  test('the text has a lane for each CPU and explains its signs', () => {
    const text = timelineText(timeline('LL-20'));
    expect(text.match(/^CPU /gm)).toHaveLength(4);
    expect(text).toContain('~ away (SMI, hypervisor)');
    expect(text).not.toContain('R load refused');
  });

  test('512 lanes are cut to those worth reading', () => {
    const many = timeline('LL-35');
    const text = timelineText({
      ...many,
      lanes: Array.from({ length: 512 }, (_, cpu) => ({
        cpu,
        package: 0,
        segments: many.lanes[cpu % 112]?.segments ?? [],
      })),
    });
    expect(text).toContain('and 480 more CPUs');
  });

  test('packages are told apart when there are several', () => {
    const two = timeline('LL-35');
    expect(timelineText(two)).toMatch(/^P0 CPU {4}0 /m);
    expect(timelineSvg(two, 'LL-35').match(/class="package"/g)).toHaveLength(1);
    const events = (JSON.parse(timelinePerfetto(two)) as { traceEvents: { pid: number; ph: string }[] }).traceEvents;
    expect(new Set(events.filter(({ ph }) => ph === 'X').map(({ pid }) => pid))).toEqual(new Set([0, 1]));
    const one = timeline('LL-20');
    expect(timelineText(one)).not.toContain('P0');
    expect(timelineSvg(one, 'LL-20')).not.toContain('class="package"');
  });

  test('texts from a scenario cannot leave the picture', () => {
    const title = '</title><script>alert(1)</script>"&';
    for (const picture of [timelineSvg(timeline('LL-05'), title), timelineHtml(timeline('LL-05'), title)]) {
      expect(picture).not.toContain('<script>alert');
    }
  });
});
