import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLog } from '../../src/log/read.ts';
import { parseRelease } from '../../src/xen/releases.ts';

test('xl dmesg of Xen 4.20: every CPU with both revisions', () => {
  const log = readLog(
    [
      '(XEN) Xen version 4.20.2 (Debian 4.20.2+7-g1badcf5035-0+deb13u1) (pkg-xen@lists.debian.org) (gcc 14.2.0) debug=n',
      '(XEN) Command line: placeholder ucode=scan',
      '(XEN) parameter "placeholder" unknown!',
      '(XEN) [    0.000000] BSP microcode revision: 0x00000001',
      '(XEN) [    0.000000] microcode: CPU0 updated from revision 0x1 to 0x2007006, date = 2023-03-06',
      '(XEN) [    1.500000] microcode: CPU2 updated from revision 0x1 to 0x2007006, date = 2023-03-06',
    ].join('\r\n'),
  );
  expect(log.release?.name).toBe('4.20.2');
  expect(log.cpus).toEqual([
    { from: 'xen', cpu: 0, outcome: 'updated', before: 1, after: 0x2007006, refused: null, date: '2023-03-06' },
    { from: 'xen', cpu: 2, outcome: 'updated', before: 1, after: 0x2007006, refused: null, date: '2023-03-06' },
  ]);
  expect(log.messages.map(({ id, count }) => [id, count])).toEqual([
    ['bsp-revision', 1],
    ['updated', 2],
  ]);
  expect(log.silence.xen).toEqual([]);
});

test('a refused update keeps the old revision', () => {
  expect(readLog('microcode: CPU0 update rev 0x1 to 0x2007006 failed, result 0x1\n').cpus).toEqual([
    { from: 'xen', cpu: 0, outcome: 'failed', before: 1, after: 1, refused: 0x2007006, date: null },
  ]);
});

describe('Linux', () => {
  test('6.12: two lines make one CPU', () => {
    const lines = [
      '[    0.0] microcode: Current revision: 0x02007006',
      '[    0.0] microcode: Updated early from: 0x00000001',
    ];
    for (const order of [lines, lines.toReversed()]) {
      expect(readLog(order.join('\n')).cpus).toMatchObject([
        { from: 'linux', outcome: 'updated', before: 1, after: 0x2007006 },
      ]);
    }
  });

  test('6.1: revision and date', () => {
    const text =
      'microcode: microcode updated early to revision 0x2007006, date = 2023-03-06\nmicrocode: sig=0x50654, pf=0x1, revision=0x2007006';
    expect(readLog(text).cpus).toMatchObject([{ outcome: 'updated', after: 0x2007006, date: '2023-03-06' }]);
  });

  test('without an update only the running revision', () => {
    expect(readLog('microcode: CPU0: patch_level=0x0800126f').cpus).toMatchObject([
      { outcome: 'unchanged', before: 0x0800126f, after: 0x0800126f },
    ]);
  });
});

