/** Expressions and effects as people read them: `phase == EXIT`, `every sibling c0: parked[c0]`. */
import type { Domain, Effect, Expr, Model, Ref } from '../language/model.ts';

const OPERATORS = { eq: '==', ne: '!=', lt: '<', le: '<=', add: '+', sub: '-', bitor: '|' } as const;

function phraseRef(ref: Ref): string {
  switch (ref.ref) {
    case 'me':
      return 'me';
    case 'bound':
      return ref.name;
    case 'cpu':
      return `CPU ${ref.id}`;
    case 'first':
      return `first thread of ${phraseRef(ref.of)}'s core`;
  }
}

function phraseDomain(domain: Domain): string {
  switch (domain.over) {
    case 'cpus':
      return 'CPU';
    case 'cores':
      return 'core';
    case 'core':
      return `thread of ${phraseRef(domain.of)}'s core`;
    case 'siblings':
      return `sibling of ${phraseRef(domain.of)}`;
  }
}

const place = (field: string, at: Ref | null): string =>
  at === null || at.ref === 'me' ? field : `${field}[${phraseRef(at)}]`;

const QUANTIFIERS = { all: 'every', any: 'some', count: 'number of' } as const;

const wrapped = (expr: Expr): string => {
  const text = phrase(expr);
  return /[ ]/.test(text) && !text.startsWith('(') ? `(${text})` : text;
};

export function phrase(expr: Expr): string {
  switch (expr.op) {
    case 'const':
      return expr.text ?? String(expr.value);
    case 'read':
      return place(expr.field, expr.at);
    case 'stands':
      return `${phraseRef(expr.cpu)} at ${expr.context}/${expr.labels.join('|')}`;
    case 'role':
      return `${phraseRef(expr.cpu)} is ${expr.role}`;
    case 'same':
      return `${phraseRef(expr.left)} is ${phraseRef(expr.right)}`;
    case 'not':
      return `not ${wrapped(expr.of)}`;
    case 'and':
    case 'or':
      return expr.of.map(wrapped).join(` ${expr.op} `);
    case 'if':
      return `${wrapped(expr.test)} ? ${wrapped(expr.yes)} : ${wrapped(expr.no)}`;
    case 'all':
    case 'any':
    case 'count':
      return `${QUANTIFIERS[expr.op]} ${phraseDomain(expr.over)} ${expr.as}: ${phrase(expr.body)}`;
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'add':
    case 'sub':
    case 'bitor':
      return `${wrapped(expr.left)} ${OPERATORS[expr.op]} ${wrapped(expr.right)}`;
  }
}

export function phraseEffect(effect: Effect): string {
  switch (effect.do) {
    case 'set':
      return `${place(effect.field, effect.at)} := ${phrase(effect.value)}`;
    case 'jump':
      return `${phraseRef(effect.cpu)} goes to ${effect.context}/${effect.label}`;
    case 'each':
      return `for every ${phraseDomain(effect.over)} ${effect.as} { ${effect.body.map(phraseEffect).join('; ')} }`;
    case 'when': {
      const no = effect.no.length === 0 ? '' : ` else { ${effect.no.map(phraseEffect).join('; ')} }`;
      return `if ${phrase(effect.test)} { ${effect.yes.map(phraseEffect).join('; ')} }${no}`;
    }
  }
}

/** A value of a variable by its name, when it has one. */
export function phraseValue(model: Model, field: string, value: number): string {
  return model.fields.find(({ name }) => name === field)?.names?.[value] ?? String(value);
}
