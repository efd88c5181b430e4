import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../../fixtures/amd.ts';
import { captureHost, type CapturedCpu } from '../../../fixtures/captured-host.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import type { Catalogue } from '../../../src/cpu/catalogue.ts';
import { readHost } from '../../../src/host/host.ts';
import { renderHostAs } from '../../../src/report/host/host-formats.ts';
import { type HostReport, hostReport } from '../../../src/report/host/host.ts';
import { collectionOf, type Files } from '../../support/collection.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const KNOWN: Catalogue = {
  entries: [
    {
      vendor: 'intel',
      signature: 0x906a4,
      platformMask: 0x80,
      revision: 0x43a,
      date: '2025-10-12',
      size: null,
      minimumRevision: null,
      sha256: null,
      releases: null,
      evidence: null,
    },
  ],
};

const ALDER: CapturedCpu = { version: '0x430', processorFlags: '0x80' };

async function report(cpus: readonly CapturedCpu[], files: Files = {}): Promise<HostReport> {
  const { updates } = await collectionOf(files);
  return hostReport(readHost(captureHost(temporaryFolder(), cpus)), KNOWN, updates);
}

const offers = ({ groups }: HostReport) =>
  groups.map(
    ({ available }) =>
      available &&
      `${available.state} ${available.revision} ${available.lateSafe ? 'safe' : 'unsafe'}: ${available.reason}`,
  );

const update = (revision: number, minimumRevision = 0, platformMask = 0x80): Uint8Array =>
  intelUpdate({ revision, minimumRevision, platformMask });

describe('what a collection offers a machine', () => {
  const cases: readonly (readonly [what: string, files: Files, expected: string | null])[] = [
    ['nothing', {}, null],
    ['nothing for its platform', { 'a.bin': update(0x43a, 0, 0x40) }, null],
    ['a late-safe update', { '06-9a-04': update(0x43a, 0x430) }, 'newer 0x0000043a safe: 0x00000430 or later runs'],
    [
      'one that needs more to run first',
      { '06-9a-04': update(0x43a, 0x431) },
      'newer 0x0000043a unsafe: 0x00000431 or later must run first',
    ],
    [
      'one that declares nothing',
      { '06-9a-04': update(0x43a) },
      'newer 0x0000043a unsafe: the update declares no revision from which a late load is safe',
    ],
    [
      'one that late loading cannot find',
      { '06-9a-04.initramfs': update(0x43a, 0x430) },
      'newer 0x0000043a unsafe: there is no file 06-9a-04 for it',
    ],
    [
      'one in an image',
      { 'GenuineIntel.bin': update(0x43a, 0x430) },
      'newer 0x0000043a safe: 0x00000430 or later runs',
    ],
    ['what runs already', { '06-9a-04': update(0x430, 0x430) }, 'running 0x00000430 safe: 0x00000430 or later runs'],
    ['something older', { '06-9a-04': update(0x42c, 1) }, 'older 0x0000042c safe: 0x00000001 or later runs'],
    [
      'the newest of several',
      { 'a.bin': update(0x43a), 'b.bin': update(0x431) },
      'newer 0x0000043a unsafe: the update declares no revision from which a late load is safe',
    ],
  ];
  test.each(cases)('%s', async (_, files, expected) => {
    expect(offers(await report([ALDER], files))).toEqual([expected]);
  });

  test('BDX90 may hang however the update is declared', async () => {
    const broadwell: CapturedCpu = { model: 0x4f, stepping: 1, version: '0xb000020', processorFlags: '0x1' };
    const files = {
      '06-4f-01': intelUpdate({ signature: 0x406f1, platformMask: 0xef, revision: 0x0b00_0040, minimumRevision: 1 }),
    };
    expect(offers(await report([broadwell], files))).toEqual([
      'newer 0x0b000040 unsafe: erratum BDX90: a late load may hang this CPU',
    ]);
    expect(offers(await report([{ ...broadwell, version: '0xb000021' }], files))).toEqual([
      'newer 0x0b000040 safe: 0x00000001 or later runs',
    ]);
  });

  test('AMD by CPUID', async () => {
    const milan: CapturedCpu = { vendorId: 'AuthenticAMD', family: 25, model: 1, stepping: 1, version: '0xa0011d1' };
    const files = { 'microcode_amd_fam19h.bin': amdContainer({ patches: [zenPatch(0x0a00_11d5)] }) };
    expect(offers(await report([milan], files))).toEqual([
      'newer 0x0a0011d5 unsafe: AMD declares no revision from which a late load is safe',
    ]);
  });

  describe('AMD, two patches for one CPU', () => {
    const cpu = (version: string): CapturedCpu => ({
      vendorId: 'AuthenticAMD',
      family: 23,
      model: 0x31,
      stepping: 0,
      version,
    });
    const folder = (...levels: readonly number[]): Files => ({
      'microcode_amd_fam17h.bin': amdContainer({ patches: levels.map((level) => zenPatch(level, { kind: 'zen2' })) }),
    });
    const [OLDER, NEWER] = [0x0830_107c, 0x0830_107f];

    test.each([
      ['the flaw, both there', '0x830107a', [OLDER, NEWER], 'newer 0x0830107c'],
      ['the flaw, its own there', '0x830107a', [OLDER], 'newer 0x0830107c'],
      ['the flaw, its own running', '0x830107c', [OLDER, NEWER], 'running 0x0830107c'],
      ['the flaw, only the other there', '0x830107a', [NEWER], 'other-side 0x0830107f'],
      ['the fix, both there', '0x830107d', [OLDER, NEWER], 'newer 0x0830107f'],
      ['the fix, only the other there', '0x830107d', [OLDER], 'older 0x0830107c'],
      ['a level that names another CPU', '0x1000065', [OLDER, NEWER], 'newer 0x0830107f'],
    ])('%s', async (_, version, levels, expected) => {
      const [available] = offers(await report([cpu(version)], folder(...levels)));
      expect(available?.startsWith(`${expected} `)).toBe(true);
    });

    test('says what is in the way when only the other is there, and counts it as no update', async () => {
      const found = await report([cpu('0x830107a')], folder(NEWER));
      expect(renderHostAs(found, 'text', true)).toContain(
        'CPUs 0: 0x0830107f in microcode_amd_fam17h.bin+0x34 is for a BIOS that has fixed EntrySign, which runs more than 0x0830107c; this one runs 0x0830107a: renew the BIOS first.\n',
      );
      expect(renderHostAs(found, 'prometheus', true)).toMatch(/^ucodekit_microcode_update_available\{.*\} 0$/m);
    });
  });

  test('a guest compares nothing', async () => {
    const guest = await report([{ ...ALDER, version: '0x1', flags: 'hypervisor' }], {
      '06-9a-04': update(0x43a, 0x430),
    });
    expect(offers(guest)).toEqual(['null 0x0000043a unsafe: the running revision is not known']);
    expect(renderHostAs(guest, 'text', true)).toContain('This is a guest');
  });
});

