import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, type TestContext } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { concat, patched } from '../../fixtures/bytes.ts';
import { archive, file } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { findCpioData } from '../../src/formats/cpio/early-lookup.ts';
import { parseIntelFile } from '../../src/formats/intel/update.ts';
import { readHost } from '../../src/host/host.ts';
import { VENDOR_FILES } from '../../src/loaders/early-paths.ts';
import { amdFolder, intelFolder, lacking, program } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { RUN, type RunOptions, ucodekit } from '../support/ucodekit.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function build(inputs: readonly string[], args: readonly string[] = [], options: RunOptions = {}): Uint8Array {
  const image = join(temporaryFolder(), 'image');
  const { exit, stderr } = ucodekit(['initrd', 'build', ...inputs, '-o', image, ...args], options);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return readFileSync(image);
}

describe("the peer's layouts, byte for byte", () => {
  test.for([
    ['iucode-tool', 14_774_272, '4023f95ac4aaab96e542eb16795ea2377aaf5a56f7f022bd97ae67acac7a1339'],
    ['iucode-tool-mini', 14_773_536, 'f3772f6d0803d6b298b048889a5a7e27691f471a11cb647ddba9bba661c7aba2'],
  ] as const)('%s', ([layout, size, digest], context) => {
    const image = build([intelFolder(context)], ['--layout', layout]);
    expect({ size: image.length, digest: sha256(image) }).toEqual({ size, digest });
  });
});

describe('the standard image of both vendors', () => {
  const folders = (context: Pick<TestContext, 'skip'>): [string, string] => [intelFolder(context), amdFolder(context)];

  test('aligns every Intel update to 16, holds exact payloads and ends on a multiple of 512', (context) => {
    const image = build(folders(context));
    const intel = findCpioData(image, VENDOR_FILES.intel);
    const amd = findCpioData(image, VENDOR_FILES.amd);
    if (!intel.found || !amd.found) throw new Error('Linux would find nothing');
    const payload = image.subarray(intel.offset, intel.offset + intel.size);
    const file = parseIntelFile(payload);
    expect(image.length % 512).toBe(0);
    expect(file.end).toBe(payload.length);
    expect(file.updates).toHaveLength(147);
    expect(file.updates.filter(({ offset }) => (intel.offset + offset) % 16 !== 0)).toEqual([]);
    expect(sha256(payload)).toBe('b26307b8f29990f0e19b12b89d9e92f6a7244ac63a40bbe5f2f607080dc806e9');
    // The five containers in C order, as Debian's own hook concatenates them.
    const [, folder] = folders(context);
    const containers = concat(
      ...readdirSync(folder)
        .sort()
        .map((name) => readFileSync(join(folder, name))),
    );
    expect(image.subarray(amd.offset, amd.offset + amd.size)).toEqual(Buffer.from(containers));
  });

  test('is the same whatever the run, time zone, umask and order of the input', (context) => {
    const [intel, amd] = folders(context);
    const files = [intel, amd].flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
    const images = [
      build([intel, amd]),
      build([intel, amd], [], { env: { TZ: 'Pacific/Kiritimati' }, umask: '077' }),
      build([amd, intel], [], { env: { TZ: 'America/St_Johns' }, umask: '000' }),
      build([...files].sort().reverse()),
    ].map(sha256);
    expect(new Set(images).size).toBe(1);
  });

  test('carries SOURCE_DATE_EPOCH when it is set and refuses nonsense in it', (context) => {
    const [intel] = folders(context);
    const stamped = build([intel], [], { env: { SOURCE_DATE_EPOCH: '1000000000' } });
    expect(Buffer.from(stamped.subarray(46, 54)).toString()).toBe('3B9ACA00');
    const { exit, stderr } = ucodekit(['initrd', 'build', intel, '-o', '/dev/null'], {
      env: { SOURCE_DATE_EPOCH: 'now' },
    });
    expect(exit).toBe(2);
    expect(stderr).toContain('SOURCE_DATE_EPOCH: "now" is not a number of seconds');
  });

  test('is listed by GNU cpio and bsdcpio without complaint, and by lsinitramfs before a main initrd', (context) => {
    const image = build(folders(context));
    const path = join(temporaryFolder(), 'early');
    writeFileSync(path, image);
    const members = ['kernel', 'kernel/x86', 'kernel/x86/microcode', VENDOR_FILES.amd, VENDOR_FILES.intel];
    for (const peer of ['cpio', 'bsdcpio']) {
      const list = `"${program(context, peer)}" -it < "${path}" 2>&1`;
      const lines = execFileSync('sh', ['-c', list], { encoding: 'utf8' }).trim().split('\n');
      expect(lines.filter((line) => !/^\d+ blocks$/.test(line))).toEqual(members);
    }
    const main = execFileSync(
      'sh',
      [
        '-c',
        'cd "$1" && mkdir etc && echo hello > etc/motd && find . | cpio --quiet -o -H newc | gzip',
        'sh',
        temporaryFolder(),
      ],
      { maxBuffer: 1 << 20 },
    );
    writeFileSync(`${path}+main`, concat(image, main));
    const listed = execFileSync(program(context, 'lsinitramfs'), [`${path}+main`], { encoding: 'utf8' });
    for (const name of [...members, 'etc/motd']) expect(listed.split('\n')).toContain(name);
  });
});

