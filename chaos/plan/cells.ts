import type { Rule } from '../../src/sandbox';
import { FAULTS } from './faults';
import { MATCHES, type Carrier, type Point } from './points';
import type { Realisation } from './realisation';

export interface Cell {
  fault: string;
  point: Point;
  realisation: Realisation;
}

export const CELLS: readonly Cell[] = FAULTS.flatMap(({ name, at }) =>
  Object.entries(at).map(([point, realisation]) => ({ fault: name, point: point as Point, realisation })),
);

export const cellOf = (fault: string, point: Point): Cell =>
  CELLS.find((cell) => cell.fault === fault && cell.point === point)!;

/** The rules of one fault for one customer. What a rule did shows in the ledger by its id. */
export function rulesOf(cell: Cell, carrier: Carrier, customer: string): Rule[] {
  return cell.realisation.drafts.map(({ on: other, ...draft }, index) => ({
    ...draft,
    id: ruleId(cell.fault, cell.point, customer, index),
    match: { ...MATCHES[other ?? carrier], customerExternalId: `^${customer}$` },
  }));
}

const ruleId = (fault: string, point: Point, customer: string, index: number): string =>
  `${fault}@${point}#${customer}${index === 0 ? '' : `/${index}`}`;

/** Which cell a rule that acted counts for; `null` for the rules behind the first, and for those that are no fault. */
export function cellOfRule(id: string): { fault: string; point: Point; customer: string } | null {
  const [, fault, point, customer] = /^([^@]+)@([^#]+)#([^/]+)$/.exec(id) ?? [];
  return fault === undefined ? null : { fault, point: point as Point, customer: customer! };
}
