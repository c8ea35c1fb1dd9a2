// Uploads a recording of another machine, with progress.
import { formatBytes, percent } from '@rtprobe/metrics';
import { useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { type RemoteError, remoteError } from '../../store/remote/remote.ts';
import { uploadFile } from '../../store/remote/upload.ts';
import { useSession } from '../../store/session/context.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Name } from '../common/Name.tsx';

interface Sending {
  name: string;
  received: number;
  bytes: number;
}

function Progress({ sending, cancel }: { sending: Sending; cancel: () => void }) {
  const { name, received, bytes } = sending;
  return (
    <p className="upload" role="status">
      <Name>{name}</Name>{' '}
      <progress value={received} max={Math.max(bytes, 1)} aria-label={t('recordings.uploading')} />{' '}
      <span className="numeral muted">
        {percent(received / Math.max(bytes, 1))} · {formatBytes(bytes)}
      </span>{' '}
      <button type="button" onClick={cancel}>
        {t('recordings.cancel')}
      </button>
    </p>
  );
}

export function Upload({ uploaded }: { uploaded: (file: string) => void }) {
  const { changes } = useSession();
  const queries = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController>(undefined);
  const [sending, setSending] = useState<Sending>();
  const [error, setError] = useState<RemoteError>();
  // Leaving the page ends the upload.
  useEffect(() => () => running.current?.abort(), []);
  const send = async (file: File) => {
    const controller = new AbortController();
    running.current = controller;
    const { name, size: bytes } = file;
    setError(undefined);
    setSending({ name, received: 0, bytes });
    try {
      const progress = (received: number) => setSending({ name, received, bytes });
      const recording = await uploadFile(file, { changes, progress, signal: controller.signal });
      await queries.invalidateQueries();
      if (recording !== undefined) uploaded(recording.file);
    } catch (caught) {
      setError(remoteError(caught));
    }
    setSending(undefined);
  };
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    // The same file can be chosen again.
    event.target.value = '';
    if (file !== undefined) void send(file);
  };
  return (
    <>
      <div className="form-line">
        <input ref={field} type="file" hidden onChange={choose} />
        <button type="button" disabled={sending !== undefined} onClick={() => field.current?.click()}>
          {t('recordings.upload')}
        </button>
      </div>
      {sending !== undefined && <Progress sending={sending} cancel={() => running.current?.abort()} />}
      <ErrorLine error={error} />
    </>
  );
}
