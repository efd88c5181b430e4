import { describe, expect, test } from 'vitest';
import { amdContainer } from '../fixtures/amd.ts';
import { intelUpdate } from '../fixtures/intel.ts';
import * as library from '../src/index.ts';

const { buildEarlyImage, check, EVERYTHING, findCpioData, parse, protocolModel, protocolOf } = library;

describe('the library', () => {
  test('has this surface', () => {
    expect(Object.keys(library).sort()).toEqual([
      'EVERYTHING',
      'Failure',
      'PROTOCOLS',
      'RULES',
      'answer',
      'buildEarlyImage',
      'check',
      'collectUpdates',
      'explain',
      'findCpioData',
      'formatOrigin',
      'inspectInitrd',
      'isWanted',
      'openInputs',
      'pack',
      'parse',
      'parseAmdContainers',
      'parseCpu',
      'parseFilter',
      'parseIntelFile',
      'parseLoader',
      'planExtraction',
      'protocolModel',
      'protocolOf',
      'readCollection',
      'readCpio',
      'readUpdates',
      'servedBy',
      'shippedKnowledge',
      'verify',
      'verifyAmdSignature',
      'wantedOf',
      'writeAtomically',
    ]);
  });

  test('reads bytes and builds an image of what it read', () => {
    const readings = [parse(intelUpdate(), 'intel'), parse(amdContainer(), 'amd')];
    const held = readings.flatMap((reading) => reading?.updates ?? []);
    const image = buildEarlyImage(held, [], { layout: 'standard', selection: EVERYTHING, sourceDateEpoch: 0 });
    if (image.kind !== 'planned') throw new Error('sound updates are not refused');
    const bytes = Buffer.concat([...image.chunks()]);
    expect(findCpioData(bytes, 'kernel/x86/microcode/GenuineIntel.bin')).toMatchObject({ found: true, size: 1024 });
    expect(parse(Buffer.from('text'))).toBeUndefined();
  });

  test('checks a protocol', () => {
    const entry = protocolOf('xen');
    const model = entry && protocolModel(entry.protocol, { topology: { cores: 1, threads: 2 } });
    const report = model && check(model);
    expect(report?.properties.every(({ verdict }) => verdict === 'holds')).toBe(true);
  });
});
