import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { modelChecksum } from '../../../src/sim/language/checksum.ts';
import { oneOf, set, shared } from '../../../src/sim/language/effects.ts';
import { is } from '../../../src/sim/language/expressions.ts';
import type { Model } from '../../../src/sim/language/model.ts';
import { define, line, program, rest } from '../../../src/sim/language/program.ts';
import { ModelError } from '../../../src/sim/language/validate.ts';
import { PROTOCOLS } from '../../../src/sim/protocols/registry.ts';
import { modelOf } from '../../../src/sim/scenario/fits.ts';
import { SETTING } from '../../../src/sim/protocols/setting.ts';

const door = shared('door', oneOf('shut', 'open'));

const toy = (more: Partial<Model> = {}): Model => ({
  ...define({
    name: 'door',
    topology: { cores: 1, threads: 1 },
    roles: {},
    fields: [door],
    contexts: ['task'],
    programs: [
      program('task', 'every', [line('knock', { do: [set(door, 'open')], cost: 'ipi', note: 'knocks' }), rest('in')]),
    ],
    properties: [{ id: 'P', title: 'it opens', polarity: 'sometimes', holds: is(door, 'open'), matters: 'it is cold' }],
  }),
  ...more,
});

describe('the checksum of a model', () => {
  test('is SHA-256 of this text, as docs/checker.md says', () => {
    const text =
      '{"budgets":{},"contexts":[{"final":["idle","in"],"labels":["idle","knock","in"],"name":"task","spin":[],"start":[1]}],' +
      '"fields":[{"initial":0,"max":1,"min":0,"name":"door","names":["shut","open"],"scope":"shared"}],' +
      '"properties":[{"holds":{"left":{"at":null,"field":"door","op":"read"},"op":"eq","right":{"op":"const","value":1}},"id":"P","polarity":"sometimes"}],' +
      '"roles":{"every":[true]},' +
      '"steps":[{"budget":null,"context":"task","cost":null,"effects":[{"at":null,"do":"set","field":"door","value":{"op":"const","value":1}}],' +
      '"guard":{"op":"const","value":1},"id":"task/every/knock","kind":"program","label":"knock","next":"in","note":null,"who":"every"}],' +
      '"topology":{"cores":1,"threads":1}}';
    expect(modelChecksum(toy())).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('does not know names of models, wording, packages and costs', () => {
    const { steps, properties, topology } = toy();
    const other = toy({
      name: 'gate',
      topology: { ...topology, packages: 1 },
      steps: steps.map((step) => ({ ...step, cost: null, note: null })),
      properties: properties.map((property) => ({ ...property, title: 'open', matters: 'no' })),
    });
    expect(modelChecksum(other)).toBe(modelChecksum(toy()));
    expect(modelChecksum(JSON.parse(JSON.stringify(toy())) as Model)).toBe(modelChecksum(toy()));
  });

  test('knows what is claimed, what can happen and where it begins', () => {
    const { steps, properties } = toy();
    const others = [
      toy({ properties: [] }),
      toy({ properties: properties.map((property) => ({ ...property, polarity: 'eventually' })) }),
      toy({ steps: steps.map((step) => ({ ...step, effects: [] })) }),
      toy({ fields: [{ ...door, initial: 1 }] }),
    ];
    expect(new Set([toy(), ...others].map(modelChecksum)).size).toBe(others.length + 1);
  });

  test('is not given to what is no model', () => {
    expect(() => modelChecksum(toy({ fields: [] }))).toThrow(ModelError);
  });

  test('tells every entry of the catalogue from every other', () => {
    const sums = PROTOCOLS.map((entry) =>
      modelChecksum(modelOf(entry, { setting: { ...SETTING, ...entry.setting }, choices: {} })),
    );
    expect(new Set(sums).size).toBe(PROTOCOLS.length);
  });
});
