/** Visiting every node of a tree once, with the variables bound above it. */
import type { Domain, Effect, Expr, Ref } from './model.ts';

export interface Visitor {
  readonly expr?: (expr: Expr, bound: readonly string[]) => void;
  readonly effect?: (effect: Effect, bound: readonly string[]) => void;
  readonly ref?: (ref: Ref, bound: readonly string[]) => void;
}

function walkRef(ref: Ref, visitor: Visitor, bound: readonly string[]): void {
  visitor.ref?.(ref, bound);
  if (ref.ref === 'first') walkRef(ref.of, visitor, bound);
}

function walkDomain(domain: Domain, visitor: Visitor, bound: readonly string[]): void {
  if (domain.over === 'core' || domain.over === 'siblings') walkRef(domain.of, visitor, bound);
}

export function walkExpr(expr: Expr, visitor: Visitor, bound: readonly string[] = []): void {
  visitor.expr?.(expr, bound);
  switch (expr.op) {
    case 'const':
      return;
    case 'read':
      if (expr.at !== null) walkRef(expr.at, visitor, bound);
      return;
    case 'stands':
    case 'role':
      walkRef(expr.cpu, visitor, bound);
      return;
    case 'same':
      walkRef(expr.left, visitor, bound);
      walkRef(expr.right, visitor, bound);
      return;
    case 'not':
      walkExpr(expr.of, visitor, bound);
      return;
    case 'and':
    case 'or':
      for (const of of expr.of) walkExpr(of, visitor, bound);
      return;
    case 'if':
      walkExpr(expr.test, visitor, bound);
      walkExpr(expr.yes, visitor, bound);
      walkExpr(expr.no, visitor, bound);
      return;
    case 'all':
    case 'any':
    case 'count':
      walkDomain(expr.over, visitor, bound);
      walkExpr(expr.body, visitor, [...bound, expr.as]);
      return;
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'add':
    case 'sub':
    case 'bitor':
      walkExpr(expr.left, visitor, bound);
      walkExpr(expr.right, visitor, bound);
  }
}

export function walkEffect(effect: Effect, visitor: Visitor, bound: readonly string[] = []): void {
  visitor.effect?.(effect, bound);
  switch (effect.do) {
    case 'set':
      if (effect.at !== null) walkRef(effect.at, visitor, bound);
      walkExpr(effect.value, visitor, bound);
      return;
    case 'jump':
      walkRef(effect.cpu, visitor, bound);
      return;
    case 'each':
      walkDomain(effect.over, visitor, bound);
      for (const inner of effect.body) walkEffect(inner, visitor, [...bound, effect.as]);
      return;
    case 'when':
      walkExpr(effect.test, visitor, bound);
      for (const inner of [...effect.yes, ...effect.no]) walkEffect(inner, visitor, bound);
  }
}
