import { EXPORT_FORMATS, type ExportFormatName } from '@rtprobe/trace';
import { Command, Option } from 'commander';
import { type AccessFlags, accessOf, withAccessOptions } from '../access/options.ts';
import { act } from '../act.ts';
import { fetchRecord, renderRecord, writeNew } from './export.ts';

interface ExportFlags extends AccessFlags {
  readonly format: ExportFormatName;
  readonly output?: string;
}

export function exportCommand(): Command {
  return withAccessOptions(new Command('export'))
    .description('write one spike to a file, for a bug report or another program')
    .argument('<spike>', 'id of the spike, "newest" or "worst"')
    .addOption(new Option('--format <name>', 'format of the file').choices(EXPORT_FORMATS).default('text'))
    .option('-o, --output <file>', 'a new file, or a folder; standard output unless given')
    .action((spike: string, { format, output, ...flags }: ExportFlags) =>
      act(async () => {
        const record = await fetchRecord(spike, accessOf(flags));
        const content = renderRecord(record, format);
        if (output === undefined) process.stdout.write(content);
        else console.error(`rtprobe: wrote ${writeNew(output, record, format, content)}`);
        return 0;
      }),
    );
}
