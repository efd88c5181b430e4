/** However a CPU is spelled, the same updates are selected. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zenPatch } from '../../fixtures/amd.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { type CollectedUpdate, readBlob } from '../../src/bundle/collect.ts';
import { parseFilter } from '../../src/bundle/select/filter.ts';
import { parseCpu } from '../../src/bundle/select/cpu.ts';
import { EVERYTHING, type Selection, selectUpdates } from '../../src/bundle/select/selection.ts';
import { intelFirmwareName } from '../../src/cpu/intel.ts';
import { fileOrigin } from '../../src/inputs/origin.ts';

const SIGNATURES = [0x906a3, 0x906a4, 0xb06a2, 0x806f8, 0x50654, 0x6fa, 0xf4a];
const MASKS = [0x01, 0x02, 0x80, 0x87, 0xff];

const HELD: readonly CollectedUpdate[] = [
  ...SIGNATURES.flatMap((signature) =>
    MASKS.flatMap((platformMask) => {
      const bytes = intelUpdate({ signature, platformMask });
      return readBlob({ kind: 'intel', origin: fileOrigin('intel'), bytes }).updates;
    }),
  ),
  ...[0x0a0011d5, 0x0a201210].flatMap(
    (level) => readBlob({ kind: 'amd-patch', origin: fileOrigin('amd'), bytes: zenPatch(level) }).updates,
  ),
];

const selected = (selection: Partial<Selection>): readonly CollectedUpdate[] =>
  selectUpdates({ ...EVERYTHING, ...selection }, HELD);
const byCpu = (text: string): readonly CollectedUpdate[] => selected({ cpus: [parseCpu(text)] });
const byFilter = (text: string): readonly CollectedUpdate[] => selected({ filters: [parseFilter(text)] });

const hex = (value: number): string => value.toString(16);

test('--cpu and -s select the same in all spellings', () => {
  const cpu = fc.constantFrom(...SIGNATURES, 0xa00f11, 0xa20f12);
  const mask = fc.constantFrom(undefined, ...MASKS);
  fc.assert(
    fc.property(cpu, mask, (signature, platforms) => {
      const comma = platforms === undefined ? '' : `,0x${hex(platforms)}`;
      const slashes = platforms === undefined ? [] : [`/${hex(platforms)}`, `/0x${hex(platforms)}`];
      const names = [`0x${hex(signature)}`, `0x${hex(signature).padStart(8, '0')}`, intelFirmwareName(signature)];
      const bare = hex(signature);
      const want = byCpu(`0x${hex(signature)}${comma}`);
      for (const name of [...names, bare]) {
        for (const tail of [comma, ...slashes, `${comma === '' ? ',' : comma},0x421`]) {
          expect(byCpu(`${name}${tail}`)).toEqual(want);
        }
      }
      // Digits alone are decimal in iucode_tool's language.
      const filters = /^\d+$/.test(bare) ? [...names, String(signature)] : [...names, bare, String(signature)];
      const same = byFilter(`0x${hex(signature)}${comma}`);
      for (const name of filters) expect(byFilter(`${name}${comma}`)).toEqual(same);
      for (const name of names) for (const tail of slashes) expect(byFilter(`${name}${tail}`)).toEqual(same);
    }),
  );
});
