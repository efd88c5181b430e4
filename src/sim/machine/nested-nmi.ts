/**
 * The x86-64 NMI entry on an IST stack as a program of its own: one CPU, NMIs and breakpoints at every step. The hardware writes the
 * interrupted context to a fixed frame (ORIG); software keeps one pristine copy (OUTER) and one that the last IRET uses (IRETF),
 * which a nested NMI redirects to the start of the repetition. Copying a frame takes two steps: it can be torn.
 */
import { decrement, flag, increment, jump, oneOf, range, set, shared, when } from '../language/effects.ts';
import { and, cpu, expr, implies, is, le, me, ne, not, or, stands, type Operand } from '../language/expressions.ts';
import type { Effect, Model, Property } from '../language/model.ts';
import { define, line, program, rest, type Move } from '../language/program.ts';

/** Which of the three tests of the entry code are there. */
export type NestedNmiTests = 'none' | 'variable' | 'stack' | 'variable and stack' | 'all';

export interface NestedNmiOptions {
  readonly tests: NestedNmiTests;
  /** NMIs that arrive in all. */
  readonly nmis: number;
  /** Breakpoints inside the handler's body; each returns by IRET. */
  readonly breakpoints: number;
}

/** Where an NMI can find the CPU. `main` and `breakpoint` are not on the NMI stack. */
const WHERE = ['main', 'body', 'breakpoint', 'return', 'repeat', 'repeat 2'] as const;
/** The same for an entry without any nesting logic. */
const PLAIN: readonly Where[] = ['main', 'body', 'breakpoint', 'return'];

type Where = (typeof WHERE)[number];

const latch = shared('nmi latch', flag);
const blocked = shared('nmi blocked', flag);
/** `NMI executing`. */
const exec = shared('EXEC', flag);
const orig = shared('ORIG', oneOf(...WHERE));
/** A frame is copied word by word; two words stand for the five, and a frame whose words differ is torn. */
const outer = { rip: shared('OUTER.rip', oneOf(...WHERE)), rsp: shared('OUTER.rsp', oneOf(...WHERE)) };
const iretf = { rip: shared('IRETF.rip', oneOf(...WHERE)), rsp: shared('IRETF.rsp', oneOf(...WHERE)) };
/** Handler bodies that have begun and not ended. */
const depth = shared('depth', range(0, 7));
/** An NMI was accepted and no body has begun since. */
const need = shared('need', flag);
const torn = shared('torn frame used', flag);
const astray = shared('returned into itself', flag);
const early = shared('left with a body unfinished', flag);
const lost = shared('left with an NMI unhandled', flag);

/** An NMI between any two instructions: the frame goes to the top of the IST stack, over what is there. */
const taken = (at: Where): Move => ({
  when: and(latch, not(blocked)),
  do: [set(latch, false), set(blocked, true), set(need, true), set(orig, at)],
  goto: 'entry',
  note: 'NMI',
});

const interruptible = (at: Where, ...moves: readonly Move[]) => (at === 'main' ? rest : line)(at, ...moves, taken(at));

/** IRET: unblocks NMIs, whatever it returns from. */
const iret = (frame: typeof orig, places: readonly Where[] = WHERE): readonly Effect[] => [
  set(blocked, false),
  ...places.map((where) => when(is(frame, where), [jump(me, 'task', where)])),
];

const onNmiStack: Operand = not(is(orig, 'main', 'breakpoint'));
const inWindow: Operand = is(orig, 'repeat', 'repeat 2');

const BEGIN: readonly Effect[] = [increment(depth), set(need, false)];

/** What the last IRET says about the run, noted before it happens. */
const judged = (frame: typeof orig): readonly Effect[] => [
  when(not(is(frame, 'main', 'repeat')), [set(astray, true)]),
  when(and(is(frame, 'main'), ne(depth, 0)), [set(early, true)]),
  when(and(is(frame, 'main'), need), [set(lost, true)]),
];

