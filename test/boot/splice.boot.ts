/** Initrds of the real builders boot to their init before and after a splice, and the splice is what the CPU is handed. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type TestContext } from 'vitest';
import { concat } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { pieceChunks } from '../../src/bytes/pieces.ts';
import { bytesSource } from '../../src/bytes/source.ts';
import { planEarlyImage } from '../../src/initrd/image/layout.ts';
import { planSplice, type SpliceRequest } from '../../src/initrd/splice/plan.ts';
import { packageToRun, program } from '../support/debian.ts';
import { inScratchSystem, KERNEL } from '../support/scratch-system.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { kernelFile } from './harness/guests.ts';
import { runLinux } from './harness/linux.ts';
import type { ModelledCpu } from './harness/modelled-cpu.ts';

const cpu: ModelledCpu = { vendor: 'intel', signature: 0x906a4, platformId: 7, revision: 1 };
const update = intelUpdate();
const microcode = planEarlyImage({ intel: [update], mtime: 0, layout: 'standard' });

type Build = (context: TestContext, initrd: string, folder: string) => void;

const mkinitramfs =
  (compression: string): Build =>
  (context, initrd) => {
    program(context, compression);
    const command = [program(context, 'mkinitramfs'), '-c', compression, '-o', initrd, KERNEL];
    expect(inScratchSystem(context, command, {}).exit).toBe(0);
  };

const dracut =
  (compression: string): Build =>
  (context, initrd, folder) => {
    const { root } = packageToRun(context, { name: 'dracut-core', components: ['main'] });
    const base = join(folder, 'dracut');
    cpSync(join(root, 'usr/lib/dracut'), base, { recursive: true });
    for (const name of ['tmp', 'none']) mkdirSync(join(folder, name));
    const fixed = [
      '--force',
      '--conf',
      '/dev/null',
      '--confdir',
      join(folder, 'none'),
      '--tmpdir',
      join(folder, 'tmp'),
    ];
    const options = [...fixed, '--no-hostonly', '--no-early-microcode', compression, '--modules', 'base'];
    const command = ['bash', join(root, 'usr/bin/dracut'), ...options, initrd, KERNEL];
    expect(inScratchSystem(context, command, { dracutbasedir: base }).exit).toBe(0);
  };

const BUILDERS: readonly (readonly [string, Build])[] = [
  ['mkinitramfs, gzip', mkinitramfs('gzip')],
  ['mkinitramfs, zstd', mkinitramfs('zstd')],
  ['mkinitramfs, xz', mkinitramfs('xz')],
  ['mkinitramfs, lz4', mkinitramfs('lz4')],
  ['dracut, gzip', dracut('--gzip')],
  ['dracut, uncompressed', dracut('--no-compress')],
];

const everything = process.env['UCODEKIT_BOOT'] === 'all';

/** Seconds; an emulated CPU takes half a minute over xz, on a busy machine several. */
const TIMEOUT = 270;

/** Boots to the line that the kernel logs before it starts init. */
async function boots(image: Uint8Array): Promise<{ unpacked: boolean; init: boolean; handed: string | undefined }> {
  const kernel = kernelFile('6.12');
  const run = await runLinux({
    kernel,
    image,
    alone: true,
    cpu,
    toUserSpace: true,
    stop: /Run \/init as init process/,
  });
  expect(run.broken).toBeUndefined();
  expect(run.ended).not.toBe('timeout');
  const said = run.console.join('\n');
  return {
    unpacked: !/unpacking failed|is not initramfs/.test(said),
    init: /Run \/init as init process/.test(said),
    handed: run.writes[0]?.sha256,
  };
}

function spliced(bytes: Uint8Array, request: SpliceRequest['microcode']): Uint8Array {
  const { pieces } = planSplice(bytes, { microcode: request, extra: [], mtime: 0 });
  return concat(...pieceChunks(pieces, bytesSource(bytes)));
}

const rows = everything ? BUILDERS : BUILDERS.slice(1, 2);

test.for(rows)('%s', { timeout: 3 * TIMEOUT * 1000 }, async ([, build], context) => {
  const folder = temporaryFolder();
  const initrd = join(folder, 'initrd.img');
  build(context, initrd, folder);
  const before = new Uint8Array(readFileSync(initrd));
  const after = spliced(before, microcode);
  const fine = { unpacked: true, init: true };
  expect(await boots(before)).toEqual({ ...fine, handed: undefined });
  expect(await boots(after)).toEqual({ ...fine, handed: createHash('sha256').update(update).digest('hex') });
  expect(Buffer.compare(spliced(after, 'remove'), before)).toBe(0);
});
