import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../fixtures/amd.ts';
import { captureHost } from '../../fixtures/captured-host.ts';
import { concat } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { viaUpdate } from '../../fixtures/via.ts';
import { SCHEMAS } from '../../src/schemas/all.ts';
import { ucodekit } from '../support/ucodekit.ts';

const SRC = resolve(import.meta.dirname, '../../src');

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
const compiled = new Map<string, ValidateFunction>(
  Object.entries(SCHEMAS).map(([name, schema]) => [name, ajv.compile(schema)]),
);

/** The name that a document gives itself, and what its schema has against it. */
function mistakes(text: string): { readonly name: string; readonly errors: unknown } {
  const document = JSON.parse(text) as { readonly schema: string };
  const name = /^ucodekit\/(.+)@\d+$/.exec(document.schema)?.[1] ?? document.schema;
  const validate = compiled.get(name);
  if (validate === undefined) return { name, errors: 'no schema' };
  validate(document);
  return { name, errors: validate.errors };
}

test('every document that the program writes or reads has a schema', () => {
  const named = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('schemas'))
    .flatMap((file) => [...readFileSync(join(SRC, file), 'utf8').matchAll(/'ucodekit\/([a-z-]+)@\d+'/g)])
    .map(([, name = '']) => name);
  expect([...new Set(named)].filter((name) => !Object.hasOwn(SCHEMAS, name))).toEqual([]);
});

/** What the commands are run on. */
function workshop(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ucodekit-test-'));
  mkdirSync(join(folder, 'intel-ucode'));
  writeFileSync(join(folder, 'intel-ucode/06-9a-04'), intelUpdate({ revision: 0x430, minimumRevision: 0x400 }));
  writeFileSync(join(folder, 'intel-ucode/LICENSE'), 'text');
  writeFileSync(join(folder, 'old.bin'), intelUpdate({ revision: 0x42f, platformMask: 0xc0 }));
  const amd = amdContainer({ patches: [zenPatch(0x0a00_11d5)] });
  writeFileSync(join(folder, 'amd.bin'), amd);
  writeFileSync(join(folder, 'via.bin'), viaUpdate());
  writeFileSync(join(folder, 'damaged.bin'), concat(amd, new Uint8Array(7)));
  writeFileSync(
    join(folder, 'policy.json'),
    '{"schema": "ucodekit/policy@1", "suppress": [{"rule": "amd", "reason": "known", "until": "2999-12-31"}]}',
  );
  for (const name of ['vmlinuz', 'xen.gz']) writeFileSync(join(folder, name), 'a program');
  const entry = ['multiboot2 /xen.gz ucode=2', 'module2 /vmlinuz', 'module2 /old.bin', 'module2 /old.bin'];
  writeFileSync(join(folder, 'grub.cfg'), `menuentry "Xen" {\n${entry.join('\n')}\n}\n`);
  writeFileSync(
    join(folder, 'xen.log'),
    '(XEN) Xen version 4.17.5\n(XEN) microcode: CPU0 updated from revision 0x42c to 0x430\n',
  );
  captureHost(join(folder, 'machine'), [
    { version: '0x42c', processorFlags: '0x80' },
    { microcode: '0x1' },
    { vendorId: 'Other' },
  ]);
  return folder;
}

const COMMANDS: readonly (readonly [name: string, words: string])[] = [
  ['inspect', 'inspect intel-ucode amd.bin via.bin damaged.bin absent'],
  ['show', 'show intel-ucode amd.bin via.bin'],
  ['verify', 'verify intel-ucode damaged.bin old.bin absent --policy policy.json'],
  ['verify', 'verify intel-ucode --baseline old.bin'],
  ['diff', 'diff old.bin intel-ucode'],
  ['diff', 'diff intel-ucode amd.bin'],
  ['diff', 'diff via.bin amd.bin'],
  ['host', 'host --root machine intel-ucode'],
  ['host', 'host --root machine'],
  ['catalogue-search', 'catalogue search 0x6fa'],
  ['catalogue-names', 'catalogue search milan'],
  ['catalogue-info', 'catalogue info'],
  ['catalogue-build', 'catalogue build intel-ucode amd.bin -o known'],
  ['extract', 'extract intel-ucode amd.bin -o out --dry-run'],
  ['pack', 'pack intel-ucode old.bin --as intel --dry-run'],
  ['explain', 'explain amd.bin --cpu 0xa00f11,,0xa0011ce --loader all'],
  ['explain', 'explain intel-ucode/06-9a-04 --cpu 0x906a4,0x80,0x42c --loader all'],
  ['initrd-build', 'initrd build intel-ucode -o early.img'],
  ['initrd-inspect', 'initrd inspect early.img'],
  ['initrd-extract', 'initrd extract early.img -o members'],
  ['initrd-splice', 'initrd splice early.img old.bin --dry-run'],
  [
    'xen-stanza',
    'xen stanza --boot-loader grub2 --release 4.17.5 --xen /xen.gz --kernel /vmlinuz --initrd /old.bin --microcode /old.bin --root .',
  ],
  ['xen-check', 'xen check grub.cfg --release 4.17.5 --root . --cpu 0x906a4,0x80,0x42c'],
  ['xen-late', 'xen late intel-ucode/06-9a-04 --release 4.17.5 --cpu 0x906a4,0x80,0x421'],
  ['log', 'xen log xen.log'],
  ['log', 'log xen.log'],
  ['log', 'log grub.cfg'],
  ['sim-export', 'sim export --protocol xen --topology 1x2'],
  ['sim-list', 'sim list'],
  ['sim-show', 'sim show xen'],
  ['sim-run', 'sim run --protocol xen --topology 1x2'],
  ['sim-check', 'sim check --protocol xen --topology 1x2'],
  ['schemas', 'schema'],
  ['error', 'verify --policy absent.json amd.bin'],
  ['error', 'verify --no-such-flag amd.bin'],
  ['error', 'initrd inspect absent'],
];

describe('real documents fit their schemas', () => {
  let cwd: string;
  beforeAll(() => {
    cwd = workshop();
    return () => rmSync(cwd, { recursive: true });
  });

  test.each(COMMANDS)('%s: ucodekit %s --json', (name, words) => {
    const { stdout, stderr } = ucodekit([...words.split(' '), '--json'], { cwd });
    expect({ ...mistakes(stdout), stderr }).toMatchObject({ name, errors: null });
  });
});

describe('shipped input files fit their schemas', () => {
  const folders = ['scenarios', 'policies'].map((name) => join(SRC, '../fixtures', name));
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  test.each(files.map((file) => [basename(file), file]))('%s', (_, file) => {
    expect(mistakes(readFileSync(file, 'utf8')).errors).toBeNull();
  });
});

describe('the schema command', () => {
  test('prints a schema that an editor can use', () => {
    const { stdout, exit } = ucodekit(['schema', 'policy']);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(SCHEMAS['policy'])));
  });

  test('names what there is when asked for what there is not', () => {
    const { stderr, exit } = ucodekit(['schema', 'polcy']);
    expect(exit).toBe(2);
    expect(stderr).toContain('policy');
  });
});

test('a field that no schema names is caught', () => {
  const document = { schema: 'ucodekit/inspect@2', updates: [], findings: [], more: 1 };
  expect(mistakes(JSON.stringify(document)).errors).toHaveLength(1);
});
