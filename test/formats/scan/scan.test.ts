import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch, AMD_SAMPLES, type AmdSample, zenPatch } from '../../../fixtures/amd.ts';
import { concat, mutated, patched, seeded } from '../../../fixtures/bytes.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { viaUpdate } from '../../../fixtures/via.ts';
import { parseAmdContainers } from '../../../src/formats/amd/container.ts';
import { parseIntelFile } from '../../../src/formats/intel/update.ts';
import { scanBytes, type ScanHit } from '../../../src/formats/scan/scan.ts';
import { amdFolder, intelFolder } from '../../support/debian.ts';

const UPDATE = intelUpdate();
const random = seeded(11);
const filler = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => random() & 0xff);

/** Pieces with random filler of odd lengths between them, and where each piece came to stand. */
function scattered(pieces: readonly { readonly kind: ScanHit['kind']; readonly bytes: Uint8Array }[]): {
  bytes: Uint8Array;
  hits: ScanHit[];
} {
  const parts: Uint8Array[] = [];
  const hits: ScanHit[] = [];
  let at = 0;
  const add = (part: Uint8Array): void => {
    parts.push(part);
    at += part.length;
  };
  for (const { kind, bytes } of pieces) {
    add(filler((random() % 300) * 2 + 1));
    hits.push({ kind, offset: at, size: bytes.length });
    add(bytes);
  }
  add(filler(99));
  return { bytes: concat(...parts), hits };
}

const rules = (bytes: Uint8Array): string[] => scanBytes(bytes).findings.map(({ rule, offset }) => `${rule}@${offset}`);

describe('a scan finds', () => {
  test('updates of all vendors at their offsets, and nothing else', () => {
    const { bytes, hits } = scattered([
      { kind: 'intel', bytes: UPDATE },
      { kind: 'intel', bytes: intelUpdate({ dataSize: 0 }) },
      { kind: 'via', bytes: viaUpdate() },
      { kind: 'intel', bytes: intelUpdate({ extended: [{ signature: 0x906a3, platformMask: 0x80 }] }) },
      { kind: 'amd-patch', bytes: zenPatch(0x0a0011d7) },
      { kind: 'amd-container', bytes: amdContainer({}) },
    ]);
    expect(scanBytes(bytes)).toEqual({ hits, findings: [] });
  });

  test.each(Object.keys(AMD_SAMPLES) as AmdSample[])('a patch of %s without its container', (sample) => {
    const { bytes, hits } = scattered([{ kind: 'amd-patch', bytes: amdPatch({ kind: sample }) }]);
    expect(scanBytes(bytes)).toEqual({ hits, findings: [] });
  });

  test('updates that follow each other', () => {
    expect(scanBytes(concat(UPDATE, UPDATE, viaUpdate(), UPDATE)).hits.map(({ kind }) => kind)).toEqual([
      'intel',
      'intel',
      'via',
      'intel',
    ]);
  });

  test('every update of Debian’s packages among random filler at odd offsets, and nothing else', (context) => {
    const files = (folder: string): Uint8Array[] =>
      readdirSync(folder)
        .filter((name) => !/^README|\.asc$/.test(name))
        .sort()
        .map((name) => readFileSync(join(folder, name)));
    const intel = files(intelFolder(context)).flatMap((bytes) => parseIntelFile(bytes).updates);
    const containers = files(amdFolder(context));
    const patches = containers.flatMap((bytes) =>
      parseAmdContainers(bytes).containers.flatMap((container) => container.patches),
    );
    const { bytes, hits } = scattered([
      ...intel.map((update) => ({ kind: 'intel' as const, bytes: update.bytes })),
      ...containers.map((container) => ({ kind: 'amd-container' as const, bytes: container })),
      ...patches.map((patch) => ({
        kind: 'amd-patch' as const,
        bytes: patch.bytes.subarray(0, patch.formatSize ?? 0),
      })),
    ]);
    expect(hits).toHaveLength(166 + 5 + 41);
    expect(scanBytes(bytes)).toEqual({ hits, findings: [] });
  });
});

