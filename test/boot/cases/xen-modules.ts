/** Which module Xen takes microcode from: `ucode=`, scans and indices. */
import { gzipSync } from 'node:zlib';
import { archive, file, parents } from '../../../fixtures/cpio.ts';
import type { Module } from '../harness/xen.ts';
import type { Outcome } from './case.ts';
import { AMD_FILE, amdImage, damaged, INTEL_FILE, intelCpu, intelImage, join, update, zeros } from './ingredients.ts';
import type { XenCase } from './xen-case.ts';

const good = update(0x20);
const better = update(0x30);
const early: Module = { name: 'early', bytes: intelImage(good) };
const raw: Module = { name: 'raw', bytes: good };
const main: Module = { name: 'initrd', bytes: gzipSync(archive(file('init', 'x'))) };
/** What a distribution passes: the early image and the compressed initrd in one file. */
const combined: Module = { name: 'combined', bytes: join(early.bytes, main.bytes) };
const text: Module = { name: 'text', bytes: Buffer.from('not an initrd at all\n') };
const holding = (name: string, bytes: Uint8Array): Module => ({ name, bytes });

const boot = (
  name: string,
  options: string,
  modules: readonly Module[],
  loads: XenCase['loads'],
  more: Partial<XenCase> = {},
): XenCase => ({
  name,
  options,
  modules,
  cpu: intelCpu(),
  loads,
  ...more,
});
const since420 = (old: Outcome, now: Outcome): XenCase['loads'] => ({ '4.17': old, '4.20': now });
const updated = /microcode: CPU0 updated from revision 0x10 to 0x20, date = 2020-01-15/;
const outOfRange = { '4.20': /Microcode: Chosen module -?\d+ out of range/ };
const parseError = { '4.17': /Parsing microcode blob error -22/, '4.20': /Microcode: Parse error -22/ };
const notFound = { '4.20': /Microcode: GenuineIntel.bin not found during CPIO scan/ };

export const XEN_MODULE_CASES: readonly XenCase[] = [
  boot('a scan finds the early image', 'ucode=scan', [early], good, { quick: true, says: updated }),
  boot('a scan finds it in front of the initrd', 'ucode=scan', [combined], good),
  boot('a scan finds it in a module of its own before the initrd', 'ucode=scan', [early, main], good),
  boot('a scan finds it in a module of its own behind the initrd', 'ucode=scan', [main, early], good),
  boot('a scan finds it behind a module that is nothing', 'ucode=scan', [text, early], good),
  boot('a scan finds no raw file', 'ucode=scan', [raw], 'nothing', { quick: true, says: notFound }),
  boot(
    'a scan finds nothing in a compressed image',
    'ucode=scan',
    [holding('packed', gzipSync(early.bytes))],
    'nothing',
    { says: notFound },
  ),
  boot('a scan finds nothing of the other vendor', 'ucode=scan', [holding('amd', amdImage(good))], 'nothing', {
    says: notFound,
  }),
  boot(
    'a scan of an image for both vendors',
    'ucode=scan',
    [holding('both', archive(...parents, file(AMD_FILE, 'x'), file(INTEL_FILE, good, { alignData: 16 })))],
    good,
    { quick: true },
  ),
  boot(
    'a scan stops at the first module with the file, even a bad one',
    'ucode=scan',
    [holding('bad', intelImage(damaged(good))), early],
    'nothing',
    { says: parseError },
  ),
  boot(
    'a scan stops at the first module with the file, even an empty one',
    'ucode=scan',
    [holding('empty', archive(file(INTEL_FILE, ''))), early],
    'nothing',
  ),
  boot(
    'a scan takes a name that goes on behind the path',
    'ucode=scan',
    [holding('twin', archive(file(`${INTEL_FILE}.bak`, better), file(INTEL_FILE, good)))],
    better,
  ),
  boot(
    'a scan takes no name with ./ in front',
    'ucode=scan',
    [holding('dot', archive(file(`./${INTEL_FILE}`, good)))],
    'nothing',
    { says: notFound },
  ),
  boot(
    'a scan does not mind data on an odd address',
    'ucode=scan',
    [holding('odd', archive(file(INTEL_FILE, good)))],
    good,
  ),
  boot('a scan passes over zeros in front', 'ucode=scan', [holding('zeros', join(zeros(512), early.bytes))], good),
  boot('no option', '', [combined], 'nothing'),
  boot('a scan switched off', 'ucode=scan=no', [combined], 'nothing'),
  boot('a scan switched off by the later of two options', 'ucode=scan ucode=no-scan', [combined], 'nothing'),
  boot('a scan by a boolean word', 'ucode=scan=on', [combined], good),
  boot('a word that is none', 'ucode=scanner', [combined], 'nothing'),
  boot('a scan with the NMI switch', 'ucode=nmi=no,scan', [combined], good),
  boot('the raw file by index', 'ucode=1', [raw], good, { quick: true, says: updated }),
  boot('the raw file behind the initrd', 'ucode=2', [main, raw], good),
  boot('the last module', 'ucode=-1', [main, raw], good),
  boot('the last but one', 'ucode=-2', [raw, main], good),
  boot('an index in hexadecimal', 'ucode=0x2', [main, raw], good),
  boot('an index in octal', 'ucode=02', [main, raw], good),
  boot('index 0', 'ucode=0', [raw], 'nothing'),
  boot('an index that counts back to the kernel', 'ucode=-2', [raw], 'nothing', { says: outOfRange }),
  boot('an index behind the last module', 'ucode=5', [raw], 'nothing', { quick: true, says: outOfRange }),
  boot('an index before the first module', 'ucode=-9', [raw], 'nothing', { says: outOfRange }),
  boot('the index of the initrd', 'ucode=1', [main, raw], 'nothing', { says: parseError }),
  boot('the index of an early image', 'ucode=2', [main, early], since420('nothing', good), {
    quick: true,
    says: { '4.17': parseError['4.17'], '4.20': updated },
  }),
  boot('the index of an initrd with the early image in front', 'ucode=1', [combined], since420('nothing', good)),
  boot('the index of a compressed raw file', 'ucode=1', [holding('packed', gzipSync(good))], 'nothing', {
    says: parseError,
  }),
  boot('an index with a switch before it', 'ucode=digest-check=no,1', [raw], good),
  boot('an index with an unknown word behind it', 'ucode=1,bogus', [raw], 'nothing'),
  boot('an index with an unknown word before it', 'ucode=bogus,1', [raw], good),
  boot('the later of two indices', 'ucode=9 ucode=1', [raw], good),
  boot('an index, then a scan', 'ucode=1 ucode=scan', [holding('raw', better), early], good),
  boot('a scan, then an index of nothing', 'ucode=scan ucode=9', [early], since420(good, 'nothing')),
  boot('index and scan in one option', 'ucode=2,scan', [early, holding('raw', better)], since420(good, good)),
  boot('an option for dom0', '-- ucode=scan', [combined], 'nothing'),
];
