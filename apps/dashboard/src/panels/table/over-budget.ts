// The class of a cell that holds a number: alarmed over the budget.
import { isOver } from '../../store/reading/defaults.ts';

export function numberClass(ns: number | undefined, budgetNs: number): string {
  return isOver(ns, budgetNs) ? 'number alarm' : 'number';
}
