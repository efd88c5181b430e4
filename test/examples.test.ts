import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { intelUpdate } from '../fixtures/intel.ts';
import { acceptedBySpin } from './sim/export/spin.ts';
import { program } from './support/debian.ts';
import { temporaryFolder } from './support/temporary.ts';

const FOLDER = resolve(import.meta.dirname, '../examples');
const PROGRAMS = ['build-image.mjs', 'check-protocol.mjs', 'gate.mjs', 'own-protocol.mjs', 'what-loads.mjs'] as const;

/** Runs an example; it finds the built package by its name. */
function run(program: (typeof PROGRAMS)[number], ...args: readonly string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(FOLDER, program), ...args], {
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

function sample(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), '06-9a-04');
  writeFileSync(path, bytes);
  return path;
}
const update = (): Uint8Array => intelUpdate({ signature: 0x906a4, platformMask: 0x80, revision: 0x43a });

test('the page on the language is a program that runs', () => {
  const root = resolve(FOLDER, '..');
  const page = readFileSync(join(root, 'docs/simulator-language.md'), 'utf8');
  const program = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({ stdout: 'all in holds\nP7 holds\n', stderr: '' });
});

describe('the examples', () => {
  test('are all tested', () => {
    expect(readdirSync(FOLDER).filter((name) => name.endsWith('.mjs'))).toEqual(PROGRAMS);
  });

  test('an image is built, and a loader finds its update', () => {
    const image = join(temporaryFolder(), 'early.img');
    expect(run('build-image.mjs', image, sample(update()))).toEqual({
      status: 0,
      text: expect.stringMatching(/ bytes, 1 updates\n$/),
    });
    expect(run('what-loads.mjs', image, 'linux-6.12')).toEqual({
      status: 0,
      text: expect.stringMatching(/^revision 0x43a at byte \d+\n$/),
    });
    expect(run('what-loads.mjs', image, 'xen-4.3').status).toBe(1);
    writeFileSync(image, '');
    expect(run('what-loads.mjs', image, 'xen-4.17')).toEqual({
      status: 0,
      text: expect.stringMatching(/^nothing: no kernel\/x86\/microcode\/GenuineIntel.bin is found/),
    });
    const nowhere = join(temporaryFolder(), 'none/early.img');
    expect(run('build-image.mjs', nowhere, sample(update()))).toEqual({
      status: 4,
      text: expect.stringMatching(/^[^\n]* cannot be written: [^\n]*\n$/),
    });
  });

  test('damage is refused and fails the gate', () => {
    // No revision that the catalogue knows with other bytes.
    const sound = intelUpdate({ signature: 0x906a4, platformMask: 0x80, revision: 0x7777 });
    const damaged = sound.slice();
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    expect(run('gate.mjs', sample(sound))).toEqual({ status: 0, text: '' });
    expect(run('gate.mjs', sample(update())).text).toContain('[bundle/other-content]');
    expect(run('gate.mjs', sample(damaged))).toEqual({ status: 1, text: expect.stringContaining('[intel/checksum]') });
    expect(run('build-image.mjs', join(temporaryFolder(), 'early.img'), sample(damaged))).toEqual({
      status: 3,
      text: expect.stringMatching(/^[^\n]*06-9a-04\+0x10: header and data sum to [^\n]+\n$/),
    });
  });

  test('a gate does not open for nothing', () => {
    expect(run('gate.mjs', temporaryFolder())).toEqual({
      status: 1,
      text: expect.stringContaining('[input/no-microcode]'),
    });
    expect(run('gate.mjs').status).toBe(1);
  });

  test('a protocol is checked', () => {
    expect(run('check-protocol.mjs', 'xen').text).toContain('P7 holds: no deadlock');
    expect(run('check-protocol.mjs', 'linux-5.5').text).toContain('P1 violated');
  });

  test('a protocol of its own is described, checked, told, replayed, exported and drawn', (context) => {
    const folder = temporaryFolder();
    const { status, text } = run('own-protocol.mjs', folder);
    expect(status).toBe(0);
    const [sound = '', careless = ''] = text.split(/^(?=careless rendezvous)/m);
    expect(sound).toMatch(/^rendezvous, model [0-9a-f]{16}, sequential consistency, search complete\n/);
    expect(sound.match(/ holds: /g)).toHaveLength(4);
    expect(careless).toContain('P1 violated: while a core loads, its other threads are parked');
    expect(careless).toMatch(
      /replay of \w{4}\.1\.\w+:\n {2}1\. CPU \d {2}task: gather => load {2}\[loading 0 -> 1\]\n/,
    );
    expect(readFileSync(join(folder, 'own.svg'), 'utf8')).toMatch(/^<svg/);
    acceptedBySpin(program(context, 'spin'), readFileSync(join(folder, 'own.pml'), 'utf8'));
  });
});
