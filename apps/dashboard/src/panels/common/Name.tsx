// A name that some process chose: shown as it is, with what cannot be seen written out, and kept from turning the
// direction of the text around it.
import { visibleText } from '@rtprobe/metrics';

interface Props {
  children: string;
  className?: string;
  /** Of words that the bridge says: it speaks English alone. */
  lang?: 'en';
}

export function Name({ children, className, lang }: Props) {
  const text = visibleText(children);
  return (
    <bdi
      className={className === undefined ? 'name' : `name ${className}`}
      dir="ltr"
      lang={lang}
      title={text}
    >
      {text}
    </bdi>
  );
}
