import { EXPORT_FORMATS, type ExportFormatName } from '@rtprobe/trace';
import { Command, Option } from 'commander';
import { act } from '../act.ts';
import { bridgeUrl } from '../options.ts';
import { fetchRecord, renderRecord, writeNew } from './export.ts';

interface ExportFlags {
  readonly format: ExportFormatName;
  readonly output?: string;
  readonly url: string;
  readonly token?: string;
}

export const DEFAULT_URL = 'http://127.0.0.1:9154';

export function exportCommand(): Command {
  return new Command('export')
    .description('write one spike to a file, for a bug report or another program')
    .argument('<spike>', 'id of the spike, "newest" or "worst"')
    .addOption(new Option('--format <name>', 'format of the file').choices(EXPORT_FORMATS).default('text'))
    .option('-o, --output <file>', 'a new file, or a folder; standard output unless given')
    .option('--url <url>', 'address of the running bridge', bridgeUrl, DEFAULT_URL)
    .addOption(new Option('--token <token>', 'token of the bridge').env('RTPROBE_TOKEN'))
    .action((spike: string, { format, output, url, token }: ExportFlags) =>
      act(async () => {
        const record = await fetchRecord(spike, { url, ...(token !== undefined && { token }) });
        const content = renderRecord(record, format);
        if (output === undefined) process.stdout.write(content);
        else console.error(`rtprobe: wrote ${writeNew(output, record, format, content)}`);
        return 0;
      }),
    );
}