describe('a scan reports', () => {
  test.each([
    ['an Intel update', UPDATE],
    ['a patch of AMD', zenPatch(0x0a0011d7)],
    ['an update of VIA', viaUpdate()],
  ])('%s that is cut off', (_, bytes) => {
    const cut = concat(new Uint8Array(3), bytes.subarray(0, bytes.length - 4));
    expect(scanBytes(cut).hits).toEqual([]);
    expect(rules(cut)).toEqual(['scan/truncated@3']);
  });

  test.each([
    ['a wrong checksum', patched(UPDATE, 500, [1, 2, 3]), 'its checksum is wrong'],
    ['a wrong checksum of VIA', patched(viaUpdate(), 100, [1, 2, 3]), 'its checksum is wrong'],
    ['a changed level', patched(zenPatch(0x0a0011d7), 804, [0xff]), 'its two copies of the revision differ'],
  ])('%s', (_, bytes, reason) => {
    const { hits, findings } = scanBytes(bytes);
    expect(hits).toEqual([]);
    expect(findings.map(({ message }) => message).join()).toContain(`is damaged: ${reason}`);
  });

  test('a wrong extended signature table', () => {
    const bytes = intelUpdate({ extended: [{ signature: 0x906a3, platformMask: 0x80 }] });
    expect(rules(patched(bytes, bytes.length - 4, [1, 2, 3, 4]))).toEqual(['scan/damaged@0']);
  });

  test('an update that another was written over', () => {
    const bytes = concat(UPDATE.subarray(0, 512), intelUpdate({ body: 9 }), new Uint8Array(512));
    const { hits, findings } = scanBytes(bytes);
    expect(hits).toEqual([{ kind: 'intel', offset: 512, size: 1024 }]);
    expect(findings[0]?.message).toContain('and another update starts inside it at byte 512');
  });

  test('an update inside a sound one, and leaves it out', () => {
    const inner = intelUpdate({ body: 9 });
    const outer = intelUpdate({ dataSize: 4048 });
    // The inner update sums to 0, so that the outer checksum stays right over zeros of the same size.
    const holed = patched(outer, 1024, [...new Uint8Array(1024)]);
    const view = new DataView(holed.buffer);
    const sum = new Uint32Array(holed.slice().buffer).reduce((a, b) => (a + b) >>> 0, 0);
    view.setUint32(0x10, (view.getUint32(0x10, true) - sum) >>> 0, true);
    const { hits, findings } = scanBytes(patched(holed, 1024, [...inner]));
    expect(hits).toEqual([{ kind: 'intel', offset: 0, size: 4096 }]);
    expect(findings.map(({ rule, offset }) => `${rule}@${offset}`)).toEqual(['scan/overlap@1024']);
    expect(findings[0]?.message).toContain('starts inside the update at byte 0');
  });

  test('a bounded number of headers without updates, and counts the rest', () => {
    const header = intelUpdate({ dataSize: (1 << 20) - 48 }).subarray(0, 48);
    const { hits, findings } = scanBytes(concat(...Array.from({ length: 1000 }, () => header)));
    expect(hits).toEqual([]);
    expect(findings.map(({ rule }) => rule).sort()).toEqual([
      'input/more-findings',
      'scan/crowded',
      ...Array.from({ length: 16 }, () => 'scan/truncated'),
    ]);
    expect(findings.find(({ rule }) => rule === 'scan/crowded')?.message).toContain('983 more headers');
  });

  test('damaged headers a bounded number of times', () => {
    const { findings } = scanBytes(concat(...Array.from({ length: 40 }, () => patched(UPDATE, 100, [0, 1, 2, 3]))));
    expect(findings).toHaveLength(17);
    expect(findings.at(-1)?.message).toBe('24 more findings of scan/damaged are left out');
  });
});

describe('a scan says nothing of', () => {
  test.each([
    ['random bytes', filler(1 << 20)],
    ['zeros', new Uint8Array(1 << 16)],
    ['0x01', new Uint8Array(1 << 16).fill(1)],
    ['0x80', new Uint8Array(1 << 16).fill(0x80)],
    ['01 00 00 00', new Uint8Array(new Uint32Array(1 << 14).fill(1).buffer)],
    ['RRAS', Buffer.alloc(1 << 16, 'RRAS')],
    ['nothing', new Uint8Array(0)],
  ])('%s', (_, bytes) => {
    expect(scanBytes(bytes)).toEqual({ hits: [], findings: [] });
  });

  test('bytes that edits make of updates, without an exception, and its hits lie inside and apart', () => {
    const whole = concat(filler(3), UPDATE, amdContainer({}), viaUpdate(), zenPatch(0x0a0011d7), UPDATE);
    for (let i = 0; i < 3000; i++) {
      const bytes = mutated(whole, random);
      let end = 0;
      for (const { offset, size } of scanBytes(bytes).hits) {
        expect(offset).toBeGreaterThanOrEqual(end);
        end = offset + size;
        expect(end).toBeLessThanOrEqual(bytes.length);
      }
    }
  });
});
