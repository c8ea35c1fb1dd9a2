/** Stands for everything that has no series of its own. */
export const OTHERS = '(others)';
