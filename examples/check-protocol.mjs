// node examples/check-protocol.mjs ID: the verdicts on a protocol (ucodekit sim list) on one core of two threads.
import { check, modelOf, protocolOf } from 'ucodekit';

const [id] = process.argv.slice(2);
const entry = protocolOf(id);
if (entry === undefined) throw new Error(`no such protocol: ${id}`);
const model = modelOf(entry, { setting: { topology: { cores: 1, threads: 2 } } });
for (const { id, verdict, title } of check(model).properties) console.log(`${id} ${verdict}: ${title}`);
