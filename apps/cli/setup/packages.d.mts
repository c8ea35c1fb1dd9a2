export const LAB: readonly string[];
export const TESTS: readonly string[];
export const IMAGES: readonly string[];
export function crossPackages(words: readonly string[], own?: string): string[];
