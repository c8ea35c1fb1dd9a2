// A name chosen by a process: control characters are escaped, and its text direction is isolated.
import { visibleText } from '@rtprobe/metrics';

interface Props {
  children: string;
  className?: string | undefined;
  /** For English text on a page of any language. */
  lang?: 'en' | undefined;
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
