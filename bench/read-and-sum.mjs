/** The peer of the scan benchmarks: reads a file into one buffer and sums its words once. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const file = openSync(process.argv[2], 'r');
const { size } = fstatSync(file);
const bytes = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
readSync(file, bytes, 0, size, 0);
closeSync(file);
const words = new Uint32Array(bytes.buffer);
const sums = [0, 0, 0, 0];
let [a, b, c, d] = sums;
for (let i = 0; i < words.length; i += 4) {
  a = (a + words[i]) | 0;
  b = (b + words[i + 1]) | 0;
  c = (c + words[i + 2]) | 0;
  d = (d + words[i + 3]) | 0;
}
process.stdout.write(`${(a + b + c + d) >>> 0}\n`);
