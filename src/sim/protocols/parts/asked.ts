/** What is asked of the siblings of a thread that loads. Intel wants them quiet; AMD, whose threads load one by one, asks for nothing. */
import type { Property } from '../../language/model.ts';
import type { Program } from '../../language/program.ts';
import type { Vendor } from '../../machine/load.ts';
import { noForeignInstruction, quiesce, quiesceWeakly, singleLoader } from '../../properties.ts';
import { choice } from '../protocol.ts';

export const ASKED_CHOICE = choice(
  'what is asked of siblings while a thread of their core loads: what the vendor asks, which is nothing on AMD; P1 to P3 there as well',
  'by the vendor',
  'P1 to P3',
);

type Asked = (typeof ASKED_CHOICE)['values'][number];

export const quietSiblings = (programs: readonly Program[], vendor: Vendor, asked: Asked): readonly Property[] =>
  vendor === 'amd' && asked === 'by the vendor'
    ? []
    : [quiesce(programs), quiesceWeakly(programs), noForeignInstruction(programs), singleLoader];
