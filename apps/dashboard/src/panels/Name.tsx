// A name that some process chose: shown as it is, with what cannot be seen written out, and kept from turning the
// direction of the text around it.
import { visibleText } from '@rtprobe/metrics';

export function Name({ children, className }: { children: string; className?: string }) {
  const text = visibleText(children);
  return (
    <bdi className={className === undefined ? 'name' : `name ${className}`} dir="ltr" title={text}>
      {text}
    </bdi>
  );
}
