import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch, zenPatch } from '../../../fixtures/amd.ts';
import { concat, patched } from '../../../fixtures/bytes.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { parseEntry } from '../../../src/bundle/export/equivalence-entries.ts';
import { planExtraction } from '../../../src/bundle/export/extract.ts';
import { pack, type PackRequest } from '../../../src/bundle/export/pack.ts';
import { EVERYTHING } from '../../../src/bundle/select/selection.ts';
import { Failure } from '../../../src/findings/failure.ts';
import { equivalenceEntry } from '../../../src/formats/amd/equivalence.ts';
import { parseIntelDat } from '../../../src/formats/intel-dat.ts';
import { amdFolder, intelFolder, program } from '../../support/debian.ts';
import { filesIn, readFiles } from '../../support/read-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

type Files = Readonly<Record<string, Uint8Array>>;

async function packed(files: Files, request: Partial<PackRequest> & Pick<PackRequest, 'format'>): Promise<Uint8Array> {
  const result = pack(await readFiles(files), { selection: EVERYTHING, entries: [], ...request });
  if (result.kind === 'refused') throw new Error(result.because.map(({ finding }) => finding.message).join('; '));
  return concat(...result.parts);
}

async function refusals(files: Files, request: Partial<PackRequest> & Pick<PackRequest, 'format'>): Promise<string[]> {
  const result = pack(await readFiles(files), { selection: EVERYTHING, entries: [], ...request });
  return result.kind === 'refused' ? result.because.map(({ finding }) => finding.rule) : [];
}

async function extracted(files: Files, layout: 'raw' | 'kernel'): Promise<Files> {
  const { files: written } = planExtraction(await readFiles(files), EVERYTHING, layout);
  return Object.fromEntries(written.map(({ path, parts }) => [path, concat(...parts)]));
}

describe('what extract wrote is packed to what it came from', () => {
  for (const layout of ['raw', 'kernel'] as const) {
    test(`every container of Debian's, layout ${layout}`, async (context) => {
      const files = filesIn(amdFolder(context));
      expect(Object.keys(files)).toHaveLength(5);
      for (const [path, bytes] of Object.entries(files)) {
        const again = await packed(await extracted({ [path]: bytes }, layout), { format: 'amd' });
        expect([basename(path), Buffer.compare(again, bytes)]).toEqual([basename(path), 0]);
      }
    });

    test(`all of them as one file, layout ${layout}`, async (context) => {
      const files = filesIn(amdFolder(context));
      const again = await packed(await extracted(files, layout), { format: 'amd' });
      expect(Buffer.compare(again, concat(...Object.values(files)))).toBe(0);
    });
  }
});

describe('AMD containers', () => {
  const [milan, vermeer] = [zenPatch(0x0a00_11d5), zenPatch(0x0a20_102d)];

  test('raw Zen patches get an identity table and a terminator', async () => {
    expect(await packed({ a: vermeer, b: milan }, { format: 'amd' })).toEqual(
      amdContainer({ patches: [milan, vermeer] }),
    );
  });

  test('are merged, equal patches once, the newest of a CPU last', async () => {
    const newer = zenPatch(0x0a00_11de);
    const files = { a: amdContainer({ patches: [newer] }), b: amdContainer({ patches: [milan] }), c: milan };
    expect(await packed(files, { format: 'amd' })).toEqual(amdContainer({ patches: [milan, newer] }));
  });

  test('keep the entries of the CPUs that are asked for and no others', async () => {
    const patch = amdPatch({ kind: 'fam10h' });
    const entries = [0x0010_0f43, 0x0010_0f53, 0x0010_0f63].map((cpuid) => equivalenceEntry(cpuid, 0x1043));
    const other = amdPatch({ kind: 'fam10hLate' });
    const container = amdContainer({
      patches: [patch, other],
      entries: [...entries, equivalenceEntry(0x0010_0f42, 0x1200)],
    });
    const selection = { ...EVERYTHING, cpus: [{ signature: 0x0010_0f53, platformMask: undefined }] };
    expect(await packed({ container }, { format: 'amd', selection })).toEqual(
      amdContainer({ patches: [patch], entries: [equivalenceEntry(0x0010_0f53, 0x1043)] }),
    );
  });

  test('families that Linux keeps apart get containers of their own, oldest first', async () => {
    const [zen2, zen3] = [amdPatch({ kind: 'zen2' }), amdPatch({ kind: 'zen3' })];
    expect(await packed({ zen3, zen2 }, { format: 'amd' })).toEqual(
      concat(amdContainer({ patches: [zen2] }), amdContainer({ patches: [zen3] })),
    );
  });

  describe('before Zen', () => {
    const patch = amdPatch({ kind: 'fam10h' });
    const mapped = amdContainer({ patches: [patch], entries: [equivalenceEntry(0x0010_0f43, 0x1043)] });

    test('a raw patch is refused by pack/cpus-unknown', async () => {
      expect(await refusals({ patch }, { format: 'amd' })).toEqual(['pack/cpus-unknown']);
    });

    test('--map names its CPUs', async () => {
      const entries = [parseEntry('0x00100f43=0x1043')];
      expect(await packed({ patch }, { format: 'amd', entries })).toEqual(mapped);
    });

    test('so does a container without patches, which is no cause for a warning then', async () => {
      const table = amdContainer({ patches: [], entries: [equivalenceEntry(0x0010_0f43, 0x1043)] });
      const read = await readFiles({ patch, table });
      const result = pack(read, { format: 'amd', selection: EVERYTHING, entries: [] });
      expect(read.findings.map(({ finding }) => finding.rule)).toEqual(['amd/cpus-unknown', 'amd/no-patches']);
      expect(result).toMatchObject({ kind: 'packed', remarks: [{ finding: { rule: 'amd/cpus-unknown' } }] });
      expect(await packed({ patch, table }, { format: 'amd' })).toEqual(mapped);
    });

    test('two tables that contradict each other are refused', async () => {
      const other = amdPatch({ kind: 'fam10hLate' });
      const entries = [parseEntry('0x00100f43=0x1043'), parseEntry('0x00100f43=0x1200')];
      expect(await refusals({ patch, other }, { format: 'amd', entries })).toEqual(['amd/equivalence-conflict']);
    });
  });

  test.each(['', '1', '0x00100f43', '0=0x1043', '0x00100f43=0x10000', 'a=b', '1=2=3'])(
    '--map %j is refused',
    (text) => {
      expect(() => parseEntry(text)).toThrow(Failure);
    },
  );
});