describe('logs that people posted', () => {
  const read = (...lines: readonly string[]) => readLog(lines.join('\n'));
  const ids = ({ messages }: ReturnType<typeof readLog>) => messages.map(({ id }) => id);

  test('an unknown digest: the line about an early update names the same revision, so nothing changed', () => {
    const log = read(
      '[    0.001272] microcode: No sha256 digest for patch ID: 0x8701035 found',
      '[    0.642367] microcode: Current revision: 0x08701034',
      '[    0.642369] microcode: Updated early from: 0x08701034',
    );
    expect(log.cpus).toMatchObject([{ outcome: 'unchanged', before: 0x0870_1034, after: 0x0870_1034 }]);
    expect(log.messages[0]).toMatchObject({ id: 'linux-no-digest', kind: 'reason' });
    expect(log.messages[0]?.advice).toMatch(/Update the BIOS/);
  });

  test('the same on every CPU of a Zen 5: who refused what', () => {
    const log = read(
      'microcode: No sha256 digest for patch ID: 0xb204037 found',
      'microcode: CPU1: update failed for patch_level=0x0b204037',
    );
    expect(log.cpus).toEqual([
      { from: 'linux', cpu: 1, outcome: 'failed', before: null, after: null, refused: 0x0b20_4037, date: null },
    ]);
  });

  test('an early load and a late one on top: from what the firmware left to what runs', () => {
    const log = read(
      '[    0.000000] microcode: updated early: 0x200004d -> 0x2006e05, date = 2022-03-08',
      '[    1.188133] microcode: Microcode Update Driver: v2.2.',
      '[   40.301720] microcode: Attempting late microcode loading - it is dangerous and taints the kernel.',
      '[   40.310606] microcode: You should switch to early loading, if possible.',
      '[   40.323664] microcode: updated to revision 0x2006f05, date = 2022-12-21',
      '[   40.323709] microcode: Reload succeeded, microcode revision: 0x2006e05 -> 0x2006f05',
    );
    expect(log.cpus).toEqual([
      {
        from: 'linux',
        cpu: 0,
        outcome: 'updated',
        before: 0x0200_004d,
        after: 0x0200_6f05,
        refused: null,
        date: '2022-12-21',
      },
    ]);
    expect(ids(log)).toContain('linux-late-dangerous');
  });

  test('syslog: the second line is the older revision', () => {
    expect(
      read(
        'Dec 31 15:54:17 unknown kern.info kernel: [    0.493790] microcode: Current revision: 0x0000001a',
        'Dec 31 15:54:17 unknown kern.info kernel: [    0.493794] microcode: Updated early from: 0x0000000e',
      ).cpus,
    ).toMatchObject([{ outcome: 'updated', before: 0x0e, after: 0x1a }]);
  });

  test('a patch that the CPU refuses with a fault', () => {
    const log = read(
      '[    0.000000] unchecked MSR access error: WRMSR to 0xc0010020 (tried to write 0xffff8880732380c8) at rIP: 0xffffffffa206e59a (__apply_microcode_amd+0x1a/0x80)',
      ...[1, 4, 2].map((cpu) => `[    0.002346] microcode: CPU${cpu}: update failed for patch_level=0x0a60120c`),
    );
    expect(ids(log)).toEqual(['linux-msr-fault', 'linux-amd-failed']);
    expect(log.cpus.map(({ cpu, outcome }) => [cpu, outcome])).toEqual([
      [1, 'failed'],
      [2, 'failed'],
      [4, 'failed'],
    ]);
  });

  test('a late load of 6.7 and later', () => {
    const log = read(
      'kernel: microcode: Unsafe microcode update: Microcode header does not specify a required min version',
      'kernel: microcode: Late microcode loading without minimal revision check.',
      'kernel: microcode: load: updated on 16 primary CPUs with 16 siblings',
      'kernel: microcode: revision: 0x2b000461 -> 0x2b000590',
    );
    expect(log.cpus).toMatchObject([{ outcome: 'updated', before: 0x2b00_0461, after: 0x2b00_0590 }]);
  });

  test('a late load that failed keeps the revision', () => {
    const log = read(
      'microcode: sig=0x50654, pf=0x1, revision=0x2006e05',
      'microcode: CPU0 update to revision 0x2006f05 failed',
      'microcode: Reload failed, current microcode revision: 0x2006e05',
    );
    expect(log.cpus).toMatchObject([{ outcome: 'failed', after: 0x0200_6e05, refused: 0x0200_6f05 }]);
  });

  test('"Reload completed" with equal revisions is no update', () => {
    expect(read('microcode: Reload completed, microcode revision: 0x421 -> 0x421').cpus).toMatchObject([
      { outcome: 'unchanged', after: 0x421 },
    ]);
  });
});

describe('several boots in one log', () => {
  test('revisions are of the last one; a line before its banner belongs to it', () => {
    const boot = (version: string, revision: string) => [
      `microcode: microcode updated early to revision ${revision}, date = 2020-06-16`,
      `Linux version ${version} (buildd@host)`,
      `microcode: sig=0x50654, pf=0x1, revision=${revision}`,
    ];
    const log = readLog(
      [...boot('5.4.0-54-generic', '0x2006906'), 'a line', 'another', ...boot('5.4.0-55-generic', '0x2006a08')].join(
        '\n',
      ),
    );
    expect(log).toMatchObject({ boots: 2, kernel: '5.4.0-55-generic' });
    expect(log.cpus).toMatchObject([{ outcome: 'updated', before: null, after: 0x0200_6a08 }]);
    expect(log.messages.find(({ id }) => id === 'linux-updated-early')?.count).toBe(2);
  });

  test('a boot without a word about an update does not inherit the one before', () => {
    const log = readLog(
      [
        'Linux version 6.12.57',
        'microcode: Current revision: 0x02007006',
        'microcode: Updated early from: 0x00000001',
        'Linux version 6.12.57',
        'microcode: Current revision: 0x00000001',
      ].join('\n'),
    );
    expect(log.cpus).toMatchObject([{ outcome: 'unchanged', before: 1, after: 1 }]);
  });
});

