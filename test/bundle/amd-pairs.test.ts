/**
 * A CPU may need two patches: the newest up to the EntrySign cut-off and the newest above it. What the builder makes of them is held against
 * every loader that is modelled: none may end worse than with the newer patch alone, and the one that chooses by the running revision as well
 * as with the best patch for it.
 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { concat } from '../../fixtures/bytes.ts';
import { newestAmd } from '../../src/bundle/select/newest-amd.ts';
import { patchesOf } from '../../src/bundle/select/selection.ts';
import { type Loader, explain } from '../../src/loaders/by-name.ts';
import { linuxHas } from '../../src/loaders/linux/versions.ts';
import { xenHas } from '../../src/loaders/xen/releases.ts';
import { DIVIDED_CPUS, type DividedCpu, patchFor, runsAfter } from '../support/amd-pairs.ts';
import { everyLinux, everyXen } from '../support/every-loader.ts';
import { readFiles } from '../support/read-files.ts';

// The lists of genuine patches know those up to the cut-offs only. Here they know the synthetic ones.
vi.mock('../../src/cpu/amd-digests.ts', async () => {
  const { entrySignSide } = await import('../../src/cpu/amd-entrysign.ts');
  const { DIVIDED_CPUS: cpus } = await import('../support/amd-pairs.ts');
  const listed = cpus.flatMap(({ cutOff }) =>
    Array.from({ length: (cutOff & 0xff) + 1 }, (_, i) => ({ patchId: cutOff - i, sha256: '', xen: true })),
  );
  return {
    PATCH_DIGESTS: listed,
    digestListing: (patchId: number) => {
      const isListed = entrySignSide(patchId) === 'vulnerable';
      return { linux: isListed, xen: isListed };
    },
  };
});

/** A loader as it is run. */
interface Way {
  readonly name: string;
  readonly loader: Loader;
  readonly path: 'early' | 'late';
  readonly digestCheck: boolean;
}

const WAYS: readonly Way[] = [
  ...everyLinux().flatMap((loader): Way[] =>
    (['early', 'late'] as const).map((path) => ({ name: `${loader.name} ${path}`, loader, path, digestCheck: true })),
  ),
  ...everyXen().flatMap((loader): Way[] =>
    [true, false].map((digestCheck) => ({
      name: `${loader.name}${digestCheck ? '' : ' without digest check'}`,
      loader,
      path: 'early',
      digestCheck,
    })),
  ),
];

/**
 * Whether the loader looks at what runs before it chooses. Releases of Xen whose list lacks the patches against TSA refuse these for another
 * reason, which no arrangement helps.
 */
const chooses = ({ loader, digestCheck }: Way): boolean =>
  loader.kind === 'linux'
    ? linuxHas(loader.version, 'passesOverOtherSide')
    : digestCheck && xenHas(loader.version, 'digestCheck') && xenHas(loader.version, 'tsaDigests');

function handed({ loader, path, digestCheck }: Way, cpu: DividedCpu, revision: number, bytes: Uint8Array) {
  const asked = { vendor: 'amd', signature: cpu.signature, platformMask: 0, revision } as const;
  const options = { path, forceMinimum: false, digestCheck };
  return explain(loader, asked, { kind: 'blob', bytes }, options).chosen?.revision;
}

const after = (way: Way, cpu: DividedCpu, running: number, bytes: Uint8Array): number =>
  runsAfter(cpu, running, handed(way, cpu, running, bytes));

/** The older patch is one below the cut-off, so that a CPU may run the cut-off itself. */
const pairOf = (cpu: DividedCpu): readonly [older: Uint8Array, newer: Uint8Array] => [
  patchFor(cpu, cpu.cutOff - 1),
  patchFor(cpu, cpu.cutOff + 3),
];

/** 0: the BIOS has loaded nothing. Linux compares no sides then before 7.2, for no cut-off is of level 0. */
const runningOf = ({ cutOff }: DividedCpu): number[] => [0, ...[-3, -1, 0, 1, 2, 3, 4].map((step) => cutOff + step)];

