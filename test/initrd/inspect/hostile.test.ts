import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type EarlyOutcome, HOSTILE_INITRDS, RIGHT } from '../../../fixtures/hostile-initrds.ts';
import { RULES } from '../../../src/findings/catalogue.ts';
import type { EarlyConsumerId } from '../../../src/initrd/inspect/early-loaders.ts';
import { expandInitrd } from '../../../src/initrd/expanded-parts.ts';
import { alignmentOf, type InitrdInspection, inspectInitrd } from '../../../src/initrd/inspect/inspect.ts';
import { linuxUnpack } from '../../../src/initrd/unpack.ts';
import { program } from '../../support/debian.ts';

function outcome(bytes: Uint8Array, { lookups }: InitrdInspection, consumer: EarlyConsumerId): EarlyOutcome {
  const { verdict, lookup } = lookups.intel.find((one) => one.consumer === consumer) ?? {};
  if (verdict === 'empty') return 'empty';
  if (verdict !== 'found' || lookup?.found !== true) return 'none';
  const data = bytes.subarray(lookup.offset, lookup.offset + lookup.size);
  return Buffer.compare(data, RIGHT) === 0 ? 'right' : 'wrong';
}

const rulesOf = (inspection: InitrdInspection): string[] =>
  inspection.findings
    .filter(({ message }) => !message.startsWith('kernel/x86/microcode/AuthenticAMD.bin is not found'))
    .map(({ rule }) => rule);

/** Names that `TOOL -it` lists, and its exit status. */
function listing(path: string, bytes: Uint8Array): [number | null, number] {
  const { status, stdout } = spawnSync(path, ['-it', '--quiet'], { input: bytes, encoding: 'utf8' });
  return [status, stdout.split('\n').filter((line) => line !== '').length];
}

describe.each(HOSTILE_INITRDS)('$name', ({ bytes, linux, xen, oldXen, unpack, tools }) => {
  const inspection = inspectInitrd(bytes);

  test('what early loaders find', () => {
    const found = (consumer: EarlyConsumerId): EarlyOutcome => outcome(bytes, inspection, consumer);
    expect([found('linux'), found('xen-4.14'), found('xen-4.4'), found('xen-4.4-exact'), found('xen-4.2')]).toEqual([
      linux,
      xen,
      xen,
      oldXen,
      'none',
    ]);
  });

  test('what Linux unpacks', async () => {
    const { unpacking } = inspectInitrd(bytes, await expandInitrd(bytes));
    expect(unpacking.verdict === 'stops' ? unpacking.error : unpacking.verdict).toBe(unpack);
  });

  test('which rules speak', () => {
    expect(rulesOf(inspection)).toEqual(tools.rules);
  });

  test('what GNU cpio lists', (context) => {
    expect(listing(program(context, 'cpio'), bytes)).toEqual(tools.gnu);
  });

  test('what bsdcpio lists', (context) => {
    expect(listing(program(context, 'bsdcpio'), bytes)).toEqual(tools.bsd);
  });
});

test('Linux 7.2 does not unpack behind a header with a character that is no digit', () => {
  const damaged = HOSTILE_INITRDS.filter(({ tools }) => tools.rules.includes('cpio/hex-digit'));
  expect(damaged.map(({ bytes }) => linuxUnpack(bytes, 'strict'))).toEqual(
    damaged.map(() => ({ verdict: 'stops', error: 'damaged header', offset: 376 })),
  );
  expect(damaged.length).toBe(2);
});

test('every rule about initrds speaks of one of the images, of a build or of a splice', () => {
  const ofBuilds = [
    'cpus-unknown',
    'efi-image',
    'empty-payload',
    'extra-name',
    'kept-vendor',
    'layout-vendor',
    'no-payload',
    'nothing-left',
    'payload-containers',
    'payload-magic',
    'payload-too-large',
    'splice-link',
  ];
  const spoken = new Set(HOSTILE_INITRDS.flatMap(({ tools }) => tools.rules));
  const silent = Object.keys(RULES).filter((id) => /^(?:initrd|cpio)\//.test(id) && !spoken.has(id as never));
  expect(silent.map((id) => id.replace('initrd/', '')).sort()).toEqual(ofBuilds);
});

test('alignment is told up to a page', () => {
  expect([0, 1, 2, 12, 16, 528, 4096, 8192].map(alignmentOf)).toEqual([4096, 1, 2, 4, 16, 16, 4096, 4096]);
});

test('200,000 vendor files are inspected in bounded memory', () => {
  const one = HOSTILE_INITRDS.find(({ name }) => name === 'no folders');
  const member = (one?.bytes ?? RIGHT).slice(0, 148);
  member.set(Buffer.from('00000000'), 54);
  const bytes = new Uint8Array(148 * 200_000);
  for (let at = 0; at < bytes.length; at += 148) bytes.set(member, at);
  const { vendorMembers, findings } = inspectInitrd(bytes);
  expect(vendorMembers.length).toBe(1024);
  expect(findings.length).toBeLessThan(100);
});