describe('several boots in what grep left of a log', () => {
  test('a line that comes once in a boot begins the next one', () => {
    const log = readLog(
      [
        'Nov 28 host kernel: microcode: Current revision: 0x00000002',
        'Nov 28 host kernel: microcode: Updated early from: 0x00000001',
        'Nov 29 host kernel: microcode: Current revision: 0x00000003',
      ].join('\n'),
    );
    expect(log).toMatchObject({ boots: 2, cpus: [{ outcome: 'unchanged', before: 3, after: 3 }] });
  });

  test('lines for each CPU are one boot', () => {
    const lines = [0, 1, 2].map(
      (cpu) => `microcode: CPU${cpu} microcode updated early to revision 0x12, date = 2014-07-03`,
    );
    expect(readLog(lines.join('\n'))).toMatchObject({ boots: 1, cpus: [{ cpu: 0 }, { cpu: 1 }, { cpu: 2 }] });
  });

  test('Xen', () => {
    const boot = ['(XEN) BSP microcode revision: 0x1', '(XEN) microcode: CPU0 updated from revision 0x1 to 0x2'];
    expect(readLog([...boot, '(XEN) BSP microcode revision: 0x3'].join('\n'))).toMatchObject({
      boots: 2,
      cpus: [{ outcome: 'unchanged', after: 3 }],
    });
  });
});

describe('no line about microcode: the likely reason', () => {
  const nothing = (...lines: readonly string[]) => readLog(lines.join('\n')).silence.nothing;
  test.each<[string, readonly string[], RegExp]>([
    ['an empty log', [''], /^the log is empty/],
    ['a packed file', ['\u001f\u008b\b\0\0'], /no text/],
    ['some other file', ['menuentry "Linux" {'], /does not reach back to the start of Linux or Xen/],
    ['a KVM guest', ['Linux version 6.12.57', 'Hypervisor detected: KVM'], /guest of KVM.*look on the host/],
    [
      'dom0',
      ['Linux version 6.12.57', 'Booting paravirtualized kernel on Xen PV', 'Xen version: 4.17.5 (preserve-AD)'],
      /xl dmesg/,
    ],
    [
      'bare metal with the loader switched off',
      [
        'Linux version 6.1.0',
        'Command line: root=/dev/sda1 dis_ucode_ldr quiet',
        'Booting paravirtualized kernel on bare hardware',
      ],
      /^dis_ucode_ldr on the command line/,
    ],
    ['a kernel without the loader', ['Linux version 6.1.0', 'Command line: root=/dev/sda1'], /CONFIG_MICROCODE/],
    ['the end of the ring of Xen', ['(XEN) Brought up 16 CPUs'], /conring_size/],
    ['a silent Xen', ['(XEN) Xen version 4.17.5'], /Xen 4\.17\.5/],
  ])('%s', (_, lines, reason) => expect(nothing(...lines)).toMatch(reason));

  test('none is needed when there is a line', () => {
    expect(nothing('x86/CPU: Model not found in latest microcode list')).toBeNull();
  });
});

describe('when nothing is said', () => {
  const silent = (release: string) => readLog(`(XEN) Xen version ${release}\n`).silence.xen.join('; ');
  test('4.17 may have a bad index or an empty scan', () => {
    expect(silent('4.17.5')).toMatch(/found no uncompressed cpio.*out of range/);
  });
  test('4.20 would have told', () => expect(silent('4.20.2')).not.toMatch(/out of range/));
  test('4.13 hides even success on Intel', () => expect(silent('4.13')).toMatch(/only with loglvl=all/));
  test('4.3 has no scan', () => expect(silent('4.3')).toMatch(/no ucode=scan/));
  test('the release given wins over the banner', () => {
    const given = parseRelease('4.19');
    expect(readLog('Xen version 4.20.1', given).release).toEqual(given);
  });
  test('without a release there is no guess', () => expect(readLog('').silence.xen).toEqual([]));
});

test('any text is read, in bounded memory', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      expect(readLog(text).omitted).toBe(0);
    }),
  );
  const many = Array.from({ length: 20_000 }, (_, i) => `microcode: CPU${i} updated from revision 0x1 to 0x2`).join(
    '\n',
  );
  expect(readLog(many)).toMatchObject({ omitted: 20_000 - 16_384 });
  expect(readLog('microcode'.repeat(1_000_000)).messages).toEqual([]);
});
