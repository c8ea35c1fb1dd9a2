// A number with its unit in smaller type.
import { duration } from '@rtprobe/metrics';

export function Duration({ ns, className = '' }: { ns: number; className?: string }) {
  const { value, unit } = duration(ns);
  return (
    <span className={`quantity ${className}`}>
      {value}
      <small> {unit}</small>
    </span>
  );
}
