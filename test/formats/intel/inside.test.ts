import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { patched, seeded } from '../../../fixtures/bytes.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { type Extra, extraHeader } from '../../../src/formats/intel/extra-header.ts';
import { metadata } from '../../../src/formats/intel/metadata.ts';
import { checkIntelSignature } from '../../../src/formats/intel/signature.ts';
import { type IntelUpdate, parseIntelFile } from '../../../src/formats/intel/update.ts';
import { intelFolder } from '../../support/debian.ts';

const FACTS = readFileSync(resolve(import.meta.dirname, '../../data/intel/debian-facts.tsv'), 'utf8')
  .trimEnd()
  .split('\n');

function debianUpdates(context: Pick<TestContext, 'skip'>): { name: string; index: number; update: IntelUpdate }[] {
  const folder = intelFolder(context);
  return readdirSync(folder)
    .sort()
    .flatMap((name) =>
      parseIntelFile(readFileSync(join(folder, name))).updates.map((update, index) => ({
        name,
        index: index + 1,
        update,
      })),
    );
}

const hex = (value: number, digits = 1): string => value.toString(16).padStart(digits, '0');

/** The line of the facts file for one update. */
function facts(name: string, index: number, update: IntelUpdate): string {
  const { header, extended } = update;
  const extra = extraHeader(update);
  const { items } = metadata(update);
  return [
    name,
    index,
    update.offset,
    hex(header.signature, 8),
    hex(header.platformMask, 2),
    hex(header.revision, 8),
    update.date.text,
    update.dataSize,
    update.size,
    hex(header.checksum, 8),
    hex(header.metadataSize),
    hex(header.minimumRevision),
    extended.map(({ signature, platformMask }) => `${hex(signature)}/${hex(platformMask, 2)}`).join('+') || '-',
    extra?.kind ?? '-',
    extra === undefined ? '-' : extraFacts(extra),
    items.map(({ type, size }) => `${type}:${hex(size)}`).join(',') || '-',
    createHash('sha256').update(update.bytes).digest('hex').slice(0, 16),
  ].join('\t');
}

const extraFacts = ({ header, buildDate, signatures }: Extra): string =>
  [
    `vcn=${hex(header.versionControl)}`,
    `svn=${header.securityVersions
      .slice(0, signatures.length)
      .map((version) => hex(version, 2))
      .join('')}`,
    `rsa=${header.keyId}`,
    `fl=${hex(header.flags)}`,
    `date=${buildDate}`,
    `upd=${hex(header.updateSize * 4)}`,
    `sigs=${signatures.map((signature) => hex(signature)).join('+')}`,
  ].join(',');

describe("Debian's 166 updates", () => {
  test('agree with an independent reading in every column', (context) => {
    const lines = debianUpdates(context).map(({ name, index, update }) => facts(name, index, update));
    expect(lines).toEqual(FACTS.slice(1));
  });

  test('have an intact signature block wherever they have an extra header', (context) => {
    const extras = debianUpdates(context).flatMap(({ update }) => extraHeader(update) ?? []);
    const checked = extras.map((extra) => checkIntelSignature(extra));
    expect(extras).toHaveLength(133);
    expect(checked.filter(({ verdict }) => verdict !== 'intact')).toEqual([]);
    expect(new Set(checked.map(({ padding }) => padding))).toEqual(
      new Set([
        'PKCS #1 v1.5, bare 20-byte digest',
        'PKCS #1 v1.5, bare 32-byte digest',
        'PKCS #1 v1.5, SHA-256',
        'PSS, SHA-256',
        'PSS, SHA-384',
      ]),
    );
  });

  test('show a flipped bit anywhere in modulus or signature', (context) => {
    const random = seeded(7);
    const updates = debianUpdates(context).map(({ update }) => update);
    const kinds = (['R1', 'R2', 'R3'] as const).map((kind) =>
      updates.find((update) => extraHeader(update)?.kind === kind),
    );
    for (const update of kinds) {
      if (update === undefined) throw new Error('Debian ships all three kinds');
      const length = extraHeader(update)?.kind === 'R1' ? 516 : 768;
      for (let i = 0; i < 40; i++) {
        const at = 48 + 128 + (random() % length);
        const bytes = patched(update.bytes, at, [(update.bytes[at] ?? 0) ^ (1 << (random() & 7))]);
        expect(checkIntelSignature(extraHeader({ ...update, bytes })).verdict).toBe('invalid');
      }
    }
  });
});

describe('an update without', () => {
  const [plain] = parseIntelFile(intelUpdate()).updates;

  test('extra header has no signature', () => {
    const extra = plain && extraHeader(plain);
    expect(extra).toBeUndefined();
    expect(checkIntelSignature(extra).verdict).toBe('none');
  });

  test('metadata has no items', () => {
    expect(plain && metadata(plain)).toEqual({ items: [], terminated: false });
  });
});

test('metadata that run over their end are cut there', () => {
  const bytes = intelUpdate({ metadataSize: 20 });
  const at = 1024 - 20;
  const [update] = parseIntelFile(
    patched(bytes, at, [3, 0, 0, 0, 12, 0, 0, 0, 5, 5, 0, 0, 9, 0, 0, 0, 255, 255, 0, 0]),
  ).updates;
  expect(update && metadata(update)).toMatchObject({
    items: [{ type: 3, size: 12, security: { securityVersion: 5 } }],
    terminated: false,
  });
});
