import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ucodeTable } from '../src/xen/ucode-table.ts';

writeFileSync(join(import.meta.dirname, '../docs/xen-ucode.md'), ucodeTable());
