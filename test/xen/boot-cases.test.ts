/** The table of real boots (test/boot) that are about modules: what Xen 4.17 and 4.20 did under QEMU is what `xen check` predicts. */
import { describe, expect, test } from 'vitest';
import { checkXen } from '../../src/xen/check/check.ts';
import { predict } from '../../src/xen/check/predict.ts';
import { parseRelease, type XenRelease } from '../../src/xen/releases.ts';
import { digestOf, loaderCpu } from '../boot/cases/case.ts';
import { consoleLineOf, type XenCase, xenOutcome } from '../boot/cases/xen-case.ts';
import { XEN_MODULE_CASES } from '../boot/cases/xen-modules.ts';
import { XEN_NAMES, type XenName } from '../boot/harness/guests.ts';

/** Debian's packages are snapshots of the stable branches: they have what the next point release has. */
const RELEASES: Readonly<Record<XenName, string>> = { '4.17': '4.17.6', '4.20': '4.20.3' };

const release = (name: XenName): XenRelease => parseRelease(RELEASES[name]) ?? { minor: 0, point: 0, name };

/** The case as an iPXE script: QEMU passes file names as first words and expands nothing, as iPXE does. */
function checked({ options, modules, cpu }: XenCase, name: XenName) {
  const files = new Map<string, Uint8Array>([
    ['/vmlinuz', Buffer.from('dummy\n')],
    ...modules.map(({ bytes }, i): [string, Uint8Array] => [`/module${i}`, bytes]),
  ]);
  const lines = [
    '#!ipxe',
    `kernel xen loglvl=all ${options}`,
    'module vmlinuz',
    ...modules.map((_, i) => `module module${i}`),
    '',
  ];
  const { entries } = checkXen({
    config: Buffer.from(lines.join('\n')),
    path: '/xen.ipxe',
    release: release(name),
    vendors: [cpu.vendor],
    open: (path) => files.get(path),
  });
  const [entry] = entries;
  if (entry === undefined) throw new Error('the script has one entry');
  const boot = predict(entry, loaderCpu(cpu)).find(({ source }) => source?.cpus !== 'others');
  return { chosen: boot?.explanation?.chosen?.bytes, console: boot?.console ?? [] };
}

describe.each(XEN_NAMES)('Xen %s', (name) => {
  test.each(XEN_MODULE_CASES.map((row) => [row.name, row] as const))('%s', (_, row) => {
    expect(digestOf(checked(row, name).chosen)).toBe(digestOf(xenOutcome(row, name)));
  });

  const spoken = XEN_MODULE_CASES.filter((row) => consoleLineOf(row, name) !== undefined);
  test.each(spoken.map((row) => [row.name, row] as const))('says so: %s', (_, row) => {
    expect(checked(row, name).console.join('\n')).toMatch(consoleLineOf(row, name) ?? /^$/);
  });
});
