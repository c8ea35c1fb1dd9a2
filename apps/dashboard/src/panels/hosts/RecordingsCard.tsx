// Recordings that the bridge can play: open, show, close, delete.
import { formatBytes, span } from '@rtprobe/metrics';
import type { RecordingFile, RecordingList } from '@rtprobe/protocol';
import { useState } from 'react';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { Words } from '../../i18n/Words.tsx';
import type { ChangeRequest } from '../../store/remote/remote.ts';
import { useHostNames, useSession } from '../../store/session/context.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { type Changing, useChange } from '../common/use-change.ts';
import { useRemote } from '../common/use-remote.ts';
import { Upload } from './Upload.tsx';

const EVERY_MS = 10_000;

interface RowProps {
  recording: RecordingFile;
  change: Changing;
  open: (file: string) => void;
}

/** Asks before a file is deleted. */
function Deletion({ file, change }: { file: string; change: Changing }) {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <button type="button" onClick={() => setAsking(true)}>
        {t('recordings.delete')}
      </button>
    );
  }
  const request: ChangeRequest = { method: 'DELETE', path: '/recordings', query: { file } };
  return (
    <>
      <Words of="recordings.deleteSure" with={{ file: <Name>{file}</Name> }} />{' '}
      <button type="button" disabled={change.busy} onClick={() => void change.make(request)}>
        {t('recordings.delete')}
      </button>{' '}
      <button type="button" onClick={() => setAsking(false)}>
        {t('recordings.keep')}
      </button>
    </>
  );
}

function Actions({ recording, change, open }: RowProps) {
  const { file, host, error } = recording;
  if (host !== undefined) {
    const close: ChangeRequest = { method: 'POST', path: '/recordings/close', body: { host } };
    return (
      <>
        <Link to={{ page: 'overview' }} change={{ host, range: undefined }} className="button">
          {t('recordings.show')}
        </Link>{' '}
        <button type="button" disabled={change.busy} onClick={() => void change.make(close)}>
          {t('recordings.close')}
        </button>
      </>
    );
  }
  return (
    <>
      {error === undefined && (
        <button type="button" disabled={change.busy} onClick={() => open(file)}>
          {t('recordings.open')}
        </button>
      )}{' '}
      <Deletion file={file} change={change} />
    </>
  );
}

function Row(props: RowProps) {
  const { file, bytes, recordedHost, startedAt, lengthUs, truncated, error } = props.recording;
  return (
    <tr>
      <td className="col-name">
        <Name>{file}</Name>
        {truncated === true && <span className="alarm small"> ▲ {t('recordings.cut')}</span>}
        {error !== undefined && (
          <p className="alarm small">
            ▲ {error.code}: <Name>{error.message}</Name>
          </p>
        )}
      </td>
      <td>{recordedHost === undefined ? '–' : <Name>{recordedHost}</Name>}</td>
      <td className="numeral col-spare">{startedAt === undefined ? '–' : dateTime(startedAt)}</td>
      <td className="number">{lengthUs === undefined ? '–' : span(lengthUs / 1e6)}</td>
      <td className="number col-spare">{formatBytes(bytes)}</td>
      <td className="recording-actions">
        <Actions {...props} />
      </td>
    </tr>
  );
}

function Table({
  recordings,
  ...rest
}: Omit<RowProps, 'recording'> & { recordings: readonly RecordingFile[] }) {
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th className="col-name">{t('recordings.file')}</th>
            <th>{t('recordings.host')}</th>
            <th className="col-spare">{t('recordings.begin')}</th>
            <th className="number">{t('recordings.length')}</th>
            <th className="number col-spare">{t('recordings.size')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {recordings.map((recording) => (
            <Row key={recording.file} recording={recording} {...rest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function RecordingsCard() {
  const session = useSession();
  // An open or closed recording changes the hosts, and with them this list.
  useHostNames();
  const list = useRemote<RecordingList>('/recordings', {}, { everyMs: EVERY_MS });
  const change = useChange();
  const open = async (file: string) => {
    const answer = await change.answer<{ host: string }>({
      method: 'POST',
      path: '/recordings/open',
      body: { file },
    });
    if (answer === undefined) return;
    session.screen.resume();
    session.address.open({ page: 'overview' }, { host: answer.host, range: undefined });
  };
  const { value, error } = list;
  const option = <code>--recordings DIR</code>;
  return (
    <section className="card listed recordings" aria-label={t('recordings.title')}>
      <header>
        <h2>{t('recordings.title')}</h2>
        {value !== undefined && (
          <span className="muted small">{t('recordings.subtitle', { count: value.openMax })}</span>
        )}
        <span className="spring" />
        {value !== undefined && (
          <span className="muted small numeral">
            {t('recordings.room', { used: formatBytes(value.bytes), max: formatBytes(value.maxBytes) })}
          </span>
        )}
      </header>
      {value !== undefined && <Upload uploaded={(file) => void open(file)} />}
      <ErrorLine error={change.error} />
      {error?.code === 'E_RECORDINGS_OFF' ? (
        <p className="empty muted">
          <Words of="recordings.off" with={{ option }} />
        </p>
      ) : (
        <ErrorLine error={error} />
      )}
      {value?.recordings.length === 0 && (
        <p className="empty muted">
          <Words of="recordings.none" with={{ command: <code>rtprobe serve --record FILE</code>, option }} />
        </p>
      )}
      {value !== undefined && value.recordings.length > 0 && (
        <Table recordings={value.recordings} change={change} open={(file) => void open(file)} />
      )}
      {value !== undefined && value.more > 0 && (
        <p className="muted small">{t('recordings.more', { count: value.more })}</p>
      )}
    </section>
  );
}
