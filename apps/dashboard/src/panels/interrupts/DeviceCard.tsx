// The devices of an interrupt line: names, ids, driver and module.
import type { InterruptFacts, InterruptLine, LineDevice } from '@rtprobe/protocol';
import { deviceEvidenceText, deviceName, deviceText } from '@rtprobe/trace';
import type { ReactNode } from 'react';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';
import { Name } from '../common/Name.tsx';

interface Props {
  /** Undefined before the bridge's first answer. */
  facts: InterruptFacts | undefined;
  line: InterruptLine | undefined;
  /** A recording has no agent that could be asked. */
  isReplay: boolean;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const NamedFact = ({ name, value }: { name: string; value: string | undefined }) =>
  value === undefined || value === '' ? null : (
    <Fact name={name}>
      <Name>{value}</Name>
    </Fact>
  );

function DeviceFacts({ device, isShared }: { device: LineDevice; isShared: boolean }) {
  const { bus, address, ids, subsystem, subsystemIds, driver, module, interfaces, attached, action } = device;
  const found = [
    deviceEvidenceText(device.by)[language()],
    ...(action === undefined ? [t('device.unmatched')] : []),
  ].join(' · ');
  return (
    <div className="line-device">
      <h3>
        <Name>{deviceName(device)}</Name> <span className="muted small">{found}</span>
      </h3>
      <dl className="facts-line">
        <NamedFact name={t('device.driver')} value={driver} />
        {driver !== undefined && module === undefined ? (
          <Fact name={t('device.module')}>{t('device.builtIn')}</Fact>
        ) : (
          <NamedFact name={t('device.module')} value={module} />
        )}
        <NamedFact name={t('device.interfaces')} value={interfaces?.join(', ')} />
        <NamedFact name={t('device.bus')} value={`${bus} ${address}`} />
        <NamedFact name={t('device.ids')} value={ids} />
        <NamedFact
          name={t('device.board')}
          value={[subsystem, subsystemIds].filter((words) => words !== undefined).join(' ')}
        />
        {isShared && <NamedFact name={t('device.action')} value={action} />}
        <NamedFact name={t('device.attached')} value={attached?.map(deviceText).join('; ')} />
      </dl>
    </div>
  );
}

/** Returns why no device is shown. */
function reasonOf({ facts, line, isReplay }: Props): string {
  if (facts === undefined || facts.facts === 'waiting') return t('device.waiting');
  if (facts.facts === 'unsupported') return t(isReplay ? 'device.unrecorded' : 'device.unsupported');
  return t(line === undefined ? 'device.noLine' : 'device.none');
}

export function DeviceCard(props: Props) {
  const { facts, line } = props;
  const devices = line?.devices ?? [];
  const leftOut = facts?.leftOut ?? 0;
  const title = t(devices.length > 1 ? 'device.several' : 'device.title');
  return (
    <section className="card line-devices" aria-label={title}>
      <h2>{title}</h2>
      {devices.length === 0 && <p className="muted">{reasonOf(props)}</p>}
      {devices.map((device) => (
        <DeviceFacts key={`${device.bus} ${device.address}`} {...{ device }} isShared={devices.length > 1} />
      ))}
      {leftOut > 0 && <p className="muted small">{t('device.leftOut', { count: leftOut, n: leftOut })}</p>}
    </section>
  );
}
