import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amdContainer, AMD_SAMPLES, amdPatch, type AmdSample } from '../../../fixtures/amd.ts';
import { concat, mutated, seeded } from '../../../fixtures/bytes.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { type Collected, readBlob } from '../../../src/bundle/collect.ts';
import { planExtraction } from '../../../src/bundle/export/extract.ts';
import { pack } from '../../../src/bundle/export/pack.ts';
import { EVERYTHING } from '../../../src/bundle/select/selection.ts';
import type { BlobKind } from '../../../src/inputs/blob.ts';
import { equivalenceEntry } from '../../../src/formats/amd/equivalence.ts';
import { fileOrigin } from '../../../src/inputs/origin.ts';

const LAYOUTS = ['kernel', 'named', 'collection', 'raw'] as const;

const read = (kind: BlobKind, bytes: Uint8Array): Collected => readBlob({ kind, origin: fileOrigin('f'), bytes });

const together = (parts: readonly Collected[]): Collected => ({
  updates: parts.flatMap(({ updates }) => updates),
  containers: parts.flatMap(({ containers }) => containers),
  findings: parts.flatMap(({ findings }) => findings),
});

/** Names are made of header fields, which an attacker chooses: none may lead out of the folder. */
const PLAIN = /^(?:(?:intel-ucode|intel-ucode-with-caveats|amd-ucode)\/)?[\w][\w.-]*$/;

const damaged = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 4 })).map(([seed, edits]) => {
  const random = seeded(seed);
  const intel = concat(
    intelUpdate(),
    intelUpdate({ signature: 0x906a3, extended: [{ signature: 1, platformMask: 2 }] }),
  );
  const amd = amdContainer({ patches: [amdPatch({ kind: 'zen2' }), amdPatch({ kind: 'fam10h' })] });
  let bytes = random() % 2 === 0 ? intel : amd;
  const kind: BlobKind = bytes === intel ? 'intel' : 'amd-container';
  for (let i = 0; i < edits; i++) bytes = mutated(bytes, random);
  return { kind, bytes };
});

test('damaged input never breaks a plan, and no name leads out of the folder', () => {
  fc.assert(
    fc.property(damaged, ({ kind, bytes }) => {
      const collected = read(kind, bytes);
      for (const layout of LAYOUTS) {
        for (const { path } of planExtraction(collected, EVERYTHING, layout).files) expect(path).toMatch(PLAIN);
      }
      for (const format of ['intel', 'intel-dat', 'amd'] as const) {
        pack(collected, { format, selection: EVERYTHING, entries: [] });
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});

/** Sound containers of any kinds, each family with a table of its own making. */
const containers = fc
  .uniqueArray(fc.constantFrom(...(Object.keys(AMD_SAMPLES) as AmdSample[])), { minLength: 1, maxLength: 6 })
  .map((kinds) => kinds.filter((kind) => kind !== 'k8' && kind !== 'k8Small'))
  .map((kinds) =>
    kinds.map((kind, i) => {
      const { processorRevId } = AMD_SAMPLES[kind];
      const family = 0xf + (processorRevId >>> 12);
      const cpuid = ((processorRevId & 0xff00) << 8) | 0xf00 | (processorRevId & 0xff);
      const entries = [equivalenceEntry(cpuid, processorRevId)];
      // Before Zen one patch may serve CPUs that its id does not name.
      if (family < 0x17) entries.unshift(equivalenceEntry(0x00f0_0f00 + i, processorRevId));
      return amdContainer({ patches: [amdPatch({ kind })], entries });
    }),
  );

test('what is extracted raw and packed again has the same patches for the same CPUs', () => {
  const servedBy = ({ updates }: Collected): string[] =>
    updates
      .flatMap(({ update }) =>
        update.vendor === 'amd'
          ? [`${update.revision} ${[...update.cpuids].sort((a, b) => a - b).join()} ${update.bytes.join()}`]
          : [],
      )
      .sort();
  fc.assert(
    fc.property(containers, (files) => {
      const before = together(files.map((bytes) => read('amd-container', bytes)));
      const { files: raw } = planExtraction(before, EVERYTHING, 'raw');
      const again = together(
        raw.map(({ path, parts }) =>
          read(path.startsWith('amd_table') ? 'amd-container' : 'amd-patch', concat(...parts)),
        ),
      );
      if (files.length === 0) return;
      const packed = pack(again, { format: 'amd', selection: EVERYTHING, entries: [] });
      if (packed.kind === 'refused') throw new Error(packed.because.map(({ finding }) => finding.message).join());
      expect(servedBy(read('amd-container', concat(...packed.parts)))).toEqual(servedBy(before));
    }),
    { numRuns: 40, seed: 3 },
  );
});
