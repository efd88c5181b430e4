/** Configurations and files of a working set-up, damaged at random: every judgement is made, nothing throws. */
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutated, seeded } from '../../../fixtures/bytes.ts';
import * as files from '../../../fixtures/xen.ts';
import { LOADER_IDS } from '../../../src/xen/boot-loaders/boot-loader.ts';
import { checkXen } from '../../../src/xen/check/check.ts';
import { predict } from '../../../src/xen/check/predict.ts';
import { SERIES } from '../../../src/xen/releases.ts';

const GOLDEN = join(import.meta.dirname, '../golden');
const configs = readdirSync(GOLDEN).map((name) => {
  const text = readFileSync(join(GOLDEN, name), 'utf8');
  const [, ...parts] = text.split(/^==> \S+ <==\n/m);
  return { loader: LOADER_IDS.find((id) => name.startsWith(`${id}-`)), parts: parts.length === 0 ? [text] : parts };
});
const modules = [files.INTEL_RAW, files.AMD_RAW, files.COMBINED, files.EARLY_PADDED, files.XSM_POLICY, files.INITRD];

test('damaged configurations and files give an answer on every release', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...configs),
      fc.constantFrom(...SERIES),
      fc.integer(),
      ({ loader, parts }, release, seed) => {
        const random = seeded(seed);
        const config = mutated(Buffer.from(parts[0] ?? ''), random);
        const open = (path: string): Uint8Array | undefined => {
          if (path.endsWith('.cfg')) return mutated(Buffer.from(parts[1] ?? ''), random);
          return random() % 5 === 0 ? undefined : mutated(modules[random() % modules.length] ?? files.INITRD, random);
        };
        const { entries, findings } = checkXen({ config, path: '/boot/x', loader, release, open });
        for (const entry of entries) {
          for (const vendor of ['intel', 'amd'] as const) {
            const cpu = { vendor, signature: vendor === 'intel' ? 0x906a4 : 0xa00f11, platformMask: 0x80, revision: 1 };
            expect(predict(entry, cpu).length).toBeGreaterThan(0);
          }
        }
        expect(findings.every(({ offset }) => offset >= 0 && offset <= config.length)).toBe(true);
      },
    ),
    { numRuns: 400 },
  );
});
