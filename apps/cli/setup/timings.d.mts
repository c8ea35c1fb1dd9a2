export function printTiming(name: string, start: number): void;
export function timed<T>(name: string, work: () => Promise<T> | T): Promise<T>;