describe('formats', () => {
  test('text: a row for each kind of CPU', async () => {
    const mixed = await report([ALDER, ALDER, { ...ALDER, version: '0x42c' }], { '06-9a-04': update(0x43a, 0x430) });
    expect(renderHostAs(mixed, 'text', true).split('\n')).toEqual([
      'CPUS  CPU       SIGNATURE   PLATFORM  RUNS        KNOWN       OFFERED     LATE',
      '0-1   06-9a-04  0x000906a4  0x80      0x00000430  0x0000043a  0x0000043a  safe',
      '2     06-9a-04  0x000906a4  0x80      0x0000042c  0x0000043a  0x0000043a  not safe',
      'The CPUs differ: every one of them needs its own update.',
      'CPUs 0-1: 0x0000043a of 2020-01-15 in 06-9a-04; late load safe: 0x00000430 or later runs.',
      'CPUs 2: 0x0000043a of 2020-01-15 in 06-9a-04; late load not safe: 0x00000430 or later must run first.',
      '',
    ]);
  });

  test('Prometheus: revisions are values, every metric has its help and type', async () => {
    const text = renderHostAs(await report([ALDER], { '06-9a-04': update(0x43a) }), 'prometheus', true);
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const cpu = 'vendor="GenuineIntel",cpu="06-9a-04",signature="0x000906a4",platform="0x80",cpus="0"';
    expect(series).toEqual([
      `ucodekit_microcode_cpus{${cpu}} 1`,
      `ucodekit_microcode_revision{${cpu}} 1072`,
      `ucodekit_microcode_newest_known_revision{${cpu}} 1082`,
      `ucodekit_microcode_offered_revision{${cpu}} 1082`,
      `ucodekit_microcode_update_available{${cpu}} 1`,
      `ucodekit_microcode_late_load_safe{${cpu}} 0`,
      'ucodekit_microcode_mixed 0',
      'ucodekit_microcode_guest 0',
    ]);
    for (const line of series) {
      const name = line.replace(/[{ ].*/, '');
      expect(text).toContain(`# TYPE ${name} gauge\n`);
      expect(text).toContain(`# HELP ${name} `);
    }
  });

  test('a label keeps to its line, whatever the vendor calls itself', async () => {
    const text = renderHostAs(await report([{ vendorId: 'a"b\\c' }]), 'prometheus', false);
    expect(text).toContain('vendor="a\\"b\\\\c"');
  });
});
