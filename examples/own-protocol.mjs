// node examples/own-protocol.mjs FOLDER: a protocol of one's own, described, checked, told, replayed, exported and drawn; writes own.pml and own.svg.
// It is a rendezvous of the threads of each core: the first loads when the others have parked. The careless variant does not wait for them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  all,
  any,
  at,
  check,
  cpus,
  define,
  drawRun,
  exportPromela,
  flag,
  implies,
  line,
  not,
  perCpu,
  program,
  readToken,
  renderSteps,
  rest,
  role,
  set,
  siblings,
  siblingsOf,
  spin,
  stands,
  steadyRun,
  runSteps,
  tokenOf,
} from 'ucodekit';

/** @param {boolean} waits whether the first thread of a core waits for the others */
function rendezvous(waits) {
  const topology = { cores: 2, threads: 2 };
  const loading = perCpu('loading', flag);
  const parked = perCpu('parked', flag);
  const loaded = perCpu('loaded', flag);
  const everybodyParked = all(siblings, (one) => at(parked, one));
  return define({
    name: waits ? 'rendezvous' : 'careless rendezvous',
    topology,
    roles: {
      primary: role(topology, (_core, thread) => thread === 0),
      secondary: role(topology, (_core, thread) => thread !== 0),
    },
    fields: [loading, parked, loaded],
    contexts: ['task'],
    programs: [
      program('task', 'primary', [
        line('gather', waits ? { when: everybodyParked, do: [set(loading, true)] } : { do: [set(loading, true)] }),
        line('load', { do: [set(loading, false), set(loaded, true)], cost: 'load' }),
        rest('done'),
      ]),
      program('task', 'secondary', [
        line('arrive', { do: [set(parked, true)] }),
        spin('parked', { when: any(siblings, (one) => at(loaded, one)), do: [set(parked, false)] }),
        rest('done'),
      ]),
    ],
    properties: [
      {
        id: 'P1',
        title: 'while a core loads, its other threads are parked',
        polarity: 'always',
        holds: all(cpus, (loader) =>
          implies(
            at(loading, loader),
            all(siblingsOf(loader), (one) => stands(one, 'task', 'parked')),
          ),
        ),
        matters: 'a thread executes what is being replaced',
      },
      {
        id: 'S1',
        title: 'some CPU loads',
        polarity: 'sometimes',
        holds: any(cpus, (one) => at(loading, one)),
        matters: 'everything holds of a protocol that never does anything',
      },
      {
        id: 'P6',
        title: 'nobody loads for ever',
        polarity: 'eventually',
        holds: all(cpus, (one) => not(at(loading, one))),
        matters: 'the machine hangs',
      },
    ],
  });
}

const [folder = '.'] = process.argv.slice(2);
for (const waits of [true, false]) {
  const model = rendezvous(waits);
  const { checksum, ending, memory, properties } = check(model);
  console.log(`${model.name}, model ${checksum.slice(0, 16)}, ${memory}, search ${ending}`);
  for (const { id, verdict, title } of properties) console.log(`  ${id} ${verdict}: ${title}`);
  const run = properties.find(({ counterexample }) => counterexample !== null)?.counterexample;
  if (!run) continue;
  const token = tokenOf(model, run);
  const again = readToken(model, token);
  console.log(`  replay of ${token}:\n${renderSteps(runSteps(model, again.moves))}`);
  writeFileSync(join(folder, 'own.pml'), exportPromela(model, ['examples/own-protocol.mjs']));
  writeFileSync(join(folder, 'own.svg'), drawRun(steadyRun({ model, moves: run }), model.name, 'svg'));
}