describe('--require', () => {
  test('nothing is written when there is no update for the CPU', () => {
    const folder = temporaryFolder();
    const [update, image] = [join(folder, 'update'), join(folder, 'image')];
    writeFileSync(update, intelUpdate());
    const { exit, stdout } = ucodekit(['initrd', 'build', update, '-o', image, '--require', '0x50654', '--json']);
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ missing: ['0x00050654'], written: null });
    expect(existsSync(image)).toBe(false);
    expect(ucodekit(['initrd', 'build', update, '-o', image, '--require', '0x906a4']).exit).toBe(0);
    expect(ucodekit(['initrd', 'build', update, '-o', image, '--require', 'mine']).exit).toBe(2);
  });

  test('host stands for the CPUs of this machine', () => {
    const folder = temporaryFolder();
    const [update, image] = [join(folder, 'update'), join(folder, 'image')];
    const signatures = new Set(readHost().cpus.map(({ signature }) => signature));
    writeFileSync(update, intelUpdate({ signature: 0x633 }));
    expect(ucodekit(['initrd', 'build', update, '-o', image, '--require', 'host']).exit).toBe(1);
    const own = [...signatures].map((signature) => intelUpdate({ signature, platformMask: 0xff }));
    writeFileSync(update, concat(...own));
    expect(ucodekit(['initrd', 'build', update, '-o', image, '--require', 'host']).exit).toBe(0);
  });
});

describe('--base', () => {
  test('puts the image in front of an initrd, in place of microcode that it starts with', () => {
    const folder = temporaryFolder();
    const [base, update] = [join(folder, 'base'), join(folder, 'update')];
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    writeFileSync(base, gzipSync(archive(file('init', '#!'))));
    writeFileSync(update, intelUpdate());
    expect(ucodekit(['initrd', 'build', update, '--base', base, '-o', first])).toMatchObject({ exit: 0 });
    expect(readFileSync(first)).toEqual(Buffer.concat([build([update]), readFileSync(base)]));
    expect(ucodekit(['initrd', 'build', update, '--base', first, '-o', second])).toMatchObject({ exit: 0 });
    expect(readFileSync(second)).toEqual(readFileSync(first));
    writeFileSync(base, 'no initrd');
    const { exit, stderr } = ucodekit(['initrd', 'build', update, '--base', base, '-o', first]);
    expect(exit).toBe(3);
    expect(stderr).toContain(`${base}: error: `);
    expect(readFileSync(first)).toEqual(readFileSync(second));
  });
});

