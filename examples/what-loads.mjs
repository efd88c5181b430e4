// node examples/what-loads.mjs IMAGE LOADER: what the loader (linux-6.12, xen-4.17) does with the image on an Alder Lake of platform 7.
import { readFileSync } from 'node:fs';
import { explain, parseLoader } from 'ucodekit';

const [image, name] = process.argv.slice(2);
const loader = parseLoader(name);
if (loader === undefined) throw new Error(`not a loader: ${name}`);
const cpu = { vendor: 'intel', signature: 0x906a4, platformMask: 0x80, revision: 0x400 };
const input = { kind: 'image', bytes: readFileSync(image) };
const { chosen, reason } = explain(loader, cpu, input, { path: 'early', forceMinimum: false, digestCheck: true });
console.log(
  chosen === null ? `nothing: ${reason.says}` : `revision 0x${chosen.revision.toString(16)} at byte ${chosen.offset}`,
);
