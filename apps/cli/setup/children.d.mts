export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly shown?: boolean;
  readonly stdin?: 'ignore' | 'inherit' | 'pipe';
  readonly interruptible?: boolean;
}
export function runChild(
  argv: readonly string[],
  options?: ChildOptions,
): Promise<{ readonly ok: boolean; readonly output: string }>;
export function sideBySide(steps: readonly (Promise<unknown> | undefined)[]): Promise<void>;
