// Names of the settings of a test run.
import { SETTING_NAMES, type SettingName } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';

const isKnown = (name: string): name is SettingName => (SETTING_NAMES as readonly string[]).includes(name);

/** Returns the title of a setting; a name of a later release as it is. */
export function settingName(name: string): string {
  const [, irq] = /^affinity\/(\d+)$/.exec(name) ?? [];
  if (irq !== undefined) return t('testRuns.affinity', { irq });
  return isKnown(name) ? t(`testRuns.setting.${name}`) : name;
}