const built = async (files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> =>
  concat(...newestAmd(patchesOf((await readFiles(files)).updates), () => true).containers);

const alone = (...patches: readonly Uint8Array[]): Uint8Array => amdContainer({ patches });

interface Ending {
  readonly way: Way;
  readonly cpu: DividedCpu;
  readonly running: number;
}

type Arrangement = (older: Uint8Array, newer: Uint8Array) => Uint8Array | Promise<Uint8Array>;

const builtPair: Arrangement = (older, newer) => built({ newer, older });
const newerAlone: Arrangement = (_, newer) => alone(newer);
const olderAlone: Arrangement = (older) => alone(older);

/** What every CPU ends with on every loader, whatever runs. */
async function endings(arrangement: Arrangement): Promise<(Ending & { readonly after: number })[]> {
  const found: (Ending & { readonly after: number })[] = [];
  for (const cpu of DIVIDED_CPUS) {
    const bytes = await arrangement(...pairOf(cpu));
    for (const way of WAYS) {
      for (const running of runningOf(cpu)) found.push({ way, cpu, running, after: after(way, cpu, running, bytes) });
    }
  }
  return found;
}

const known = new Map<Arrangement, ReturnType<typeof endings>>();
function knownEndings(arrangement: Arrangement): ReturnType<typeof endings> {
  const found = known.get(arrangement) ?? endings(arrangement);
  known.set(arrangement, found);
  return found;
}

/** Where a CPU ends worse with one arrangement than with another. */
async function worse(arrangement: Arrangement, other: Arrangement): Promise<Ending[]> {
  const [own, better] = [await knownEndings(arrangement), await knownEndings(other)];
  return own.filter((ending, i) => ending.after < (better[i]?.after ?? Number.NaN));
}

const said = (endings: readonly Ending[]): string[] => [...new Set(endings.map(({ way }) => way.name))];

describe('a pair as it is built', () => {
  test('is one container with the newer patch last', async () => {
    for (const cpu of DIVIDED_CPUS) expect(await builtPair(...pairOf(cpu))).toEqual(alone(...pairOf(cpu)));
  });

  test('ends no worse than the newer patch alone: on no loader, on no CPU, whatever runs', async () => {
    expect(said(await worse(builtPair, newerAlone))).toEqual([]);
  });

  test('ends no worse than the older patch alone where the loader chooses by what runs', async () => {
    expect(WAYS.filter(chooses).length).toBeGreaterThan(3);
    const lost = (await worse(builtPair, olderAlone)).filter(({ way }) => chooses(way));
    expect(said(lost.filter(({ way: { loader }, running }) => loader.kind === 'xen' || running !== 0))).toEqual([]);
  });

  test('is a loss against the older patch alone for open firmware only, on loaders that do not choose', async () => {
    const lost = await worse(builtPair, olderAlone);
    expect(lost.length).toBeGreaterThan(0);
    expect(said(lost.filter(({ running, cpu }) => running > cpu.cutOff))).toEqual([]);
    // Family 17h takes the newer patch with open firmware too: only the digests keep it out.
    const on17h = lost.filter(({ cpu }) => cpu.family === 0x17).map(({ way: { loader } }) => loader);
    expect(on17h.every((loader) => loader.kind === 'linux' && linuxHas(loader.version, 'digestList'))).toBe(true);
  });
});

describe('any other arrangement ends worse than the newer patch alone somewhere', () => {
  const arrangements: Readonly<Record<string, Arrangement>> = {
    'one container, the older last': (older, newer) => alone(newer, older),
    'two containers, the older first': (older, newer) => concat(alone(older), alone(newer)),
    'two containers, the newer first': (older, newer) => concat(alone(newer), alone(older)),
  };

  test.each(Object.entries(arrangements))('%s', async (_, arrangement) => {
    const early = (await worse(arrangement, newerAlone)).filter(({ way }) => way.path === 'early');
    expect(new Set(early.map(({ cpu }) => cpu.family))).toEqual(new Set([0x17, 0x19, 0x1a]));
  });
});

describe('any patches of a CPU', () => {
  // Late loading takes one container, and these images hold several.
  const EARLY = WAYS.filter(({ path }) => path === 'early');
  const some = fc.record({
    cpu: fc.constantFrom(...DIVIDED_CPUS),
    steps: fc.uniqueArray(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 5 }),
    others: fc.uniqueArray(fc.constantFrom(...DIVIDED_CPUS), { maxLength: 3 }),
    run: fc.integer({ min: -7, max: 7 }),
    perFile: fc.boolean(),
  });
  test('end with the best of them where the loader chooses, else no worse than with the newest', async () => {
    await fc.assert(
      fc.asyncProperty(some, async ({ cpu, steps, others, run, perFile }) => {
        const own = steps.map((step) => ({ revision: cpu.cutOff + step, patch: patchFor(cpu, cpu.cutOff + step) }));
        const foreign = others.filter((other) => other !== cpu).map((other) => patchFor(other, other.cutOff));
        const patches = [...own.map(({ patch }) => patch), ...foreign];
        const files = perFile ? patches.map((patch) => alone(patch)) : [alone(...patches)];
        const bytes = await built(Object.fromEntries(files.map((file, i) => [`${i}.bin`, file])));
        const running = cpu.cutOff + run;
        const newest = own.reduce((a, b) => (b.revision > a.revision ? b : a));
        for (const way of EARLY) {
          const reference = chooses(way) ? own : [newest];
          const best = Math.max(...reference.map(({ patch }) => after(way, cpu, running, alone(patch))));
          expect([way.name, after(way, cpu, running, bytes) >= best]).toEqual([way.name, true]);
        }
      }),
      { numRuns: 30 },
    );
  });
});
