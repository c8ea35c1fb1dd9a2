// Returns the class of a number's cell: alarm colour if over the budget.
import { isOver } from '../../store/reading/defaults.ts';

export function numberClass(ns: number | undefined, budgetNs: number): string {
  return isOver(ns, budgetNs) ? 'number alarm' : 'number';
}
