import { describe, expect, test } from 'vitest';
import { amdContainer } from '../fixtures/amd.ts';
import { intelUpdate } from '../fixtures/intel.ts';
import * as library from '../src/index.ts';

const {
  buildEarlyImage,
  check,
  EVERYTHING,
  exportPromela,
  findCpioData,
  ModelError,
  modelOf,
  parse,
  protocolModel,
  protocolOf,
} = library;

describe('the library', () => {
  test('has this surface', () => {
    expect(Object.keys(library).sort()).toEqual([
      'EVERYTHING',
      'Failure',
      'ModelError',
      'PROTOCOLS',
      'RULES',
      'add',
      'all',
      'and',
      'answer',
      'any',
      'at',
      'bitor',
      'buildEarlyImage',
      'check',
      'choose',
      'collectUpdates',
      'coreOf',
      'cores',
      'count',
      'cpu',
      'cpus',
      'decrement',
      'define',
      'drawRun',
      'each',
      'eq',
      'expandInitrd',
      'explain',
      'exportPromela',
      'findCpioData',
      'firstOf',
      'flag',
      'formatOrigin',
      'hasRole',
      'implies',
      'increment',
      'inspectInitrd',
      'is',
      'isSelected',
      'jump',
      'le',
      'line',
      'lt',
      'me',
      'modelChecksum',
      'modelOf',
      'ne',
      'not',
      'oneOf',
      'openInputs',
      'or',
      'pack',
      'parse',
      'parseAmdContainers',
      'parseCpu',
      'parseFilter',
      'parseIntelFile',
      'parseLoader',
      'perCore',
      'perCpu',
      'planExtraction',
      'prepareRun',
      'program',
      'protocolModel',
      'protocolOf',
      'range',
      'readCollection',
      'readCpio',
      'readEfiImage',
      'readToken',
      'readUpdates',
      'renderSteps',
      'rest',
      'role',
      'runOf',
      'runOnce',
      'runSteps',
      'same',
      'selectUpdates',
      'servedBy',
      'set',
      'shared',
      'shippedKnowledge',
      'siblings',
      'siblingsOf',
      'spin',
      'stands',
      'steadyRun',
      'sub',
      'tokenOf',
      'verify',
      'verifyAmdSignature',
      'when',
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
    expect(report).toMatchObject({
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      memory: 'sequential consistency',
    });
  });

  test('calls the model of an entry by its own name', () => {
    const entry = protocolOf('linux-5.5');
    if (entry === undefined) throw new Error('linux-5.5 is gone');
    const model = modelOf(entry, { setting: { topology: { cores: 1, threads: 2 } } });
    expect(exportPromela(model)).toMatch(/^\/\*\n \* linux-5\.5, /);
    expect(check(model).model).toBe('linux-5.5');
  });

  test('refuses a model that is wrong in itself', () => {
    const entry = protocolOf('xen');
    if (entry === undefined) throw new Error('xen is gone');
    const model = modelOf(entry);
    const broken = { ...model, steps: model.steps.map((step) => ({ ...step, next: 'nowhere' })) };
    expect(() => check(broken)).toThrow(ModelError);
    expect(() => check(broken)).toThrow('unknown label nowhere');
  });
});