function entryMoves(tests: NestedNmiTests): readonly Move[] {
  if (tests === 'none') return [{ do: BEGIN, goto: 'body' }];
  const variable = tests !== 'stack';
  const stack = tests !== 'variable';
  const nested = or(...(variable ? [exec] : []), ...(stack ? [onNmiStack] : []));
  if (tests !== 'all')
    return [
      { when: nested, goto: 'nested' },
      { when: not(nested), goto: 'first' },
    ];
  return [
    { when: inWindow, do: iret(orig), goto: 'entry', note: 'leave: the outer handler is about to run its body anyway' },
    { when: and(not(inWindow), nested), goto: 'nested' },
    { when: and(not(inWindow), not(nested)), goto: 'first' },
  ];
}

const invariant = (id: string, title: string, holds: Operand, matters: string): Property => ({
  id,
  title,
  polarity: 'always',
  holds: expr(holds),
  matters,
});

export function nestedNmi({ tests, nmis, breakpoints }: NestedNmiOptions): Model {
  const plain = tests === 'none';
  const frame = plain ? orig : iretf.rip;
  return define({
    name: `nested-nmi`,
    topology: { cores: 1, threads: 1 },
    roles: {},
    fields: [
      latch,
      blocked,
      exec,
      orig,
      outer.rip,
      outer.rsp,
      iretf.rip,
      iretf.rsp,
      depth,
      need,
      torn,
      astray,
      early,
      lost,
    ],
    contexts: ['task'],
    programs: [
      program('task', 'every', [
        interruptible('main'),
        line('entry', ...entryMoves(tests)),
        ...(plain
          ? []
          : [
              line('nested', {
                do: [set(iretf.rip, 'repeat'), set(iretf.rsp, 'repeat'), ...iret(orig)],
                goto: 'entry',
                note: 'redirects the outer IRET and returns',
              }),
              line('first', { do: [set(outer.rip, orig), set(outer.rsp, orig)] }),
              interruptible('repeat', { do: [set(exec, true), set(iretf.rip, outer.rip)], goto: 'repeat 2' }),
              interruptible('repeat 2', { do: [set(iretf.rsp, outer.rsp), ...BEGIN], goto: 'body' }),
            ]),
        interruptible(
          'body',
          { do: [decrement(depth), set(exec, false)], goto: 'return' },
          { budget: 'breakpoint', goto: 'breakpoint' },
        ),
        interruptible('breakpoint', { do: [set(blocked, false)], goto: 'body', note: 'IRET of the exception' }),
        interruptible('return', {
          do: [
            ...(plain ? [] : [when(ne(iretf.rip, iretf.rsp), [set(torn, true)])]),
            ...judged(frame),
            ...iret(frame, plain ? PLAIN : WHERE),
          ],
          goto: 'return',
        }),
      ]),
    ],
    environment: [{ name: 'nmi', budget: 'nmi', do: [set(latch, true)] }],
    budgets: { nmi: nmis, breakpoint: breakpoints },
    properties: [
      invariant(
        'N1',
        'at most one handler body is active',
        le(depth, 1),
        'handlers are not re-entrant, and the IST stack is overwritten',
      ),
      invariant(
        'N2',
        'control leaves the NMI stack only when no body is active',
        not(early),
        'the interrupted context is resumed too early',
      ),
      invariant(
        'N3',
        'the frame the last IRET uses is never torn',
        not(torn),
        'the CPU returns to one place with the stack of another',
      ),
      invariant('N4', 'an accepted NMI is followed by a body before control leaves', not(lost), 'an NMI is lost'),
      invariant(
        'N5',
        'the last IRET goes to the interrupted context or to the repetition',
        not(astray),
        'the handler returns into its own middle',
      ),
      invariant(
        'N6',
        'the first handler saves its frame with NMIs blocked',
        implies(stands(cpu(0), 'task', 'entry', ...(plain ? [] : ['nested', 'first'])), blocked),
        'the frame is overwritten before it is saved',
      ),
      {
        id: 'N7',
        title: 'with finitely many NMIs the CPU leaves',
        polarity: 'eventually',
        holds: stands(cpu(0), 'task', 'main'),
        matters: 'the handler repeats for ever',
      },
    ],
  });
}