describe('what is refused', () => {
  const sound = intelUpdate();
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ['a flipped bit', patched(sound, 500, [(sound[500] ?? 0) ^ 1]), '+0x10: header and data'],
    ['a truncated update', sound.subarray(0, 1000), ''],
    ['a byte behind the last update', concat(sound, new Uint8Array(1)), '+0x400'],
    ['an AMD container inside an Intel file', concat(sound, amdContainer()), '+0x400'],
    ['a truncated container', amdContainer().subarray(0, 2000), ''],
    ['text', Buffer.from('This is no microcode.\n'), ''],
  ];
  test.each(cases)(
    '%s: file, place and rule are named, the exit code is 3, an existing image is untouched',
    (_, bytes, place) => {
      const folder = temporaryFolder();
      const [input, image] = [join(folder, 'input'), join(folder, 'image')];
      writeFileSync(input, bytes);
      writeFileSync(image, 'the old image');
      const { exit, stderr, stdout } = ucodekit(['initrd', 'build', input, '-o', image]);
      expect(exit).toBe(3);
      expect(stdout).toBe('');
      expect(stderr).toContain(`${input}${place.split(':')[0] ?? ''}`);
      expect(stderr).toMatch(/error: .* \[(intel|amd|input)\/[\w-]+\]/);
      expect(readFileSync(image, 'utf8')).toBe('the old image');
      expect(readdirSync(folder).sort()).toEqual(['image', 'input']);
    },
  );

  test('one damaged file among sound ones', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), sound);
    writeFileSync(join(folder, 'b'), patched(sound, 500, [1, 2, 3]));
    const { exit, stderr } = ucodekit(['initrd', 'build', folder, '-o', join(folder, 'image')]);
    expect(exit).toBe(3);
    expect(stderr).toContain('/b+0x10');
    expect(existsSync(join(folder, 'image'))).toBe(false);
  });

  test('no microcode at all, and a layout that has no place for AMD', () => {
    const folder = temporaryFolder();
    const amd = join(folder, 'amd.bin');
    writeFileSync(amd, amdContainer());
    expect(ucodekit(['initrd', 'build', '--vendor', 'intel', amd, '-o', join(folder, 'image')])).toMatchObject({
      exit: 1,
    });
    const { exit, stderr } = ucodekit(['initrd', 'build', amd, '--layout', 'iucode-tool', '-o', join(folder, 'image')]);
    expect(exit).toBe(3);
    expect(stderr).toContain('[initrd/layout-vendor]');
  });

  test('an output is needed, save for --dry-run', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), sound);
    expect(ucodekit(['initrd', 'build', folder]).exit).toBe(2);
    const { exit, stdout } = ucodekit(['initrd', 'build', folder, '--dry-run']);
    expect(exit).toBe(0);
    expect(stdout).toContain('would write an image: ');
    expect(readdirSync(folder)).toEqual(['a']);
  });
});

describe('files beside microcode', () => {
  test('README, licence and signature files of a folder are passed over', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '06-9a-04'), intelUpdate());
    for (const name of ['README', 'LICENSE.intel', '06-9a-04.asc']) writeFileSync(join(folder, name), 'text\n');
    const image = build([folder]);
    const found = findCpioData(image, VENDOR_FILES.intel);
    expect(found).toMatchObject({ found: true, size: 1024 });
  });
});

describe('an existing image survives', () => {
  test('a full disk', (context) => {
    const folder = temporaryFolder();
    const small = join(folder, 'small');
    mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      lacking(context, 'a tmpfs cannot be mounted here');
    }
    onTestFinished(() => void execFileSync('umount', [small]));
    const image = join(small, 'image');
    writeFileSync(image, 'the old image');
    writeFileSync(join(folder, 'update'), intelUpdate({ dataSize: 128 * 1024 - 48 }));
    const { exit, stderr } = ucodekit(['initrd', 'build', join(folder, 'update'), '-o', image]);
    expect(exit).toBe(4);
    expect(stderr).toContain('cannot be written: no space left on device');
    expect(readFileSync(image, 'utf8')).toBe('the old image');
    expect(readdirSync(small)).toEqual(['image']);
  });

  test('a folder that does not exist', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), intelUpdate());
    const { exit, stderr } = ucodekit(['initrd', 'build', join(folder, 'a'), '-o', join(folder, 'none', 'image')]);
    expect(exit).toBe(4);
    expect(stderr).toContain('no such file or folder');
  });

  test('keeps its permissions when it is replaced', () => {
    const folder = temporaryFolder();
    const image = join(folder, 'image');
    writeFileSync(join(folder, 'a'), intelUpdate());
    writeFileSync(image, 'the old image', { mode: 0o600 });
    expect(ucodekit(['initrd', 'build', join(folder, 'a'), '-o', image]).exit).toBe(0);
    expect(statSync(image).mode & 0o777).toBe(0o600);
  });

  test('an interrupt at any moment leaves the old image or the new one, whole, and no other file', async (context) => {
    const input = intelFolder(context);
    const whole = sha256(build([input]));
    const folder = temporaryFolder();
    const image = join(folder, 'image');
    const seen: string[] = [];
    for (let delay = 5; delay <= 150; delay += 12) {
      writeFileSync(image, 'the old image');
      await interrupted([RUN, 'initrd', 'build', input, '-o', image], delay);
      seen.push(sha256(readFileSync(image)));
      expect(readdirSync(folder)).toEqual(['image']);
    }
    const old = sha256(Buffer.from('the old image'));
    expect(seen).toContain(old);
    expect(seen.filter((digest) => digest !== old && digest !== whole)).toEqual([]);
  });
});

function interrupted(args: readonly string[], delay: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    setTimeout(() => child.kill('SIGINT'), delay);
    child.on('exit', () => resolve());
  });
}
