import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KNOWN_MESSAGES } from '../../src/xen/log-messages.ts';
import { readXenLog } from '../../src/xen/log.ts';
import { parseRelease } from '../../src/xen/releases.ts';

const only = (text: string) => readXenLog(text).messages.map(({ id }) => id);

test('xl dmesg of Xen 4.20: every CPU with both revisions', () => {
  const log = readXenLog(
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
  expect(log.silentReasons).toEqual([]);
});

test('a refused update keeps the old revision', () => {
  expect(readXenLog('microcode: CPU0 update rev 0x1 to 0x2007006 failed, result 0x1\n').cpus).toEqual([
    { from: 'xen', cpu: 0, outcome: 'failed', before: 1, after: 1, refused: 0x2007006, date: null },
  ]);
});

describe('each known line is recognised', () => {
  test.each([
    ['Microcode: Chosen module 5 out of range [1, 2)', 'out-of-range'],
    ['Microcode: Chosen module 2 already used', 'already-used'],
    ['Microcode: Could not map module 1, size 4096', 'not-mapped'],
    ['Microcode: GenuineIntel.bin not found during CPIO scan', 'scan-empty'],
    ['Microcode: AuthenticAMD.bin not found in CPIO archive', 'archive-empty'],
    ['Multiboot 1 microcode payload too big! (9000000, we can do 8388608)', 'too-big'],
    ['Microcode: Parse error -22', 'parse-error'],
    ['Parsing microcode blob error -22', 'parse-error'],
    ['Microcode: No suitable patch found', 'no-patch'],
    ['microcode: Wrong microcode patch file magic', 'wrong-magic'],
    ['microcode: Bad equivalent cpu table', 'bad-table'],
    ['microcode: Bad data in container', 'bad-container'],
    ['microcode: Bad microcode data', 'bad-data'],
    ['microcode: Bad checksum', 'bad-update'],
    ['microcode: Bad size', 'bad-update'],
    ['microcode: Bad microcode length 0x00003820 for cpu 0xb440', 'bad-length'],
    ['No digest found for patch_id 0a101148', 'no-digest'],
    ['Patch 0800126f SHA256 mismatch:', 'digest'],
    ['parameter "ucode" has invalid value "2,fast", rc=-22!', 'bad-option'],
    ['Ignoring ucode=scan setting; overridden by EFI', 'efi-override'],
    ['Microcode loading not available', 'not-available'],
    ['Microcode loading disabled due to: rev = ~0', 'disabled'],
    ['Running with differing microcode revisions is considered unstable', 'mixed'],
    ['Late loading aborted: CPU0 failed to update ucode', 'late-aborted'],
    ['CPU3: Timeout in microcode_update+0x1/0x2', 'timeout'],
    ['Multiple initrd candidates, picking module #1', 'initrd-candidates'],
    ['microcode: Patch 0x800126f SHA256 digest mismatch!', 'linux-digest'],
    ['x86/CPU: Running old microcode', 'linux-old'],
    ['BSP microcode revision: 0x00000001', 'bsp-revision'],
    ['microcode: CPU1 updated from revision 0x6000822 to 0x6000852', 'updated'],
    ['microcode: CPU0 update rev 0x1 to 0x2 failed, result 0x1', 'update-failed'],
    ['microcode: Current revision: 0x02007006', 'linux-current'],
    ['microcode: Updated early from: 0x00000001', 'linux-updated'],
    ['microcode: microcode updated early to new patch_level=0x0800126f', 'linux-updated-early'],
    ['microcode: sig=0x50654, pf=0x1, revision=0x2007006', 'linux-sig'],
    ['microcode: CPU0: patch_level=0x0800126f', 'linux-patch-level'],
  ])('%s', (line, id) => {
    expect(only(`(XEN) [    0.1] ${line}`)).toEqual([id]);
    covered.add(id);
  });

  const covered = new Set<string>();
  test('none is left out', () => {
    expect(KNOWN_MESSAGES.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
  });
});

describe('Linux', () => {
  test('6.12: two lines make one CPU', () => {
    const lines = [
      '[    0.0] microcode: Current revision: 0x02007006',
      '[    0.0] microcode: Updated early from: 0x00000001',
    ];
    for (const order of [lines, lines.toReversed()]) {
      expect(readXenLog(order.join('\n')).cpus).toMatchObject([
        { from: 'linux', outcome: 'updated', before: 1, after: 0x2007006 },
      ]);
    }
  });

  test('6.1: revision and date', () => {
    const text =
      'microcode: microcode updated early to revision 0x2007006, date = 2023-03-06\nmicrocode: sig=0x50654, pf=0x1, revision=0x2007006';
    expect(readXenLog(text).cpus).toMatchObject([{ outcome: 'updated', after: 0x2007006, date: '2023-03-06' }]);
  });

  test('without an update only the running revision', () => {
    expect(readXenLog('microcode: CPU0: patch_level=0x0800126f').cpus).toMatchObject([
      { outcome: 'unchanged', before: 0x0800126f, after: 0x0800126f },
    ]);
  });
});

describe('when nothing is said', () => {
  const silent = (release: string) => readXenLog(`(XEN) Xen version ${release}\n`).silentReasons.join('; ');
  test('4.17 may have a bad index or an empty scan', () => {
    expect(silent('4.17.5')).toMatch(/found no uncompressed cpio.*out of range/);
  });
  test('4.20 would have told', () => expect(silent('4.20.2')).not.toMatch(/out of range/));
  test('4.13 hides even success on Intel', () => expect(silent('4.13')).toMatch(/only with loglvl=all/));
  test('4.3 has no scan', () => expect(silent('4.3')).toMatch(/no ucode=scan/));
  test('the release given wins over the banner', () => {
    const given = parseRelease('4.19');
    expect(readXenLog('Xen version 4.20.1', given).release).toEqual(given);
  });
  test('without a release there is no guess', () => expect(readXenLog('').silentReasons).toEqual([]));
});

test('any text is read, in bounded memory', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      expect(readXenLog(text).omitted).toBe(0);
    }),
  );
  const many = Array.from({ length: 20_000 }, (_, i) => `microcode: CPU${i} updated from revision 0x1 to 0x2`).join(
    '\n',
  );
  expect(readXenLog(many)).toMatchObject({ omitted: 20_000 - 16_384 });
  expect(readXenLog('microcode'.repeat(1_000_000)).messages).toEqual([]);
});
