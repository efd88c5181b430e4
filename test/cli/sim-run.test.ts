import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { intelUpdate } from '../../fixtures/intel.ts';
import { ucodekit } from '../support/ucodekit.ts';

const SCENARIOS = join(import.meta.dirname, '../../fixtures/scenarios');
const sim = (...args: readonly string[]): ReturnType<typeof ucodekit> => ucodekit(['sim', ...args]);
const folder = (): string => mkdtempSync(join(tmpdir(), 'ucodekit-sim-'));

describe('sim list', () => {
  test('names protocols and properties', () => {
    const { exit, stdout } = sim('list');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^linux-6\.7-nmi {2,}Linux 6\.7/m);
    expect(stdout).toMatch(/^P1 {2,}always {2,}while a core loads/m);
  });

  test('as JSON', () => {
    const document = JSON.parse(sim('list', '--json').stdout) as { schema: string; protocols: { id: string }[] };
    expect(document.schema).toBe('ucodekit/sim-list@1');
    expect(document.protocols.map(({ id }) => id)).toContain('xen');
  });
});

describe('sim show', () => {
  test('prints every line of a protocol with its choices', () => {
    const { exit, stdout } = sim('show', 'xen', '--choice', 'mode=no-nmi');
    expect(exit).toBe(0);
    expect(stdout).toContain('mode: nmi | [no-nmi]');
    expect(stdout).toContain('when phase == ENTER -> apply');
  });

  test('draws a state diagram', () => {
    const { stdout } = sim('show', 'linux-6.7-nmi', '--format', 'mermaid');
    expect(stdout.startsWith('stateDiagram-v2\n')).toBe(true);
    expect(stdout).toContain('state "nmi, secondary" as');
  });

  test('refuses a protocol that does not exist', () => {
    const { exit, stderr } = sim('show', 'linux-9.9');
    expect(exit).toBe(2);
    expect(stderr).toContain('no protocol is called "linux-9.9"');
  });
});

describe('sim run', () => {
  test('plays a scenario and finds it as expected', () => {
    const { exit, stdout } = sim('run', join(SCENARIOS, 'LL-20.json'), '--timeline', 'text');
    expect(exit).toBe(0);
    expect(stdout).toContain('EBUSY');
    expect(stdout).toMatch(/^CPU {4}3 ~+/m);
  });

  test('says so and exits 1 when a scenario comes out otherwise', () => {
    const scenario = JSON.parse(readFileSync(join(SCENARIOS, 'LL-37.json'), 'utf8')) as {
      cases: { run: { answer: string } }[];
    };
    const [first] = scenario.cases;
    if (first === undefined) throw new Error('LL-37 has no case');
    first.run.answer = 'ok';
    const path = join(folder(), 'other.json');
    writeFileSync(path, JSON.stringify(scenario));
    const { exit, stdout } = sim('run', path);
    expect(exit).toBe(1);
    expect(stdout).toContain('NOT AS EXPECTED answer: expected ok, found ENOENT');
  });

  test('the same seed gives the same document', () => {
    const args = ['run', '--protocol', 'xen', '--topology', '4x2', '--seed', '5', '--json'];
    expect(sim(...args).stdout).toBe(sim(...args).stdout);
    expect(JSON.parse(sim(...args).stdout)).toMatchObject({
      schema: 'ucodekit/sim-run@2',
      cases: [{ protocol: 'xen', seed: 5, answer: 'ok', panicked: false }],
    });
  });

  test('compares protocols over many runs', () => {
    const { exit, stdout } = sim(
      'run',
      '--protocol',
      'linux-4.16',
      '--protocol',
      'linux-5.5',
      '--topology',
      '4x2',
      '--runs',
      '5',
    );
    expect(exit).toBe(0);
    expect(stdout).toContain('ok (5)');
  });

  test('writes pictures', () => {
    const where = folder();
    const draw = (format: string): string => {
      const path = join(where, `picture.${format}`);
      expect(sim('run', '--protocol', 'xen', '--timeline', format, '-o', path).exit).toBe(0);
      expect(existsSync(path)).toBe(true);
      return readFileSync(path, 'utf8');
    };
    expect(draw('svg')).toMatch(/^<svg xmlns/);
    expect(draw('html')).toMatch(/^<!doctype html>/);
    const trace = JSON.parse(draw('perfetto')) as { traceEvents: { ph: string; name: string }[] };
    expect(trace.traceEvents.some(({ ph, name }) => ph === 'X' && name === 'load')).toBe(true);
  });

  test('an update that is not for the CPUs is refused before any is stopped, one that is gets loaded', () => {
    const path = join(folder(), 'update.bin');
    writeFileSync(path, intelUpdate({ signature: 0x906a4, platformMask: 0x80, revision: 0x430 }));
    const answer = (protocol: string, cpu: string): unknown =>
      (
        JSON.parse(sim('run', '--protocol', protocol, '--update', path, '--cpu', cpu, '--json').stdout) as {
          cases: { answer: unknown }[];
        }
      ).cases[0]?.answer;
    expect(answer('linux-6.7-nmi', '0x906a4,0x80,0x421')).toBe('ok');
    expect(answer('linux-6.7-nmi', '0x906a4,0x01,0x421')).toBe('ENOENT');
    expect(answer('xen', '0x906a4,0x80,0x430')).toBe('EEXIST');
  });

  test('refuses nonsense with exit code 2', () => {
    expect(sim('run').exit).toBe(2);
    expect(sim('run', '--protocol', 'xen', '--topology', '9000x2').exit).toBe(2);
    expect(sim('run', '--protocol', 'xen', '--offline', '9').stderr).toContain('CPU 9 of 4');
  });
});