describe('Intel files', () => {
  test('hold every update once, by signature', async () => {
    const [a, b] = [intelUpdate(), intelUpdate({ signature: 0x906a3 })];
    expect(await packed({ x: concat(a, b), y: a }, { format: 'intel' })).toEqual(concat(b, a));
  });

  test("Debian's newest make what iucode_tool -w writes of them", async (context) => {
    const tool = program(context, 'iucode_tool');
    const file = join(temporaryFolder(), 'out.bin');
    execFileSync(tool, ['-q', '-w', file, intelFolder(context)]);
    const selection = { ...EVERYTHING, latest: true };
    const ours = await packed(filesIn(intelFolder(context)), { format: 'intel', selection });
    expect(Buffer.compare(ours, readFileSync(file))).toBe(0);
  });

  test('are read by iucode_tool', async (context) => {
    const tool = program(context, 'iucode_tool');
    const file = join(temporaryFolder(), 'out.bin');
    writeFileSync(
      file,
      await packed({ a: intelUpdate({ revision: 1 }), b: intelUpdate({ revision: 2 }) }, { format: 'intel' }),
    );
    const listing = execFileSync(tool, ['-L', file], { encoding: 'utf8' });
    expect([...listing.matchAll(/rev (0x\w+)/g)].map((match) => match[1])).toEqual(['0x0002', '0x0001']);
  });
});

describe("Intel's text form", () => {
  test("read back is what went in, for Debian's newest", async (context) => {
    const files = filesIn(intelFolder(context));
    const selection = { ...EVERYTHING, latest: true };
    const binary = await packed(files, { format: 'intel', selection });
    const { bytes, findings } = parseIntelDat(await packed(files, { format: 'intel-dat', selection }));
    expect(findings).toEqual([]);
    expect(Buffer.compare(bytes, binary)).toBe(0);
  });

  test('is read by iucode_tool', async (context) => {
    const tool = program(context, 'iucode_tool');
    const folder = temporaryFolder();
    const files = { a: intelUpdate(), b: intelUpdate({ signature: 0x906a3, revision: 7 }) };
    writeFileSync(join(folder, 'out.dat'), await packed(files, { format: 'intel-dat' }));
    execFileSync(tool, ['-q', '-td', '-w', 'out.bin', 'out.dat'], { cwd: folder });
    const binary = await packed(files, { format: 'intel' });
    expect(Buffer.compare(readFileSync(join(folder, 'out.bin')), binary)).toBe(0);
  });
});

describe('what is refused', () => {
  test('microcode of the other vendor, by pack/other-vendor, unless the selection leaves it out', async () => {
    const files = { a: intelUpdate(), b: amdContainer() };
    expect(await refusals(files, { format: 'intel' })).toEqual(['pack/other-vendor']);
    expect(await refusals(files, { format: 'amd' })).toEqual(['pack/other-vendor']);
    expect(await refusals(files, { format: 'amd', selection: { ...EVERYTHING, vendor: 'amd' } })).toEqual([]);
  });

  test('nothing at all, and a selection of nothing', async () => {
    expect(await refusals({}, { format: 'intel' })).toEqual(['bundle/empty']);
  });

  test('damaged input', async () => {
    const damaged = patched(intelUpdate(), 500, [1, 2, 3]);
    expect(await refusals({ damaged, sound: intelUpdate() }, { format: 'intel' })).toEqual(['intel/checksum']);
  });
});
