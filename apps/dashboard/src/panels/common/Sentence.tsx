// The explanation of a spike or an incident. It contains names that processes chose.
import { type Explained, sentenceOf } from '../../i18n/sentences.ts';
import { Name } from './Name.tsx';

export function Sentence({ of, className }: { of: Explained; className?: string }) {
  const { text, lang } = sentenceOf(of);
  return (
    <Name className={className} lang={lang}>
      {text}
    </Name>
  );
}
