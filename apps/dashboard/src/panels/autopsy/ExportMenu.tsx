// A spike as a file: the forms that need no drawing. The file is made here, from what the page shows.
import type { HostInfo, Spike, Trace } from '@rtprobe/protocol';
import { EXPORT_FORMATS, type ExportFormatName, exportFileName, exportFormats } from '@rtprobe/trace';
import { t } from '../../i18n/translate.ts';

function save(name: string, mediaType: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

interface Props {
  spike: Spike;
  host: HostInfo;
  trace: Trace | undefined;
}

export function ExportMenu({ spike, host, trace }: Props) {
  const record = { spike, host, ...(trace !== undefined && { trace }) };
  const write = (name: ExportFormatName) => {
    const format = exportFormats[name];
    save(exportFileName(record, name), format.mediaType, format.write(record));
  };
  const available = EXPORT_FORMATS.filter(
    (name) => trace !== undefined || !('needsTrace' in exportFormats[name]),
  );
  return (
    <fieldset className="export">
      <legend className="muted small">{t('autopsy.export')}</legend>
      {available.map((name) => (
        <button
          key={name}
          type="button"
          aria-label={t('autopsy.exportAs', { format: name })}
          onClick={() => write(name)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
